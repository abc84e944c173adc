package dev.switchboard.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedContentTest {
    /** Gives a byte at a time, as a file may, and counts how often it is asked. */
    private record Slow(String text, AtomicInteger asked) implements Content {
        @Override
        public long size() {
            return text.length();
        }

        @Override
        public int read(long position, ByteBuffer target) {
            asked.incrementAndGet();
            if (position >= text.length() || !target.hasRemaining()) {
                return 0;
            }
            target.put((byte) text.charAt((int) position));
            return 1;
        }

        @Override
        public boolean inMemory() {
            return true;
        }
    }

    private static String read(Content content, long position, int room) {
        ByteBuffer target = ByteBuffer.allocate(room);
        int count = content.read(position, target);
        assertEquals(count, target.position());
        return new String(target.array(), 0, count, StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("M3 the parts follow each other, from any place on and into any room, empty ones among them")
    void joins() {
        Content content = JoinedContent.of(
                Content.of(""),
                Content.of("ab"),
                Content.of(""),
                Content.of(""),
                JoinedContent.of(Content.of("c"), Content.of("de")),
                Content.of("f"),
                Content.of(""));
        assertEquals(6, content.size());
        assertEquals("abcdef", content.toText());
        for (int position = 0; position <= 7; position++) {
            for (int room = 0; room <= 7; room++) {
                String expected = "abcdef".substring(Math.min(6, position), Math.min(6, position + room));
                assertEquals(expected, read(content, position, room), position + " " + room);
            }
        }
    }

    @Test
    @DisplayName("M3 nothing, and nothing but empty parts, is empty")
    void empty() {
        for (Content content : new Content[] {JoinedContent.of(), JoinedContent.of(Content.of(""), Content.of(""))}) {
            assertEquals(0, content.size());
            assertEquals("", content.toText());
            assertEquals("", read(content, 0, 5));
        }
    }

    @Test
    @DisplayName(
            "M3 a part that gives less than it has is asked again; each is asked as often as it has to be and no more")
    void asksOnce() {
        AtomicInteger asked = new AtomicInteger();
        Content[] parts = IntStream.range(0, 2000)
                .mapToObj(i -> new Slow(i % 2 == 0 ? "x" : "yz", asked))
                .toArray(Content[]::new);
        assertEquals("xyz".repeat(1000), JoinedContent.of(parts).toText());
        assertEquals(3000, asked.get());
    }

    @Test
    @DisplayName("M3 it is in memory if all its parts are")
    void inMemory(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("part"), "in a file");
        Content mixed = JoinedContent.of(Content.of("<"), Content.of(file, 3, 9), Content.of(">"));
        assertEquals("<a file>", mixed.toText());
        assertFalse(mixed.inMemory());
        assertTrue(JoinedContent.of(Content.of("a")).inMemory());
    }
}
