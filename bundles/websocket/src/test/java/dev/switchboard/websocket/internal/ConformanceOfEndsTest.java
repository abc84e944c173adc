package dev.switchboard.websocket.internal;

import static dev.switchboard.websocket.internal.RawClient.BINARY;
import static dev.switchboard.websocket.internal.RawClient.CLOSE;
import static dev.switchboard.websocket.internal.RawClient.CONTINUATION;
import static dev.switchboard.websocket.internal.RawClient.PING;
import static dev.switchboard.websocket.internal.RawClient.PONG;
import static dev.switchboard.websocket.internal.RawClient.TEXT;
import static dev.switchboard.websocket.internal.Talk.FIN;
import static dev.switchboard.websocket.internal.Talk.RSV1;
import static dev.switchboard.websocket.internal.Talk.RSV2;
import static dev.switchboard.websocket.internal.Talk.RSV3;
import static dev.switchboard.websocket.internal.Talk.bytes;
import static dev.switchboard.websocket.internal.Talk.closing;
import static dev.switchboard.websocket.internal.Talk.join;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client may send, and every way in which a connection ends. */
class ConformanceOfEndsTest extends Conformance {
    static Stream<byte[]> violations() {
        byte[] whole = {'x'};
        Stream<byte[]> reserved =
                IntStream.of(3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF).mapToObj(opCode -> bytes(FIN | opCode, whole));
        Stream<byte[]> bits = IntStream.of(RSV1, RSV2, RSV3, RSV1 | RSV2 | RSV3)
                .boxed()
                .flatMap(rsv -> IntStream.of(TEXT, PING, CLOSE).mapToObj(opCode -> bytes(FIN | rsv | opCode)));
        Stream<byte[]> controls = IntStream.of(PING, PONG, CLOSE)
                .boxed()
                .flatMap(opCode -> Stream.of(
                        bytes(FIN | opCode, new byte[126]),
                        bytes(opCode, NOTHING),
                        join(bytes(TEXT, whole), bytes(opCode, NOTHING))));
        Stream<byte[]> order = Stream.of(
                bytes(FIN | CONTINUATION, whole),
                bytes(CONTINUATION, whole),
                join(bytes(TEXT, whole), bytes(FIN | TEXT, whole)),
                join(bytes(TEXT, whole), bytes(TEXT, whole)),
                join(bytes(TEXT, whole), bytes(FIN | BINARY, whole)),
                join(bytes(TEXT, whole), bytes(TEXT | RSV1, whole)));
        Stream<byte[]> masks =
                Stream.of(new byte[] {(byte) (FIN | TEXT), 1, 'x'}, new byte[] {(byte) (FIN | PING), 0}, new byte[] {
                    (byte) (FIN | CLOSE), 2, 3, (byte) 0xE8
                });
        Stream<byte[]> closes = Stream.concat(
                Stream.of(bytes(FIN | CLOSE, (byte) 3)),
                IntStream.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)
                        .mapToObj(code -> bytes(FIN | CLOSE, closing(code, ""))));
        return Stream.of(reserved, bits, controls, order, masks, closes).flatMap(all -> all);
    }

    @ParameterizedTest
    @MethodSource("violations")
    @DisplayName("C1 reserved bits and types, wrong control frames, wrong order, no mask and no codes are 1002")
    void refused(byte[] wrong) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | TEXT, "before").hears("before").raw(wrong).isCutOffWith(1002);
            assertEquals(List.of("before"), List.copyOf(talk.session.texts));
        }
    }

    static Stream<byte[]> notUtf8() {
        return Stream.of(
                        "80",
                        "bf",
                        "c080",
                        "c1bf",
                        "c3",
                        "e28c",
                        "e0809f",
                        "eda080",
                        "edbfbf",
                        "f0808080",
                        "f48fbf",
                        "f4908080",
                        "f8888080",
                        "fe",
                        "ff")
                .map(hex -> HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    @DisplayName("C1 text that is not UTF-8, at the start, at the end, split over fragments, is 1007")
    void notText(byte[] wrong) throws Exception {
        byte[] end = join("Hellö".getBytes(StandardCharsets.UTF_8), wrong);
        for (byte[] bytes : List.of(join(wrong, new byte[] {'x'}), end)) {
            try (Talk talk = Talk.with(rig)) {
                talk.frame(FIN | TEXT, bytes).isClosedWith(1007);
                assertTrue(talk.session.texts.isEmpty());
            }
        }
        try (Talk talk = Talk.with(rig)) {
            int middle = end.length - wrong.length / 2 - 1;
            talk.frame(TEXT, Arrays.copyOf(end, middle));
            talk.frame(FIN | PING).hearsPong();
            talk.frame(FIN | CONTINUATION, Arrays.copyOfRange(end, middle, end.length));
            talk.isClosedWith(1007);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {FIN | BINARY, BINARY})
    @DisplayName("C1 a binary message is refused with 1003 at its first frame")
    void binary(int first) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(first, NOTHING).isClosedWith(1003);
            assertTrue(talk.session.texts.isEmpty());
        }
    }

    @Test
    @DisplayName("C4 a length that no message has is refused, not reserved")
    void absurdLengths() throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.raw(RawClient.head(FIN | TEXT, false, Integer.MAX_VALUE)).raw(new byte[LIMIT + 1]);
            assertEquals(1009, talk.hears("too large").client.read().close().code());
            talk.client.endOutput(); // a close would be a part of the message
            talk.isOver(1009);
        }
        for (int first : new int[] {0, 0x7F, 0x80, 0xFF}) { // 2^31 and more is beyond Jetty's own limit
            byte[] head = RawClient.head(FIN | TEXT, false, 1L << 31);
            head[2] = (byte) first;
            try (Talk talk = Talk.with(rig)) {
                talk.raw(head).isCutOffWith(1009);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
    @DisplayName("C2 each code that a client may close with is answered with the same")
    void codes(int code) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | CLOSE, closing(code, "grüße")).isAnsweredWith(closing(code, "grüße"));
        }
    }

    @Test
    @DisplayName("C2 a close without a code is answered without one, the longest reason is echoed whole")
    void noneAndLongest() throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | CLOSE, NOTHING).isAnsweredWith();
        }
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | CLOSE, closing(1000, "x".repeat(123))).isAnsweredWith(closing(1000, "x".repeat(123)));
        }
    }

    @Test
    @DisplayName("C2 a reason that is not UTF-8 is 1007")
    void badReason() throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | CLOSE, (byte) 3, (byte) 0xE8, (byte) 0xC3).isCutOffWith(1007);
        }
    }

    @Test
    @DisplayName("C2 what comes behind a close is nothing, in the midst of a message too")
    void behindTheClose() throws Exception {
        byte[] close = bytes(FIN | CLOSE, closing(1000, ""));
        byte[] more = join(bytes(FIN | TEXT, (byte) 'x'), bytes(FIN | PING, (byte) 'y'), close);
        try (Talk talk = Talk.with(rig)) {
            talk.raw(join(close, more)).isAnsweredWith(closing(1000, ""));
            assertTrue(talk.session.texts.isEmpty());
        }
        try (Talk talk = Talk.with(rig)) {
            talk.raw(join(bytes(TEXT, (byte) 'x'), close, bytes(FIN | CONTINUATION, (byte) 'x')));
            talk.isAnsweredWith(closing(1000, ""));
            assertTrue(talk.session.texts.isEmpty());
        }
    }

    static Stream<byte[]> unfinished() {
        byte[] message = bytes(FIN | TEXT, new byte[300]);
        return Stream.of(
                NOTHING,
                Arrays.copyOf(message, 1),
                Arrays.copyOf(message, 3),
                Arrays.copyOf(message, 6),
                Arrays.copyOf(message, 200),
                bytes(TEXT, new byte[10]));
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    @DisplayName("C2 a client that ends its sending, between messages or within one, gets its answers and then an end")
    void halfClosed(byte[] rest) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.raw(join(bytes(FIN | TEXT, (byte) 'x'), rest));
            talk.client.endOutput();
            talk.hears("x").isOver(1006);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("C1 bytes cut anywhere are the same messages")
    void chopped(int seed) throws Exception {
        Random random = new Random(seed);
        String text = "grüße ".repeat(1 + random.nextInt(seed == 1 ? 50 : 4_000));
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int cut = random.nextInt(utf8.length);
        byte[] all = join(
                bytes(FIN | TEXT, utf8),
                bytes(TEXT, Arrays.copyOf(utf8, cut)),
                bytes(FIN | PING, (byte) seed),
                bytes(FIN | CONTINUATION, Arrays.copyOfRange(utf8, cut, utf8.length)),
                bytes(FIN | CLOSE, closing(4000, "grüße")));
        int longest = seed == 1 ? 1 : 1 << (2 * seed);
        try (Talk talk = Talk.with(rig)) {
            Thread sender = new Thread(() -> chop(talk, all, longest, random), "test-sender");
            sender.start();
            talk.hears(text).hearsPong((byte) seed).hears(text).isAnsweredWith(closing(4000, "grüße"));
            sender.join(10_000);
        }
    }

    private void chop(Talk talk, byte[] all, int longest, Random random) {
        try {
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(longest));
                talk.raw(Arrays.copyOfRange(all, at, end));
                at = end;
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
