package dev.switchboard.messagelog.file.internal;

import java.util.Map;

/**
 * What is in a segment, without telling where.
 *
 * @param firstSeq its first record
 * @param count how many records it has, including those that are damaged
 * @param damaged how many of them cannot be read
 * @param segmentSize how long its file was when this was written down
 * @param types the types that occur
 * @param histogram how often each code occurs (see {@link SegmentIndex#code(long)})
 * @param agents the last record of each agent
 */
record SegmentSummary(
        long firstSeq,
        int count,
        int damaged,
        long segmentSize,
        String[] types,
        int[] histogram,
        Map<String, Long> agents) {

    static SegmentSummary of(SegmentIndex index, Map<String, Long> agents) {
        int[] histogram = index.histogram();
        int readable = 0;
        for (int occurrences : histogram) {
            readable += occurrences;
        }
        return new SegmentSummary(
                index.firstSeq(),
                index.count(),
                index.count() - readable,
                index.end(),
                index.types(),
                histogram,
                Map.copyOf(agents));
    }

    SegmentSummary withSegmentSize(long size) {
        return new SegmentSummary(firstSeq, count, damaged, size, types, histogram, agents);
    }

    /** How many records the filter accepts. */
    long count(EntryFilter filter) {
        boolean[] accepted = filter.accepted(types);
        long matches = 0;
        for (int code = 0; code < histogram.length; code++) {
            matches += accepted[code] ? histogram[code] : 0;
        }
        return matches;
    }

    /** About how many bytes of heap it needs. */
    long weight() {
        return 200L + 120L * types.length + 120L * agents.size();
    }
}
