package dev.switchboard.protocol.agent;

import dev.switchboard.content.Content;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Walks over JSON (RFC 8259) and tells whether it is; keeps nothing of it. Why not a library's parser: those that are
 * fast refuse malformed UTF-8, which agents relay from the files they read.
 */
final class JsonWalker extends JsonPieces {
    /** Deeper values are refused: parsers behind us give up at 1000 levels, and a frame adds a few around the line. */
    static final int MAX_DEPTH = 960;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long CONTROL = ' ' * ONES;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;

    /** One bit for each level: set if it is an object. */
    private final long[] objects = new long[MAX_DEPTH / Long.SIZE];

    private boolean wellFormed = true;

    /** Where the text of the key that was taken last begins and ends in the content, quotes excluded. */
    long keyStart;

    long keyEnd;

    /** Whether an escape was taken since this was set to {@code false}. */
    boolean escaped;

    JsonWalker(Content content) {
        super(content);
    }

    /** Whether all text so far was well-formed UTF-8. */
    boolean wellFormed() {
        return wellFormed;
    }

    /** The next byte that is not white space, without taking it; -1 at the end. */
    int token() {
        int b = peek();
        while (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
            at++;
            b = peek();
        }
        return b;
    }

    /** Takes the byte if it comes next, white space aside. */
    boolean take(char expected) {
        if (token() != expected) {
            return false;
        }
        at++;
        return true;
    }

    /** Takes a key and its colon; {@code false} if none comes. */
    boolean key() {
        if (!take('"')) {
            return false;
        }
        escaped = false;
        keyStart = position();
        if (!string()) {
            return false;
        }
        keyEnd = position() - 1;
        return take(':');
    }

    /** Takes one whole value; {@code false} if none comes. */
    boolean value() {
        int depth = 0;
        while (true) {
            int b = token();
            if (b == '{' || b == '[') {
                at++;
                if (depth == MAX_DEPTH) {
                    return false;
                }
                enter(depth++, b == '{');
                if (!take(b == '{' ? '}' : ']')) {
                    if (b == '{' && !key()) {
                        return false;
                    }
                    continue;
                }
                depth--;
            } else if (!scalar(b)) {
                return false;
            }
            while (depth > 0 && !take(',')) {
                if (!take(inObject(depth - 1) ? '}' : ']')) {
                    return false;
                }
                depth--;
            }
            if (depth == 0) {
                return true;
            }
            if (inObject(depth - 1) && !key()) {
                return false;
            }
        }
    }

    private void enter(int level, boolean object) {
        long bit = 1L << level;
        objects[level >> 6] = object ? objects[level >> 6] | bit : objects[level >> 6] & ~bit;
    }

    private boolean inObject(int level) {
        return (objects[level >> 6] >> level & 1) != 0;
    }

    private boolean scalar(int first) {
        switch (first) {
            case '"':
                at++;
                return string();
            case 't':
                return literal("true");
            case 'f':
                return literal("false");
            case 'n':
                return literal("null");
            default:
                return number();
        }
    }

    private boolean literal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (take() != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (peek() == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if ((peek() | 0x20) == 'e') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        boolean any = false;
        for (int b = peek(); b >= '0' && b <= '9'; b = peek()) {
            at++;
            any = true;
        }
        return any;
    }

    /** Takes the rest of a string whose opening quote was taken. */
    private boolean string() {
        while (true) {
            skipPlain();
            int b = take();
            if (b == '"') {
                return true;
            }
            if (b >= 0x80) {
                sequence(b);
                skipThreeByteLetters();
            } else if (b < ' ' || b == '\\' && !escape()) {
                return false;
            }
        }
    }

    /** Goes on to the next byte of a string that means something, or to the end of the buffer; eight bytes at a time. */
    private void skipPlain() {
        int i = at;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long w = (long) EIGHT.get(bytes, i);
            long quote = w ^ QUOTES;
            long backslash = w ^ BACKSLASHES;
            // In each term a set high bit marks a byte, and the lowest mark is always true (borrows only run upwards).
            long marks = (w | (w - CONTROL) | (quote - ONES) & ~quote | (backslash - ONES) & ~backslash) & HIGH;
            if (marks != 0) {
                at = i + (Long.numberOfTrailingZeros(marks) >> 3);
                return;
            }
        }
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        at = i;
    }

    /** Text in many scripts is made of little else: as fast as it gets, leaving the rarer cases to {@link #sequence}. */
    private void skipThreeByteLetters() {
        int i = at;
        while (i <= end - 3
                && bytes[i] > (byte) 0xe0
                && bytes[i] < (byte) 0xed
                && bytes[i + 1] < (byte) 0xc0
                && bytes[i + 2] < (byte) 0xc0) {
            i += 3;
        }
        at = i;
    }

    private boolean escape() {
        escaped = true;
        switch (take()) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return true;
            case 'u':
                return hex() && hex() && hex() && hex();
            default:
                return false;
        }
    }

    private boolean hex() {
        return Character.digit(take(), 16) >= 0;
    }

    /** Takes the continuation of a UTF-8 sequence (Unicode table 3-7); leaves what does not belong to it. */
    private void sequence(int lead) {
        int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (lead < 0xc2 || lead > 0xf4) {
            wellFormed = false;
            return;
        }
        for (; more > 0; more--) {
            int b = peek();
            if (b < low || b > high) {
                wellFormed = false;
                return;
            }
            at++;
            low = 0x80;
            high = 0xbf;
        }
    }
}
