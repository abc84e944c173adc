package dev.switchboard.websocket.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Checks UTF-8 without keeping what it decodes. */
final class Utf8 {
    private static final int SCRATCH_CHARS = 1024;

    private Utf8() {}

    static boolean isValid(byte[] text) {
        int ascii = 0;
        while (ascii < text.length && text[ascii] >= 0) {
            ascii++;
        }
        return ascii == text.length || isDecodable(ByteBuffer.wrap(text, ascii, text.length - ascii));
    }

    /** Made for each message that is more than ASCII: thousands of idle connections need not keep what it takes. */
    private static boolean isDecodable(ByteBuffer in) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer scratch = CharBuffer.allocate(Math.min(in.remaining(), SCRATCH_CHARS));
        CoderResult result;
        do {
            result = decoder.decode(in, scratch.clear(), true);
        } while (result.isOverflow());
        return !result.isError();
    }
}
