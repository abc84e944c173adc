package dev.switchboard.protocol.agent;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;

/** Content that gives at most a few bytes a time, so that everything is torn between two pieces somewhere. */
record CrumbContent(byte[] bytes, int crumb) implements Content {
    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        int count = (int) Math.min(Math.min(crumb, target.remaining()), bytes.length - position);
        target.put(bytes, (int) position, count);
        return count;
    }

    @Override
    public boolean inMemory() {
        return true;
    }
}
