package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Direction;

/**
 * Where the records of a segment lie, and what of them a query may ask for; a snapshot. 20 bytes of heap to a record,
 * in arrays that may be longer than the snapshot: more records may be on their way in behind it.
 */
final class SegmentIndex {
    /** The code of a record that cannot be read. */
    static final int DAMAGED = -1;
    /** Codes that belong to one type: one for each direction, and one that is not used. */
    static final int CODES_PER_TYPE = 4;

    private final long firstSeq;
    private final int count;
    private final long end;
    private final long[] offsets;
    private final long[] micros;
    private final int[] codes;
    private final String[] types;

    /** @param end where the last record ends */
    SegmentIndex(long firstSeq, int count, long end, long[] offsets, long[] micros, int[] codes, String[] types) {
        this.firstSeq = firstSeq;
        this.count = count;
        this.end = end;
        this.offsets = offsets;
        this.micros = micros;
        this.codes = codes;
        this.types = types;
    }

    /** A segment without any readable record. */
    static SegmentIndex empty(long firstSeq) {
        return new SegmentIndex(firstSeq, 0, 0, new long[0], new long[0], new int[0], new String[0]);
    }

    static int code(int type, Direction direction) {
        return type * CODES_PER_TYPE + direction.ordinal();
    }

    long firstSeq() {
        return firstSeq;
    }

    /** Including those that are damaged. */
    int count() {
        return count;
    }

    long lastSeq() {
        return firstSeq + count - 1;
    }

    /** Where the last record ends. */
    long end() {
        return end;
    }

    /** The types that occur; a code tells its type's place in here. */
    String[] types() {
        return types;
    }

    /** Type and direction of a record as one number, or {@link #DAMAGED}, also for one that the segment lacks. */
    int code(long seq) {
        return seq < firstSeq || seq > lastSeq() ? DAMAGED : codes[place(seq)];
    }

    long start(long seq) {
        return offsets[place(seq)];
    }

    long end(long seq) {
        return seq == lastSeq() ? end : offsets[place(seq) + 1];
    }

    long micros(long seq) {
        return micros[place(seq)];
    }

    /** The first record that was appended later than this; the one behind the last if there is none. */
    long firstAfter(long time) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (micros[middle] > time) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return firstSeq + low;
    }

    /** How many of the records from one to another, both included, the filter accepts. */
    long count(long from, long to, boolean[] accepted) {
        long matches = 0;
        for (long seq = from; seq <= Math.min(to, lastSeq()); seq++) {
            int code = codes[place(seq)];
            if (code != DAMAGED && accepted[code]) {
                matches++;
            }
        }
        return matches;
    }

    /** How often each code occurs; damaged records are left out. */
    int[] histogram() {
        int[] histogram = new int[types.length * CODES_PER_TYPE];
        for (int i = 0; i < count; i++) {
            if (codes[i] != DAMAGED) {
                histogram[codes[i]]++;
            }
        }
        return histogram;
    }

    /** About how many bytes of heap it needs. */
    long weight() {
        return 200L + 20L * codes.length + 100L * types.length;
    }

    long[] offsets() {
        return offsets;
    }

    long[] micros() {
        return micros;
    }

    int[] codes() {
        return codes;
    }

    private int place(long seq) {
        return (int) (seq - firstSeq);
    }
}
