package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of segments that have ended: read when they are asked for, made again from the segment if they are missing
 * or do not fit it, and kept in memory while there is room. Used by many threads.
 */
final class IndexCache {
    private static final Logger LOG = LoggerFactory.getLogger(IndexCache.class);
    private static final long DEFAULT_CAPACITY = 8 << 20;

    private final FileLayer files;
    private final long capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, SegmentIndex> indexes = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Path, SegmentSummary> summaries = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    IndexCache(FileLayer files) {
        this(files, DEFAULT_CAPACITY);
    }

    /** @param capacity about how many bytes of heap may be used */
    IndexCache(FileLayer files, long capacity) {
        this.files = files;
        this.capacity = capacity;
    }

    /** @throws IOException if the segment cannot be read */
    SegmentIndex index(Segment segment) throws IOException {
        Optional<SegmentIndex> cached = cached(() -> indexes.get(segment.file()));
        return cached.isPresent() ? cached.get() : load(segment).index();
    }

    /** @throws IOException if the segment cannot be read */
    SegmentSummary summary(Segment segment) throws IOException {
        Optional<SegmentSummary> cached = cached(() -> summaries.get(segment.file()));
        if (cached.isPresent()) {
            return cached.get();
        }
        if (Files.exists(segment.file()) && Files.isRegularFile(segment.indexFile())) {
            Optional<SegmentSummary> stored = IndexFile.readSummary(segment.indexFile());
            if (stored.isPresent() && fits(segment, stored.get())) {
                keep(segment.file(), stored.get(), Optional.empty());
                return stored.get();
            }
        }
        return load(segment).summary();
    }

    /** Forgets what lies in this directory, which is deleted. */
    void forget(Path directory) {
        lock.lock();
        try {
            forget(indexes, directory, SegmentIndex::weight);
            forget(summaries, directory, SegmentSummary::weight);
        } finally {
            lock.unlock();
        }
    }

    private <T> void forget(Map<Path, T> map, Path directory, ToLongFunction<T> weigh) {
        map.entrySet().removeIf(entry -> {
            boolean inside = entry.getKey().startsWith(directory);
            weight -= inside ? weigh.applyAsLong(entry.getValue()) : 0;
            return inside;
        });
    }

    private IndexFile.Stored load(Segment segment) throws IOException {
        IndexFile.Stored loaded = read(segment);
        keep(segment.file(), loaded.summary(), Optional.of(loaded.index()));
        return loaded;
    }

    private IndexFile.Stored read(Segment segment) throws IOException {
        if (!Files.exists(segment.file())) {
            LOG.warn("The segment {} is missing", segment.file().getFileName());
            SegmentIndex none = SegmentIndex.empty(segment.firstSeq());
            return new IndexFile.Stored(SegmentSummary.of(none, Map.of()), none);
        }
        if (Files.isRegularFile(segment.indexFile())) {
            Optional<IndexFile.Stored> stored = IndexFile.read(segment.indexFile());
            if (stored.isPresent() && fits(segment, stored.get().summary())) {
                return stored.get();
            }
        }
        return rebuild(segment);
    }

    private IndexFile.Stored rebuild(Segment segment) throws IOException {
        LOG.info(
                "The index of {} is missing or does not fit; it is made again",
                segment.file().getFileName());
        IndexBuilder builder;
        try (LineFile file = new LineFile(segment.file())) {
            builder = SegmentScanner.scan(segment, file).index();
        }
        SegmentIndex index = builder.snapshot();
        SegmentSummary summary = SegmentSummary.of(index, builder.agents());
        if (summary.damaged() > 0) {
            LOG.warn(
                    "{} records in {} are damaged",
                    summary.damaged(),
                    segment.file().getFileName());
        }
        store(files, segment, summary, index);
        return new IndexFile.Stored(summary, index);
    }

    /** Writes the index beside its segment. That it cannot be written costs time later, nothing else. */
    static void store(FileLayer files, Segment segment, SegmentSummary summary, SegmentIndex index) {
        try {
            long size = Files.size(segment.file());
            IndexFile.write(files, segment.indexFile(), summary.withSegmentSize(size), index);
        } catch (IOException e) {
            LOG.warn("The index of {} cannot be written: {}", segment.file().getFileName(), e.toString());
        }
    }

    private static boolean fits(Segment segment, SegmentSummary summary) throws IOException {
        return summary.firstSeq() == segment.firstSeq() && summary.segmentSize() == Files.size(segment.file());
    }

    private <T> Optional<T> cached(Supplier<T> lookup) {
        lock.lock();
        try {
            return Optional.ofNullable(lookup.get());
        } finally {
            lock.unlock();
        }
    }

    private void keep(Path file, SegmentSummary summary, Optional<SegmentIndex> index) {
        lock.lock();
        try {
            if (summaries.put(file, summary) == null) {
                weight += summary.weight();
            }
            if (index.isPresent() && indexes.put(file, index.get()) == null) {
                weight += index.get().weight();
            }
            // Whole indexes go first: a summary is small and saves a query from reading one.
            shrink(indexes, SegmentIndex::weight);
            shrink(summaries, SegmentSummary::weight);
        } finally {
            lock.unlock();
        }
    }

    private <T> void shrink(Map<Path, T> map, ToLongFunction<T> weigh) {
        Iterator<T> oldest = map.values().iterator();
        while (weight > capacity && oldest.hasNext()) {
            weight -= weigh.applyAsLong(oldest.next());
            oldest.remove();
        }
    }
}
