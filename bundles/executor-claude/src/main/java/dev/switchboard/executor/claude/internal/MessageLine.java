package dev.switchboard.executor.claude.internal;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * JSON put together from pieces, as one line: a line feed or carriage return in a piece can only stand between tokens,
 * and becomes a space. The pieces are not copied, one may be the 64 MB input of a tool.
 */
record MessageLine(List<Content> pieces, long size) implements Content {
    static MessageLine of(Content... pieces) {
        long size = 0;
        for (Content piece : pieces) {
            size += piece.size();
        }
        return new MessageLine(List.of(pieces), size);
    }

    @Override
    public int read(long position, ByteBuffer target) {
        long within = position;
        for (Content piece : pieces) {
            if (within < piece.size()) {
                int start = target.position();
                int count = piece.read(within, target);
                joinLines(target, start, start + count);
                return count;
            }
            within -= piece.size();
        }
        return 0;
    }

    private static void joinLines(ByteBuffer buffer, int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer.get(i) == '\n' || buffer.get(i) == '\r') {
                buffer.put(i, (byte) ' ');
            }
        }
    }

    @Override
    public boolean inMemory() {
        return pieces.stream().allMatch(Content::inMemory);
    }

    /** Its size only: it may hold a prompt. */
    @Override
    public String toString() {
        return "MessageLine[" + size + " bytes]";
    }
}
