package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.LogReport;
import dev.switchboard.message.LogReport.Finding;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what {@link LogAudit} finds, as far as that is possible. Damaged bytes are kept in a file of their own and overwritten
 * with blanks in the segment, which tools that read JSON lines skip; every record stays at its place in the file, so readers
 * need not wait. Nobody may append meanwhile.
 */
final class LogRepair {
    private static final Logger LOG = LoggerFactory.getLogger(LogRepair.class);
    private static final int PIECE = 1 << 16;

    private final LogView view;
    private final LogContext context;
    private final FileLayer files;
    private final List<Finding> findings = new ArrayList<>();
    private long records;
    private long bytes;
    private long missing;

    LogRepair(LogView view, LogContext context) {
        this.view = view;
        this.context = context;
        this.files = context.files();
    }

    private record Range(long start, long end) {}

    LogReport repair() throws IOException {
        for (int place = 0; place < view.segments().size(); place++) {
            Segment segment = view.segments().get(place);
            try {
                repair(segment, place);
            } catch (FileNotFoundException e) {
                if (!segment.isGone()) {
                    throw e; // it is there and cannot be opened
                }
                lose(segment, segment.firstSeq(), view.lastSeqOf(place), LogAudit.SEGMENT_MISSING, false);
            }
        }
        return new LogReport(view.segments().size(), records, bytes, missing, findings);
    }

    private void repair(Segment segment, int place) throws IOException {
        SegmentScanner.Result result;
        List<Range> spoilt;
        try (LineFile file = new LineFile(segment.file())) {
            result = SegmentScanner.scan(segment, file);
            spoilt = spoilt(file, result);
        }
        SegmentIndex found = result.index().snapshot();
        long last = view.lastSeqOf(place);
        List<SeqRange> damaged = LogAudit.damaged(found, segment.firstSeq(), last);
        bytes += result.size();
        records += last - segment.firstSeq() + 1;
        if (!spoilt.isEmpty()) {
            setAside(segment, spoilt, result.size());
        }
        for (SeqRange range : damaged) {
            records -= range.last() - range.first() + 1;
            lose(segment, range.first(), range.last(), LogAudit.DAMAGED, true);
        }
        if (!view.isActive(place)) {
            Optional<String> problem = LogAudit.indexProblem(segment, found, last);
            if (problem.isPresent() || !spoilt.isEmpty()) {
                IndexCache.store(
                        files, segment, SegmentSummary.of(found, result.index().agents()), found);
                context.indexes().forget(segment.file());
                boolean mended = LogAudit.indexProblem(segment, found, last).isEmpty();
                problem.ifPresent(text -> findings.add(new Finding(LogAudit.name(segment), 0, 0, text, mended)));
            }
        }
    }

    /** The bytes that are no records, where they are not blank already. */
    private static List<Range> spoilt(LineFile file, SegmentScanner.Result result) throws IOException {
        SegmentIndex found = result.index().snapshot();
        List<Range> ranges = new ArrayList<>();
        for (long seq = found.firstSeq(); seq <= found.lastSeq(); seq++) {
            if (found.code(seq) == SegmentIndex.DAMAGED) {
                add(ranges, file, found.start(seq), found.end(seq));
            }
        }
        add(ranges, file, found.end(), result.size());
        return ranges;
    }

    private static void add(List<Range> ranges, LineFile file, long start, long end) throws IOException {
        if (start < end && !isBlank(file, start, end)) {
            ranges.add(new Range(start, end));
        }
    }

    private static boolean isBlank(LineFile file, long start, long end) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long position = start; position < end; ) {
            int count = file.read(position, piece, 0, (int) Math.min(PIECE, end - position));
            if (count == 0) {
                return false;
            }
            for (int i = 0; i < count; i++) {
                if (piece[i] != (position + i == end - 1 ? '\n' : ' ')) {
                    return false;
                }
            }
            position += count;
        }
        return true;
    }

    private void setAside(Segment segment, List<Range> spoilt, long size) throws IOException {
        Path copy = LogRecovery.free(segment.file());
        Path blanked = segment.file().resolveSibling(LogAudit.name(segment) + SegmentName.TEMPORARY);
        try (LineFile source = new LineFile(segment.file());
                FileLayer.Output aside = files.open(copy)) {
            for (Range range : spoilt) {
                copy(source, range.start(), range.end(), aside);
            }
            aside.force();
            files.delete(blanked);
            try (FileLayer.Output output = files.open(blanked)) {
                long position = 0;
                for (Range range : spoilt) {
                    copy(source, position, range.start(), output);
                    blank(range.end() - range.start(), output);
                    position = range.end();
                }
                copy(source, position, size, output);
                output.force();
            }
        }
        files.rename(blanked, segment.file());
        files.forceDirectory(segment.file().getParent());
        LOG.warn("{}: damaged bytes are kept in {} and blanked", segment.file(), copy.getFileName());
    }

    private static void copy(LineFile source, long from, long to, FileLayer.Output target) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long position = from; position < to; ) {
            int count = source.read(position, piece, 0, (int) Math.min(PIECE, to - position));
            if (count == 0) {
                throw new IOException("the segment ends at " + position + ", before " + to);
            }
            target.write(piece, 0, count);
            position += count;
        }
    }

    private static void blank(long count, FileLayer.Output target) throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, count)];
        Arrays.fill(piece, (byte) ' ');
        long left = count - 1;
        while (left > 0) {
            int length = (int) Math.min(piece.length, left);
            target.write(piece, 0, length);
            left -= length;
        }
        target.write(new byte[] {'\n'}, 0, 1);
    }

    private void lose(Segment segment, long from, long to, String problem, boolean mended) {
        missing += to - from + 1;
        findings.add(new Finding(LogAudit.name(segment), from, to, problem, mended));
    }
}
