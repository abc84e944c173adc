package dev.switchboard.protocol.agent;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A part of other content; readable as long as that is. */
final class ContentRegion implements Content {
    private final Content whole;
    private final long start;
    private final long end;

    ContentRegion(Content whole, long start, long end) {
        Objects.checkFromToIndex(start, end, whole.size());
        this.whole = whole;
        this.start = start;
        this.end = end;
    }

    @Override
    public long size() {
        return end - start;
    }

    @Override
    public int read(long position, ByteBuffer target) {
        Objects.checkIndex(position, Long.MAX_VALUE);
        int wanted = (int) Math.min(target.remaining(), Math.max(0, size() - position));
        if (wanted == 0) {
            return 0;
        }
        int limit = target.limit();
        target.limit(target.position() + wanted);
        try {
            return whole.read(start + position, target);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public boolean inMemory() {
        return whole.inMemory();
    }

    @Override
    public String toString() {
        return "Content[" + size() + " bytes of " + whole + "]";
    }
}
