package dev.switchboard.store.postgresql.internal;

import dev.switchboard.content.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Moves a content in pieces, so that it may be larger than the heap, replaces what is not UTF-8 by U+FFFD, and refuses what is not one
 * line.
 */
final class Utf8Line {
    private static final int PIECE = 1 << 16;

    /** Takes the bytes that come out. */
    @FunctionalInterface
    interface Target {
        void put(byte[] bytes, int from, int length) throws IOException;
    }

    private Utf8Line() {}

    /**
     * What a content comes to.
     *
     * @param size in bytes, of what comes out
     * @param changed whether anything was replaced
     */
    record Measure(long size, boolean changed) {}

    /**
     * Reads the content once, to its end.
     *
     * @throws IllegalArgumentException if it is empty, or has a line feed
     * @throws IOException if it cannot be read
     */
    static Measure measure(Content content) throws IOException {
        if (content.size() == 0) {
            throw new IllegalArgumentException("a record's content must be a JSON object, not empty");
        }
        long[] size = new long[1];
        boolean changed = repair(content, (bytes, from, length) -> {
            for (int i = from; i < from + length; i++) {
                if (bytes[i] == '\n') {
                    throw new IllegalArgumentException("a record's content must be one line, without a line feed");
                }
            }
            size[0] += length;
        });
        return new Measure(size[0], changed);
    }

    /** Passes the content on as it is to be kept; returns whether anything was replaced. */
    static boolean repair(Content content, Target target) throws IOException {
        // Behind the piece there is room for what it leaves of a sequence that the next one ends.
        ByteBuffer in = ByteBuffer.allocate((int) Math.min(PIECE, content.size() + 4));
        CharBuffer chars = CharBuffer.allocate(in.capacity());
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        boolean changed = false;
        for (long done = 0; done < content.size() || in.position() > 0; ) {
            done += fill(content, done, in);
            in.flip();
            changed |= pass(decoder, in, chars, done == content.size(), target);
            in.compact();
        }
        return changed;
    }

    private static int fill(Content content, long position, ByteBuffer in) throws IOException {
        if (position == content.size()) {
            return 0;
        }
        int count = content.read(position, in);
        if (count <= 0) {
            throw new IOException("the content ends at " + position + " of " + content.size() + " bytes");
        }
        return count;
    }

    /** Passes on what is there; only the beginning of a sequence may be left. */
    private static boolean pass(CharsetDecoder decoder, ByteBuffer in, CharBuffer chars, boolean last, Target target)
            throws IOException {
        boolean changed = false;
        while (true) {
            int from = in.position();
            chars.clear();
            decoder.reset();
            var result = decoder.decode(in, chars, last);
            target.put(in.array(), in.arrayOffset() + from, in.position() - from);
            if (result.isUnderflow()) {
                return changed;
            }
            if (result.isMalformed()) {
                in.position(in.position() + result.length());
                byte[] replacement = "\uFFFD".getBytes(StandardCharsets.UTF_8);
                target.put(replacement, 0, replacement.length);
                changed = true;
            }
        }
    }
}
