package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.project.ProjectId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Pages of the log that were made into frames lately: when a crowd has fallen behind, or comes back, the first to get somewhere reads
 * for all. Whoever stands within a page takes the rest of it and goes on where it ends, so that a crowd is soon at the same
 * pages. What they hold together is bounded; the page that was used longest ago goes first. Safe for use by many threads.
 */
final class SharedPages {
    private static final int LOCKS = 16;

    /** Whoever comes as late as this after the others is no part of the crowd. */
    private static final long UNUSED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long limit;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    /** By the record behind which they begin. */
    private final Map<Stream, NavigableMap<Long, Sheet>> streams = new HashMap<>();

    /** The one that was used longest ago comes first. */
    private final Map<Sheet, Stream> uses = new LinkedHashMap<>(16, 0.75f, true);

    private final ReentrantLock[] reading = new ReentrantLock[LOCKS];
    private long held;
    private long forgotten;

    /** Frames that are alike for all who are given them. */
    record Stream(ProjectId project, Set<FrameKind> kinds, boolean replay) {}

    /** A page as it was read, which can be given to several. */
    static final class Sheet {
        private final List<Page.Item> items;
        private final long after;
        private final long passed;
        private final long bytes;
        private long usedAt;

        /**
         * @param after the record behind which it begins
         * @param passed the record up to which it reaches
         * @param bytes the memory that it takes; 0 if nobody else may be given it
         */
        Sheet(List<Page.Item> items, long after, long passed, long bytes) {
            this.items = List.copyOf(items);
            this.after = after;
            this.passed = passed;
            this.bytes = bytes;
        }

        /** Its part behind a record. */
        Page page(long afterSeq) {
            return new Page(items, afterSeq, passed);
        }
    }

    /** @param limit in bytes */
    SharedPages(long limit, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        for (int i = 0; i < LOCKS; i++) {
            reading[i] = new ReentrantLock();
        }
    }

    /**
     * A page that goes on behind a record: one that is there, or the one that is read now. Of those who want the same at the same
     * time one reads, and the others wait for it.
     *
     * @param until the last record that it may have
     * @param reader reads a page
     */
    Page get(Stream stream, long afterSeq, long until, Supplier<Sheet> reader) {
        ReentrantLock mine = reading[Math.floorMod(stream.hashCode(), LOCKS)];
        mine.lock();
        try {
            Optional<Sheet> found = find(stream, afterSeq, until);
            if (found.isPresent()) {
                return found.get().page(afterSeq);
            }
            long begun = forgotten();
            Sheet read = reader.get();
            if (read.bytes > 0 && read.passed > afterSeq) {
                keep(stream, read, begun);
            }
            return read.page(afterSeq);
        } finally {
            mine.unlock();
        }
    }

    /** The log of a project is another one, or is gone. */
    void forget(ProjectId project) {
        lock.lock();
        try {
            forgotten++;
            streams.entrySet().removeIf(entry -> {
                boolean gone = entry.getKey().project().equals(project);
                if (gone) {
                    entry.getValue().values().forEach(this::drop);
                }
                return gone;
            });
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of pages that nobody has used for a while. */
    void tidy() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            removeWhile(sheet -> now - sheet.usedAt > UNUSED_NANOS);
        } finally {
            lock.unlock();
        }
    }

    /** The memory that all pages take, in bytes. */
    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    private long forgotten() {
        lock.lock();
        try {
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Sheet> find(Stream stream, long afterSeq, long until) {
        lock.lock();
        try {
            return Optional.ofNullable(streams.get(stream))
                    .map(sheets -> sheets.floorEntry(afterSeq))
                    .map(Map.Entry::getValue)
                    .filter(sheet -> sheet.passed > afterSeq && sheet.passed <= until)
                    .map(this::used);
        } finally {
            lock.unlock();
        }
    }

    private Sheet used(Sheet sheet) {
        sheet.usedAt = nanoTime.getAsLong();
        uses.get(sheet); // which puts it behind all others
        return sheet;
    }

    private void keep(Stream stream, Sheet sheet, long begun) {
        lock.lock();
        try {
            if (forgotten != begun) {
                return; // it may have been read from a log that is no more
            }
            Sheet before =
                    streams.computeIfAbsent(stream, any -> new TreeMap<>()).put(sheet.after, sheet);
            if (before != null) {
                drop(before);
            }
            uses.put(sheet, stream);
            used(sheet);
            held += sheet.bytes;
            removeWhile(any -> held > limit);
        } finally {
            lock.unlock();
        }
    }

    /** Removes those that were used longest ago. */
    private void removeWhile(Predicate<Sheet> unwanted) {
        Iterator<Map.Entry<Sheet, Stream>> oldest = uses.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Sheet, Stream> entry = oldest.next();
            if (!unwanted.test(entry.getKey())) {
                return;
            }
            oldest.remove();
            held -= entry.getKey().bytes;
            remove(entry.getValue(), entry.getKey());
        }
    }

    private void drop(Sheet sheet) {
        if (uses.remove(sheet) != null) {
            held -= sheet.bytes;
        }
    }

    private void remove(Stream stream, Sheet sheet) {
        NavigableMap<Long, Sheet> sheets = streams.get(stream);
        sheets.remove(sheet.after, sheet);
        if (sheets.isEmpty()) {
            streams.remove(stream);
        }
    }
}
