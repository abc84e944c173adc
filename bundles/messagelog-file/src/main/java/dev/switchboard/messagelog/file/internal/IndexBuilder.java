package dev.switchboard.messagelog.file.internal;

import dev.switchboard.message.Origin;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The index of a segment that grows. One thread at a time adds; {@link #agents()} may be read by others meanwhile, and
 * snapshots once they are published safely: what is added later lies behind them or in new arrays.
 */
final class IndexBuilder {
    /** More types and agents than this in one segment end it: they are kept in memory, records are not. */
    private static final int NAMES = 4096;

    private static final int NAME_CHARS = 1 << 18;

    private static final int FIRST_CAPACITY = 128;

    private final long firstSeq;
    private final Map<String, Integer> typeNumbers = new HashMap<>();
    private final Map<String, Long> agents = new ConcurrentHashMap<>();
    private String[] types = new String[0];
    private long[] offsets;
    private long[] micros;
    private int[] codes;
    private int count;
    private long end;
    private long lastMicros;
    private int nameChars;

    /** @param firstMicros the time of the first record */
    IndexBuilder(long firstSeq, long firstMicros) {
        this.firstSeq = firstSeq;
        this.lastMicros = firstMicros;
        this.offsets = new long[FIRST_CAPACITY];
        this.micros = new long[FIRST_CAPACITY];
        this.codes = new int[FIRST_CAPACITY];
    }

    /** Goes on from a stored index. */
    IndexBuilder(SegmentIndex index, Map<String, Long> agents) {
        this.firstSeq = index.firstSeq();
        this.count = index.count();
        this.end = index.end();
        this.offsets = index.offsets();
        this.micros = index.micros();
        this.codes = index.codes();
        this.types = index.types();
        this.lastMicros = count == 0 ? 0 : micros[count - 1];
        this.agents.putAll(agents);
        for (String type : types) {
            typeNumbers.put(type, typeNumbers.size());
            nameChars += type.length();
        }
        agents.keySet().forEach(agent -> nameChars += agent.length());
    }

    /** Adds a record; those between the last one and this one are taken for damaged. */
    void add(RecordHeader header, long from, long to) {
        addDamaged(header.seq() - 1);
        add(from, header.micros(), SegmentIndex.code(typeNumber(header.type()), header.direction()));
        end = to;
        header.origin().map(Origin::agent).ifPresent(agent -> {
            if (agents.put(agent, header.seq()) == null) {
                nameChars += agent.length();
            }
        });
    }

    /** Makes this the last record, by adding damaged ones if it is not there yet. */
    void addDamaged(long lastSeq) {
        while (firstSeq + count <= lastSeq) {
            add(end, lastMicros, SegmentIndex.DAMAGED);
        }
    }

    SegmentIndex snapshot() {
        return new SegmentIndex(firstSeq, count, end, offsets, micros, codes, types);
    }

    /** The last record of each agent. */
    Map<String, Long> agents() {
        return agents;
    }

    long lastSeq() {
        return firstSeq + count - 1;
    }

    long lastMicros() {
        return lastMicros;
    }

    int count() {
        return count;
    }

    /** Where the last record ends. */
    long end() {
        return end;
    }

    /** Whether the segment should end because of the names in it. */
    boolean full() {
        return types.length + agents.size() >= NAMES || nameChars >= NAME_CHARS;
    }

    private void add(long offset, long time, int code) {
        if (count == codes.length) {
            int capacity = Math.max(FIRST_CAPACITY, count + (count >> 1));
            offsets = Arrays.copyOf(offsets, capacity);
            micros = Arrays.copyOf(micros, capacity);
            codes = Arrays.copyOf(codes, capacity);
        }
        offsets[count] = offset;
        micros[count] = time;
        codes[count] = code;
        lastMicros = time;
        count++;
    }

    private int typeNumber(String type) {
        Integer known = typeNumbers.get(type);
        if (known != null) {
            return known;
        }
        int number = types.length;
        types = Arrays.copyOf(types, number + 1);
        types[number] = type;
        typeNumbers.put(type, number);
        nameChars += type.length();
        return number;
    }
}
