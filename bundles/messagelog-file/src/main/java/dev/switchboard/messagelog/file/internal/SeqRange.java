package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.MessageQuery;
import java.io.IOException;

/**
 * The records that a query's limits leave, whatever their direction and type: times rise with {@code seq}, so limits of
 * time are limits of {@code seq}.
 *
 * @param first the first one
 * @param last the last one; less than {@code first} if there is none
 */
record SeqRange(long first, long last) {
    static SeqRange of(LogView view, MessageQuery query, IndexCache indexes) throws IOException {
        long first = query.afterSeq() >= view.lastSeq() ? view.lastSeq() + 1 : query.afterSeq() + 1;
        long last = Math.min(query.beforeSeq() - 1, view.lastSeq());
        first = Math.max(first, view.firstSeq());
        if (query.since().isPresent()) {
            first = Math.max(
                    first, firstAfter(view, MicroTime.floor(query.since().get()), indexes));
        }
        if (query.before().isPresent()) {
            last = Math.min(
                    last, firstAfter(view, MicroTime.ceiling(query.before().get()) - 1, indexes) - 1);
        }
        return new SeqRange(first, last);
    }

    /** The first record that was appended later than this; the one behind the last if there is none. */
    private static long firstAfter(LogView view, long micros, IndexCache indexes) throws IOException {
        int place = view.placeAt(micros);
        if (place < 0) {
            return view.firstSeq();
        }
        SegmentIndex index = view.isActive(place)
                ? view.active()
                : indexes.index(view.segments().get(place));
        return Math.min(index.firstAfter(micros), view.lastSeqOf(place) + 1);
    }

    boolean isEmpty() {
        return first > last;
    }

    boolean contains(long seq) {
        return seq >= first && seq <= last;
    }
}
