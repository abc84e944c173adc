package dev.switchboard.broadcast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundFrameTest {
    @ParameterizedTest
    @CsvSource({"0, 2", "125, 2", "126, 4", "65535, 4", "65536, 10", "1000000, 10"})
    @DisplayName("C1 the header has the size that RFC 6455 gives it, at each length where that changes")
    void headers(int length, int header) {
        byte[] text = new byte[length];
        java.util.Arrays.fill(text, (byte) 'x');
        OutboundFrame frame = OutboundFrame.text(FrameKind.NOTICE, 0, text);
        assertEquals(header, OutboundFrame.headerSize(length));
        assertEquals(header + length, frame.wireSize());
        ByteBuffer wire = frame.wire();
        assertEquals(0x81, wire.get() & 0xFF, "a whole text message");
        int first = wire.get() & 0xFF;
        long told = first < 126 ? first : first == 126 ? wire.getShort() & 0xFFFF : wire.getLong();
        assertEquals(length, told, "not masked");
        assertEquals(length, wire.remaining());
    }

    @Test
    @DisplayName(
            "C6 the bytes are shared by all who are sent them, so nobody can change them, nor another's place in them")
    void shared() {
        OutboundFrame frame = OutboundFrame.text(FrameKind.NOTICE, 0, "{\"type\":\"x\"}".getBytes(UTF_8));
        ByteBuffer one = frame.wire();
        ByteBuffer other = frame.wire();
        one.position(5);
        assertEquals(0, other.position());
        assertThrows(ReadOnlyBufferException.class, () -> other.put((byte) 1));
    }

    @ParameterizedTest
    @EnumSource(FrameKind.class)
    @DisplayName("M1 a record has a seq, and nothing else has one")
    void seqs(FrameKind kind) {
        boolean record = kind != FrameKind.PARTIAL && kind != FrameKind.NOTICE;
        byte[] text = {'{', '}'};
        assertEquals(
                record ? 1 : 0, OutboundFrame.text(kind, record ? 1 : 0, text).seq());
        assertThrows(IllegalArgumentException.class, () -> OutboundFrame.text(kind, record ? 0 : 1, text));
        assertThrows(IllegalArgumentException.class, () -> OutboundFrame.text(kind, -1, text));
    }

    @Test
    @DisplayName("C6 a record that is too large holds a place and no bytes")
    void tooLarge() {
        OutboundFrame frame = OutboundFrame.tooLarge(FrameKind.AGENT, 7);
        assertTrue(frame.isTooLarge());
        assertEquals(7, frame.seq());
        assertEquals(0, frame.wireSize());
        assertThrows(IllegalStateException.class, frame::wire);
        assertThrows(IllegalArgumentException.class, () -> OutboundFrame.tooLarge(FrameKind.AGENT, 0));
        assertFalse(OutboundFrame.text(FrameKind.AGENT, 7, new byte[0]).isTooLarge());
    }

    @Test
    void limitsArePositive() {
        assertEquals(1, new QueueLimits(1, 1).ringBytes());
        assertThrows(IllegalArgumentException.class, () -> new QueueLimits(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new QueueLimits(1, 0));
    }
}
