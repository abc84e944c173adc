package dev.switchboard.executor.claude.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchboard.content.Content;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/** Well-formed UTF-8 made of content that may not be, a piece at a time. */
final class WellFormedStream extends InputStream {
    private static final int PIECE = 1 << 14;

    private final Content content;
    private final ByteBuffer raw = ByteBuffer.allocate(PIECE).limit(0);
    private final CharBuffer characters = CharBuffer.allocate(PIECE);
    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer ready = ByteBuffer.allocate(0);
    private long position;
    private boolean finished;

    WellFormedStream(Content content) {
        this.content = content;
    }

    @Override
    public int read() {
        return fill() ? ready.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length > 0 && !fill()) {
            return -1;
        }
        int count = Math.min(length, ready.remaining());
        ready.get(target, offset, count);
        return count;
    }

    private boolean fill() {
        while (!ready.hasRemaining() && !finished) {
            raw.compact();
            position += content.read(position, raw);
            raw.flip();
            finished = position == content.size();
            decoder.decode(raw, characters, finished);
            if (finished) {
                decoder.flush(characters);
            }
            ready = UTF_8.encode(characters.flip());
            characters.clear();
        }
        return ready.hasRemaining();
    }
}
