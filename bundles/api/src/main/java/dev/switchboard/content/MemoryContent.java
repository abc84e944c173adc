package dev.switchboard.content;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Content in an array that nobody changes any more. */
final class MemoryContent implements Content {
    private final byte[] bytes;
    private final int from;
    private final int length;

    MemoryContent(byte[] bytes, int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        this.bytes = bytes;
        this.from = from;
        this.length = length;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        if (position < 0) {
            throw new IndexOutOfBoundsException("position " + position + " is negative");
        }
        int count = (int) Math.min(target.remaining(), Math.max(0, length - position));
        target.put(bytes, from + (int) Math.min(position, length), count);
        return count;
    }

    @Override
    public boolean inMemory() {
        return true;
    }

    @Override
    public String toString() {
        return "Content[" + length + " bytes]";
    }
}
