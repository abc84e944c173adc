package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.LogReport;
import dev.switchboard.message.LogReport.Finding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Reads all segments of a log and holds every record against its checksum, its neighbours and its index. */
final class LogAudit {
    static final String DAMAGED = "damaged";
    static final String INDEX_MISSING = "the index is missing";
    static final String INDEX_DAMAGED = "the index is damaged";
    static final String INDEX_STALE = "the index does not fit its segment";
    static final String SEGMENT_MISSING = "the segment is missing";

    private final LogView view;
    private final LongSupplier firstSeq;
    private final BooleanSupplier stopped;
    private final List<Finding> findings = new ArrayList<>();
    private int segments;
    private long records;
    private long bytes;
    private long missing;

    /**
     * @param firstSeq where the log begins now; retention may remove segments meanwhile
     * @param stopped whether to give up
     */
    LogAudit(LogView view, LongSupplier firstSeq, BooleanSupplier stopped) {
        this.view = view;
        this.firstSeq = firstSeq;
        this.stopped = stopped;
    }

    /** @throws IOException if a segment cannot be read */
    LogReport verify() throws IOException {
        for (int place = 0; place < view.segments().size(); place++) {
            if (stopped.getAsBoolean()) {
                throw StorageErrors.unavailable("the message log is being closed", null);
            }
            Segment segment = view.segments().get(place);
            try {
                verify(segment, place);
            } catch (FileNotFoundException e) {
                if (!segment.isGone()) {
                    throw e; // it is there and cannot be opened
                }
                if (segment.firstSeq() >= firstSeq.getAsLong()) {
                    segments++;
                    lose(segment, segment.firstSeq(), view.lastSeqOf(place), SEGMENT_MISSING);
                }
            }
        }
        return new LogReport(segments, records, bytes, missing, findings);
    }

    private void verify(Segment segment, int place) throws IOException {
        SegmentIndex found;
        long size;
        try (LineFile file = new LineFile(segment.file())) {
            SegmentScanner.Result result = SegmentScanner.scan(segment, file);
            found = result.index().snapshot();
            // What is behind the view's end is on its way in.
            size = view.isActive(place) ? view.active().end() : result.size();
        }
        segments++;
        bytes += size;
        long last = view.lastSeqOf(place);
        List<SeqRange> damaged = damaged(found, segment.firstSeq(), last);
        records += last - segment.firstSeq() + 1;
        for (SeqRange range : damaged) {
            records -= range.last() - range.first() + 1;
            lose(segment, range.first(), range.last(), DAMAGED);
        }
        if (!view.isActive(place)) {
            indexProblem(segment, found, last)
                    .ifPresent(problem -> findings.add(new Finding(name(segment), 0, 0, problem, false)));
        }
    }

    /** The records that a scan did not find, as few ranges as possible. */
    static List<SeqRange> damaged(SegmentIndex found, long first, long last) {
        List<SeqRange> ranges = new ArrayList<>();
        long from = 0;
        for (long seq = first; seq <= last + 1; seq++) {
            boolean lost = seq <= last && found.code(seq) == SegmentIndex.DAMAGED;
            if (lost && from == 0) {
                from = seq;
            } else if (!lost && from != 0) {
                ranges.add(new SeqRange(from, seq - 1));
                from = 0;
            }
        }
        return ranges;
    }

    /** What is wrong with the index beside a segment that has ended, given what a scan found in the segment. */
    static Optional<String> indexProblem(Segment segment, SegmentIndex found, long last) throws IOException {
        if (!Files.isRegularFile(segment.indexFile())) {
            return Optional.of(INDEX_MISSING);
        }
        Optional<IndexFile.Stored> stored = IndexFile.read(segment.indexFile());
        if (stored.isEmpty()) {
            return Optional.of(INDEX_DAMAGED);
        }
        SegmentIndex index = stored.get().index();
        boolean fits = stored.get().summary().segmentSize() == Files.size(segment.file())
                && index.firstSeq() == segment.firstSeq()
                && index.lastSeq() <= last
                && index.lastSeq() >= found.lastSeq();
        for (long seq = segment.firstSeq(); fits && seq <= found.lastSeq(); seq++) {
            fits = found.code(seq) == SegmentIndex.DAMAGED || isSame(index, found, seq);
        }
        return fits ? Optional.empty() : Optional.of(INDEX_STALE);
    }

    private static boolean isSame(SegmentIndex stored, SegmentIndex found, long seq) {
        int code = stored.code(seq);
        int expected = found.code(seq);
        return code != SegmentIndex.DAMAGED
                && stored.start(seq) == found.start(seq)
                && stored.micros(seq) == found.micros(seq)
                && code % SegmentIndex.CODES_PER_TYPE == expected % SegmentIndex.CODES_PER_TYPE
                && stored.types()[code / SegmentIndex.CODES_PER_TYPE].equals(
                        found.types()[expected / SegmentIndex.CODES_PER_TYPE]);
    }

    private void lose(Segment segment, long from, long to, String problem) {
        missing += to - from + 1;
        findings.add(new Finding(name(segment), from, to, problem, false));
    }

    static String name(Segment segment) {
        return segment.file().getFileName().toString();
    }
}
