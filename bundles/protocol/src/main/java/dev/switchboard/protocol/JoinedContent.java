package dev.switchboard.protocol;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Several contents, one behind the other: thousands, where they are a page of history. */
final class JoinedContent implements Content {
    private final List<Content> parts;
    /** Where each part ends. */
    private final long[] ends;

    private JoinedContent(List<Content> parts) {
        this.parts = parts;
        this.ends = new long[parts.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += parts.get(i).size();
            ends[i] = end;
        }
    }

    static JoinedContent of(Content... parts) {
        return new JoinedContent(List.of(parts));
    }

    @Override
    public long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public int read(long position, ByteBuffer target) {
        int read = 0;
        for (int part = partAt(position); part < ends.length && target.hasRemaining(); part++) {
            long begin = part == 0 ? 0 : ends[part - 1];
            if (begin == ends[part]) {
                continue;
            }
            int count = parts.get(part).read(position + read - begin, target);
            if (count <= 0) {
                break;
            }
            read += count;
            if (position + read < ends[part]) {
                break; // it gave less than it has: the next call goes on there
            }
        }
        return read;
    }

    /** The part that has the byte at this position; as many as there are if none has. */
    private int partAt(long position) {
        int found = Arrays.binarySearch(ends, position + 1);
        int part = found < 0 ? -found - 1 : found;
        // Parts without any bytes end where the one before them does.
        while (part > 0 && ends[part - 1] > position) {
            part--;
        }
        return part;
    }

    @Override
    public boolean inMemory() {
        return parts.stream().allMatch(Content::inMemory);
    }
}
