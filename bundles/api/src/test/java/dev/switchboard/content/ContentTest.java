package dev.switchboard.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {
    private static final String TEXT = "0123456789 Grüezi 🇨🇭";

    @TempDir
    Path directory;

    /** The same bytes, each way that content can be had. */
    private List<Content> same() throws Exception {
        byte[] bytes = TEXT.getBytes(UTF_8);
        byte[] padded = ("<<" + TEXT + ">>").getBytes(UTF_8);
        Path file = Files.write(directory.resolve("file"), padded);
        return List.of(
                Content.of(TEXT),
                Content.of(bytes),
                Content.of(padded, 2, bytes.length),
                Content.of(file, 2, 2L + bytes.length));
    }

    @Test
    @DisplayName("X2 wherever bytes are kept, they are the same: whole, as text, and from any place on")
    void reads() throws Exception {
        byte[] expected = TEXT.getBytes(UTF_8);
        for (Content content : same()) {
            assertEquals(expected.length, content.size(), content.toString());
            assertArrayEquals(expected, content.toBytes(), content.toString());
            assertEquals(TEXT, content.toText());
            for (int at = 0; at <= expected.length; at++) {
                ByteBuffer all = ByteBuffer.allocate(expected.length);
                int count = content.read(at, all);
                assertEquals(expected.length - at, count);
                assertArrayEquals(
                        java.util.Arrays.copyOfRange(expected, at, expected.length),
                        java.util.Arrays.copyOf(all.array(), count));
            }
        }
    }

    @Test
    @DisplayName("X2 reading stops at the buffer's limit and at the content's end, and leaves the limit as it was")
    void boundaries() throws Exception {
        for (Content content : same()) {
            ByteBuffer small = ByteBuffer.allocate(8).limit(3);
            assertEquals(3, content.read(4, small));
            assertEquals("456", new String(small.array(), 0, 3, UTF_8));
            assertEquals(3, small.limit());
            assertEquals(0, content.read(4, small), "a full buffer");
            assertEquals(0, content.read(content.size(), ByteBuffer.allocate(4)), "at the end");
            assertEquals(0, content.read(content.size() + 1000, ByteBuffer.allocate(4)), "behind the end");
            ByteBuffer large = ByteBuffer.allocate(1000);
            content.read(content.size() - 1, large);
            assertEquals(1, large.position());
            assertEquals(1000, large.limit());
            assertThrows(IndexOutOfBoundsException.class, () -> content.read(-1, ByteBuffer.allocate(1)));
        }
    }

    @Test
    void tellsWhereItIs() throws Exception {
        List<Content> all = same();
        assertTrue(all.get(0).inMemory());
        assertFalse(all.get(3).inMemory());
        for (Content content : all) {
            assertFalse(content.toString().contains("Grüezi"), "contents are in no log: " + content);
        }
    }

    @Test
    @DisplayName("X2 a region that is none is refused; one that is larger than an array is not read into one")
    void impossible() {
        Path file = directory.resolve("none");
        assertThrows(IndexOutOfBoundsException.class, () -> Content.of(file, -1, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> Content.of(file, 5, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> Content.of(new byte[4], 2, 3));
        assertEquals(0, Content.of(file, 5, 5).toBytes().length);
        assertThrows(
                IllegalStateException.class, () -> Content.of(file, 0, 3L << 30).toBytes());
    }

    @Test
    @DisplayName("M2 a file that is gone, or shorter than the region, is an error and never other bytes")
    void goneFile() throws Exception {
        assertThrows(
                UncheckedIOException.class,
                () -> Content.of(directory.resolve("none"), 0, 4).toBytes());
        Path shorter = Files.writeString(directory.resolve("short"), "abc");
        assertThrows(UncheckedIOException.class, () -> Content.of(shorter, 0, 4).toBytes());
        ByteBuffer target = ByteBuffer.allocate(9).limit(4);
        assertThrows(UncheckedIOException.class, () -> Content.of(shorter, 3, 7).read(0, target));
        assertEquals(4, target.limit(), "also when it fails");
    }

    @Test
    @DisplayName("X2 malformed UTF-8 reads as U+FFFD")
    void malformed() {
        assertEquals("a\uFFFDb", Content.of(new byte[] {'a', (byte) 0xC3, 'b'}).toText());
    }

    @Test
    @DisplayName("X2 many threads read one content at once")
    void threads() throws Exception {
        for (Content content : same()) {
            List<String> texts = IntStream.range(0, 64)
                    .parallel()
                    .mapToObj(i -> content.toText())
                    .distinct()
                    .toList();
            assertEquals(List.of(TEXT), texts);
        }
    }
}
