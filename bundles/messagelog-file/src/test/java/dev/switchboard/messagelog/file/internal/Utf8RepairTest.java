package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Utf8RepairTest {
    /** Bytes around every edge of UTF-8's definition. */
    private static final byte[] EDGES =
            HexFormat.of().parseHex("417f8081898f909f a0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5ff".replace(" ", ""));

    @Test
    @DisplayName("M1 malformed UTF-8 becomes what Java makes of it, wherever it is split")
    void likeJava() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = EDGES[random.nextInt(EDGES.length)];
                if (i > 0 && bytes[i - 1] == (byte) 0xED && bytes[i] >= (byte) 0xA0 && bytes[i] <= (byte) 0xBF) {
                    bytes[i] = 'a'; // Java takes a surrogate for one error, see below
                }
            }
            assertArrayEquals(
                    java(bytes), repair(bytes, random), () -> HexFormat.of().formatHex(bytes));
        }
    }

    @Test
    @DisplayName("M1 a surrogate, which UTF-8 must not have, is three errors")
    void surrogate() throws IOException {
        byte[] bytes = {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'b'};
        assertEquals("a\uFFFD\uFFFD\uFFFDb", new String(repair(bytes, new Random(7)), StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("M1 every code point passes untouched")
    void untouched() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += 7) {
            if (point != '\n' && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)) {
                all.appendCodePoint(point);
            }
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(bytes, repair(bytes, new Random(7)));
    }

    @Test
    @DisplayName("M1 a line feed is found, also behind an incomplete sequence")
    void lineFeed() {
        Utf8Repair repair = new Utf8Repair((bytes, from, length) -> {});
        assertThrows(Utf8Repair.LineFeedException.class, () -> repair.put(new byte[] {(byte) 0xC3, '\n'}, 0, 2));
    }

    @Test
    @DisplayName("M1 replacements are counted")
    void counted() throws IOException {
        Utf8Repair repair = new Utf8Repair((bytes, from, length) -> {});
        repair.put(new byte[] {'a', (byte) 0xFF, (byte) 0xC3}, 0, 3);
        assertEquals(1, repair.replaced());
        repair.finish();
        assertEquals(2, repair.replaced());
    }

    private static byte[] java(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] repair(byte[] bytes, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Utf8Repair repair = new Utf8Repair(out::write);
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(Math.max(4, bytes.length / 10)));
            repair.put(bytes, from, to);
            from = to;
        }
        repair.finish();
        return out.toByteArray();
    }
}
