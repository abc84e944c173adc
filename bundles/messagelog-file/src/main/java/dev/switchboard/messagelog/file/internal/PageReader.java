package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.MessageQuery.Order;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one query from one view of a log. What it costs depends on the page: segments without a match are left out by
 * their summaries, the others are searched in their index, and only the records of the page are read.
 */
final class PageReader {
    private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);

    private final LogView view;
    private final MessageQuery query;
    private final IndexCache indexes;
    private final LogFigures figures;
    private final EntryFilter filter;
    private final Cursor cursor;
    private final boolean forward;
    private final List<Message> messages = new ArrayList<>();
    private final GapCollector gaps = new GapCollector();
    private SeqRange range;
    private long toSkip;
    private long bytes;
    /** Where the next page begins; 0 while this one is not full. */
    private long next;

    PageReader(LogView view, MessageQuery query, LogContext context) {
        this.view = view;
        this.query = query;
        this.indexes = context.indexes();
        this.figures = context.figures();
        this.filter = new EntryFilter(query);
        this.cursor = new Cursor(view.epoch(), query);
        this.forward = query.order() == Order.ASCENDING;
    }

    /**
     * @throws dev.switchboard.error.SwitchboardException if the cursor is not of this log and this query
     * @throws IOException if a segment cannot be read
     */
    MessagePage read() throws IOException {
        OptionalLong begin = query.cursor().isPresent()
                ? OptionalLong.of(cursor.decode(query.cursor().get()))
                : OptionalLong.empty();
        range = SeqRange.of(view, query, indexes);
        // An offset is counted from where the query begins, which a cursor has left behind.
        toSkip = begin.isPresent() ? 0 : query.offset();
        long seq = begin.orElse(forward ? range.first() : range.last());
        if (forward) {
            seq = Math.max(seq, range.first()); // what the cursor tells may have been removed meanwhile
        }
        while (range.contains(seq) && next == 0) {
            seq = readSegment(view.placeOf(seq), seq);
        }
        return new MessagePage(
                messages,
                next == 0 ? gaps.all() : gaps.confirmed(),
                query.counted() ? OptionalLong.of(count()) : OptionalLong.empty(),
                next == 0 ? Optional.empty() : Optional.of(cursor.encode(next)),
                view.head());
    }

    /** Reads on from {@code from} to the end of the segment or of the page; returns the record to go on with. */
    private long readSegment(int place, long from) throws IOException {
        long to = forward
                ? Math.min(view.lastSeqOf(place), range.last())
                : Math.max(view.firstSeqOf(place), range.first());
        long behind = forward ? to + 1 : to - 1;
        if (canLeaveOut(place, from, to)) {
            return behind;
        }
        SegmentIndex index = index(place);
        boolean[] accepted = filter.accepted(index.types());
        try (RecordSource source = new RecordSource(view.segments().get(place), index)) {
            for (long seq = from; seq != behind && next == 0; seq += forward ? 1 : -1) {
                int code = index.code(seq);
                if (code == SegmentIndex.DAMAGED) {
                    lose(seq);
                } else if (accepted[code]) {
                    take(source, seq);
                }
            }
        }
        return behind;
    }

    /** Whether nothing of this part of a segment is in the page, as its summary tells. */
    private boolean canLeaveOut(int place, long from, long to) throws IOException {
        if (view.isActive(place) || Math.abs(to - from) + 1 < view.lastSeqOf(place) - view.firstSeqOf(place) + 1) {
            return false;
        }
        SegmentSummary summary = indexes.summary(view.segments().get(place));
        long matches = summary.count(filter);
        if (matches == 0 && toSkip == 0) {
            return isWhole(summary, place);
        }
        if (matches <= toSkip) {
            toSkip -= matches;
            return true;
        }
        return false;
    }

    private boolean isWhole(SegmentSummary summary, int place) {
        return summary.damaged() == 0 && summary.count() == view.lastSeqOf(place) - view.firstSeqOf(place) + 1;
    }

    private void take(RecordSource source, long seq) throws IOException {
        if (toSkip > 0) {
            toSkip--;
        } else if (messages.size() == query.limit() || passesBytes(source, seq)) {
            // Directly behind this page, so that what is damaged from there on is told on the next one.
            next = messages.get(messages.size() - 1).seq() + (forward ? 1 : -1);
        } else {
            Optional<Message> message = source.read(seq);
            if (message.isPresent()) {
                gaps.confirm();
                messages.add(message.get());
                bytes += message.get().content().size();
            } else {
                LOG.warn("Record {} in {} is damaged", seq, source.segment().file());
                lose(seq);
            }
        }
    }

    private boolean passesBytes(RecordSource source, long seq) throws IOException {
        long left = query.maxBytes() - bytes;
        return !messages.isEmpty() && source.lineSize(seq) > left && source.contentSize(seq) > left;
    }

    private void lose(long seq) {
        figures.damaged();
        if (toSkip == 0) {
            gaps.add(seq, seq);
        }
    }

    private long count() throws IOException {
        if (range.isEmpty()) {
            return 0;
        }
        long matches = 0;
        for (int place = view.placeOf(range.first()); place <= view.placeOf(range.last()); place++) {
            long from = Math.max(range.first(), view.firstSeqOf(place));
            long to = Math.min(range.last(), view.lastSeqOf(place));
            boolean all = from == view.firstSeqOf(place) && to == view.lastSeqOf(place);
            if (all && !view.isActive(place)) {
                matches += indexes.summary(view.segments().get(place)).count(filter);
            } else {
                SegmentIndex index = index(place);
                matches += index.count(from, to, filter.accepted(index.types()));
            }
        }
        return matches;
    }

    private SegmentIndex index(int place) throws IOException {
        return view.isActive(place)
                ? view.active()
                : indexes.index(view.segments().get(place));
    }

    /** Opens a segment only when a record of it is really read. */
    private final class RecordSource implements AutoCloseable {
        private final Segment segment;
        private final SegmentIndex index;
        private RecordReader reader;
        private boolean gone;

        RecordSource(Segment segment, SegmentIndex index) {
            this.segment = segment;
            this.index = index;
        }

        Segment segment() {
            return segment;
        }

        Optional<Message> read(long seq) throws IOException {
            return reader().isPresent() ? reader.read(seq) : Optional.empty();
        }

        /** The content is shorter, but how much is not known without reading. */
        long lineSize(long seq) {
            return index.end(seq) - index.start(seq);
        }

        long contentSize(long seq) throws IOException {
            return reader().isPresent() ? reader.contentSize(seq) : 0;
        }

        /** Empty if the segment was deleted since its index was read: its records are lost, not the whole page. */
        private Optional<RecordReader> reader() throws IOException {
            if (reader == null && !gone) {
                try {
                    reader = new RecordReader(segment, index, forward);
                } catch (FileNotFoundException e) {
                    gone = segment.isGone();
                    if (!gone) {
                        throw e; // it is there and cannot be opened
                    }
                }
            }
            return Optional.ofNullable(reader);
        }

        @Override
        public void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
