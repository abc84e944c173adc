package dev.switchboard.broadcast.internal;

/**
 * What of a topic is in memory; immutable except that its last chunk grows. Chunks are numbered through a topic's life,
 * so a reader's position that has left memory is recognised by its number.
 *
 * @param first the number of the first chunk
 * @param chunks the oldest first
 * @param floor the last record before the first chunk; who has not got it yet has to read the log
 */
record Window(long first, Chunk[] chunks, long floor) {
    private static final Chunk[] NONE = {};

    /** Nothing in memory. */
    static Window empty(long first, long floor) {
        return new Window(first, NONE, floor);
    }

    /** The chunk of this number, or {@code null} if there is none yet. */
    Chunk chunk(long number) {
        long index = number - first;
        return index < chunks.length ? chunks[(int) index] : null;
    }

    /** The last chunk, or {@code null}. */
    Chunk tail() {
        return chunks.length == 0 ? null : chunks[chunks.length - 1];
    }

    /** The number of the chunk that comes next. */
    long next() {
        return first + chunks.length;
    }

    Window withFloor(long seq) {
        return new Window(first, chunks, seq);
    }

    Window plus(Chunk chunk) {
        Chunk[] more = new Chunk[chunks.length + 1];
        System.arraycopy(chunks, 0, more, 0, chunks.length);
        more[chunks.length] = chunk;
        return new Window(first, more, floor);
    }

    /** Without the oldest {@code count} chunks. */
    Window without(int count) {
        long seq = floor;
        for (int i = 0; i < count; i++) {
            seq = chunks[i].lastSeq() != 0 ? chunks[i].lastSeq() : seq;
        }
        Chunk[] rest = new Chunk[chunks.length - count];
        System.arraycopy(chunks, count, rest, 0, rest.length);
        return new Window(first + count, rest, seq);
    }
}
