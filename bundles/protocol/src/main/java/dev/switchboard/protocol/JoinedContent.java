package dev.switchboard.protocol;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;
import java.util.List;

/** Several contents, one behind the other. */
record JoinedContent(List<Content> parts, long size) implements Content {
    static JoinedContent of(Content... parts) {
        long size = 0;
        for (Content part : parts) {
            size += part.size();
        }
        return new JoinedContent(List.of(parts), size);
    }

    @Override
    public int read(long position, ByteBuffer target) {
        long start = position;
        for (Content part : parts) {
            if (start < part.size()) {
                return part.read(start, target);
            }
            start -= part.size();
        }
        return 0;
    }

    @Override
    public boolean inMemory() {
        return parts.stream().allMatch(Content::inMemory);
    }
}
