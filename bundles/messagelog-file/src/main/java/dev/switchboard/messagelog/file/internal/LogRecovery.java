package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a project's log and repairs what a crash left behind. Only the newest segment is looked into: the others ended
 * in an orderly way, and what happened to them since is found when they are read.
 *
 * <p>The epoch stays unless records may be lost that were shown: then the same {@code seq} would be given to others.
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    private final Path directory;
    private final FileLayer files;
    private final BootId boot;
    private boolean lost;

    LogRecovery(Path directory, FileLayer files, BootId boot) {
        this.directory = directory;
        this.files = files;
        this.boot = boot;
    }

    /**
     * A log that can be written to.
     *
     * @param segments the oldest first; none is empty
     * @param index of the last segment; of one that is to come, if there is none
     */
    record Recovered(LogIdentity identity, List<Segment> segments, IndexBuilder index) {}

    Recovered recover() throws IOException {
        files.createDirectories(directory);
        Optional<LogIdentity> known = LogIdentity.read(directory);
        List<Segment> segments = list();
        IndexBuilder index = new IndexBuilder(1, 0);
        while (!segments.isEmpty()) {
            Optional<IndexBuilder> last = openLast(segments.get(segments.size() - 1));
            if (last.isPresent()) {
                index = last.get();
                break;
            }
            segments.remove(segments.size() - 1);
        }
        return new Recovered(identity(known, segments), segments, index);
    }

    private LogIdentity identity(Optional<LogIdentity> known, List<Segment> segments) throws IOException {
        long newest = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).firstSeq();
        if (known.isEmpty()) {
            return write(keepDamagedIdentity().withSegment(newest));
        }
        LogIdentity identity = known.get();
        if (identity.segment() > newest) {
            LOG.warn("{}: the segment that begins with record {} is missing", directory, identity.segment());
            lost = true;
        }
        if (identity.boot().isPresent()) {
            settle(identity.boot().get(), segments);
        }
        // Behind, if the crash came between the first record of a segment and this note of it.
        LogIdentity present = identity.withSegment(newest).withBoot(Optional.empty());
        if (lost) {
            LOG.warn("{}: records that were shown may be lost, so the log gets a new epoch", directory);
            return write(present.withNewEpoch());
        }
        return present.equals(identity) ? identity : write(present);
    }

    /** Ends the doubt about records that were shown and not forced: lost with the machine's memory, or forced now. */
    private void settle(String mark, List<Segment> segments) throws IOException {
        if (!boot.isSame(mark)) {
            LOG.warn("{}: the machine stopped while the last records were not forced to the disk yet", directory);
            lost = true;
        }
        if (!segments.isEmpty()) {
            try (FileLayer.Output output =
                    files.open(segments.get(segments.size() - 1).file())) {
                output.force();
            }
        }
    }

    private LogIdentity keepDamagedIdentity() throws IOException {
        Path file = directory.resolve(LogIdentity.FILE);
        if (Files.exists(file)) {
            LOG.warn("{} is damaged, so the log gets a new epoch", file);
            files.rename(file, free(file));
        }
        return LogIdentity.random();
    }

    private LogIdentity write(LogIdentity identity) throws IOException {
        identity.write(files, directory);
        return identity;
    }

    /** The segments that lie in a log's directory, the oldest first, as they are. */
    static List<Segment> segmentsIn(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile)
                    .flatMap(entry -> SegmentName.parse(entry).stream())
                    .sorted(Comparator.comparingLong(Segment::firstSeq).thenComparingLong(Segment::firstMicros))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private List<Segment> list() throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                boolean file = Files.isRegularFile(entry);
                if (entry.getFileName().toString().endsWith(SegmentName.TEMPORARY)) {
                    clear(entry, file);
                } else if (file) {
                    SegmentName.parse(entry).ifPresent(segments::add);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        segments.sort(Comparator.comparingLong(Segment::firstSeq).thenComparingLong(Segment::firstMicros));
        for (int i = segments.size() - 2; i >= 0; i--) {
            if (segments.get(i).firstSeq() == segments.get(i + 1).firstSeq()) {
                Path file = segments.remove(i).file();
                LOG.warn("{} begins with the same record as another segment; it is set aside", file);
                files.rename(file, free(file));
            }
        }
        return segments;
    }

    /** A place where the log is going to write: what a crash left there goes, what is somebody else's is set aside. */
    private void clear(Path temporary, boolean file) throws IOException {
        if (file) {
            files.delete(temporary);
        } else {
            LOG.warn("{} is no file; it is set aside", temporary);
            files.rename(temporary, free(temporary));
        }
    }

    /** Opens the newest segment; empty if nothing of it was left, and then neither is its file. */
    private Optional<IndexBuilder> openLast(Segment segment) throws IOException {
        long size = Files.size(segment.file());
        if (Files.isRegularFile(segment.indexFile())) {
            Optional<IndexFile.Stored> stored = IndexFile.read(segment.indexFile());
            if (stored.isPresent() && stored.get().summary().firstSeq() == segment.firstSeq()) {
                SegmentSummary summary = stored.get().summary();
                if (summary.segmentSize() == size && summary.count() > 0) {
                    return Optional.of(new IndexBuilder(stored.get().index(), summary.agents()));
                }
                lost |= summary.segmentSize() > size; // it was that long once, and all of it was acknowledged
            }
        }
        return scan(segment);
    }

    private Optional<IndexBuilder> scan(Segment segment) throws IOException {
        SegmentScanner.Result found;
        Tail tail;
        try (LineFile file = new LineFile(segment.file())) {
            found = SegmentScanner.scan(segment, file);
            tail = Tail.of(file, found.index(), found.size());
            if (tail == Tail.DAMAGED) {
                keepDamaged(segment, file, found);
            }
        }
        if (tail == Tail.WITHOUT_LINE_FEED || tail == Tail.WITH_WRONG_LINE_FEED) {
            LOG.warn("{}: the line feed of the last record was missing or wrong", segment.file());
            endLine(segment, tail == Tail.WITHOUT_LINE_FEED ? found.size() : found.size() - 1);
            return scan(segment);
        }
        return cut(segment, found);
    }

    private void keepDamaged(Segment segment, LineFile file, SegmentScanner.Result found) throws IOException {
        Path copy = free(segment.file());
        copy(file, found.index().end(), found.size(), copy);
        LOG.warn(
                "{}: {} bytes behind record {} are damaged; they are kept in {}",
                segment.file(),
                found.size() - found.index().end(),
                found.index().lastSeq(),
                copy.getFileName());
        lost = true;
    }

    private Optional<IndexBuilder> cut(Segment segment, SegmentScanner.Result found) throws IOException {
        IndexBuilder index = found.index();
        if (index.count() == 0) {
            LOG.warn("{} has no complete record; it is removed", segment.file());
            files.delete(segment.indexFile());
            files.delete(segment.file());
            files.forceDirectory(directory);
            return Optional.empty();
        }
        try (FileLayer.Output output = files.open(segment.file())) {
            if (index.end() < found.size()) {
                LOG.warn(
                        "{}: {} bytes behind record {} are cut off",
                        segment.file(),
                        found.size() - index.end(),
                        index.lastSeq());
                output.truncate(index.end());
            }
            output.force(); // what the server wrote before it died may not be on the disk yet
        }
        SegmentIndex snapshot = index.snapshot();
        IndexCache.store(files, segment, SegmentSummary.of(snapshot, index.agents()), snapshot);
        return Optional.of(index);
    }

    private void endLine(Segment segment, long end) throws IOException {
        try (FileLayer.Output output = files.open(segment.file())) {
            output.truncate(end);
            output.write("\n".getBytes(StandardCharsets.US_ASCII), 0, 1);
            output.force();
        }
    }

    private void copy(LineFile source, long from, long to, Path target) throws IOException {
        byte[] piece = new byte[1 << 16];
        try (FileLayer.Output output = files.open(target)) {
            for (long position = from; position < to; ) {
                int count = source.read(position, piece, 0, (int) Math.min(piece.length, to - position));
                if (count == 0) {
                    break;
                }
                output.write(piece, 0, count);
                position += count;
            }
            output.force();
        }
    }

    /** A name beside a file for what is set aside of it. */
    static Path free(Path file) {
        Path free = file.resolveSibling(file.getFileName() + SegmentName.DAMAGED);
        for (int i = 2; Files.exists(free); i++) {
            free = file.resolveSibling(file.getFileName() + SegmentName.DAMAGED + i);
        }
        return free;
    }
}
