package dev.switchboard.websocket.internal;

import static dev.switchboard.websocket.internal.RawClient.CONTINUATION;
import static dev.switchboard.websocket.internal.RawClient.PING;
import static dev.switchboard.websocket.internal.RawClient.PONG;
import static dev.switchboard.websocket.internal.RawClient.TEXT;
import static dev.switchboard.websocket.internal.Talk.FIN;
import static dev.switchboard.websocket.internal.Talk.bytes;
import static dev.switchboard.websocket.internal.Talk.join;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may send, in every way that it may be sent. */
class ConformanceTest extends Conformance {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, LIMIT - 1, LIMIT})
    @DisplayName("C1 C4 messages at the edges of each form of length, up to the limit, are taken")
    void lengths(int length) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | TEXT, "x".repeat(length)).hears("x".repeat(length));
            talk.ends();
        }
    }

    @ParameterizedTest
    @CsvSource({"70001,70001", "70001,1000", "70001,70000", "140000,65536"})
    @DisplayName("C4 one byte more than the limit, whole or in pieces, is told, and closes with 1009")
    void beyondTheLimit(int length, int piece) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            for (int at = 0; at < length; at += piece) {
                int last = at + piece >= length ? FIN : 0;
                talk.frame(last | (at == 0 ? TEXT : CONTINUATION), "x".repeat(Math.min(piece, length - at)));
            }
            talk.hears("too large").isClosedWith(1009);
        }
    }

    @Test
    @DisplayName("C1 a length in a longer form than needed is taken, as Autobahn's clients send it")
    void longForms() throws Exception {
        byte[] middle = {(byte) (FIN | TEXT), (byte) 0xFE, 0, 1, 0, 0, 0, 0, 'a'};
        byte[] longest = {(byte) (FIN | TEXT), (byte) 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 'b'};
        try (Talk talk = Talk.with(rig)) {
            talk.raw(middle).hears("a").raw(longest).hears("b").ends();
        }
    }

    @Test
    @DisplayName("C1 many fragments, empty ones among them, are one message")
    void fragments() throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(TEXT, NOTHING);
            for (int i = 0; i < 200; i++) {
                talk.frame(CONTINUATION, "ä").frame(CONTINUATION, NOTHING);
            }
            talk.frame(FIN | CONTINUATION, "!").hears("ä".repeat(200) + "!");
            talk.frame(TEXT, NOTHING).frame(FIN | CONTINUATION, NOTHING).hears("");
            talk.frame(TEXT, NOTHING)
                    .frame(FIN | CONTINUATION, "the last is all")
                    .hears("the last is all");
            talk.ends();
        }
    }

    @Test
    @DisplayName("C1 control frames between fragments are answered at once and are no part of the message")
    void interleaved() throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(TEXT, "one ").frame(FIN | PING, "a").hearsPong((byte) 'a');
            talk.frame(FIN | PONG, "nobody asked").frame(CONTINUATION, "two ");
            talk.frame(FIN | PING).hearsPong();
            talk.frame(FIN | CONTINUATION, "three").hears("one two three");
            talk.ends();
        }
    }

    @Test
    @DisplayName("C1 messages in one piece of bytes, with a ping between them, are answered in their order")
    void together() throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.raw(join(
                    bytes(FIN | TEXT, (byte) '1'),
                    bytes(FIN | PING, (byte) 'p'),
                    bytes(TEXT, (byte) '2'),
                    bytes(FIN | CONTINUATION, (byte) '3')));
            talk.hears("1").hearsPong((byte) 'p').hears("23").ends();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\uFEFF", "\uFFFF", "\u07FF\u0800", "\uD7FF\uE000", "𐀀", "\uDBFF\uDFFF"})
    @DisplayName("C1 characters at the edges of UTF-8 are taken, and across fragments too")
    void characters(String text) throws Exception {
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | TEXT, text).hears(text);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < utf8.length; i++) {
                int last = i + 1 == utf8.length ? FIN : 0;
                talk.frame(last | (i == 0 ? TEXT : CONTINUATION), utf8[i]);
            }
            talk.hears(text).ends();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x01020304, 0xFFFFFFFF, 0x80000001})
    @DisplayName("C1 any mask is one")
    void masks(int mask) throws Exception {
        byte[] payload = "mask".getBytes(StandardCharsets.UTF_8);
        byte[] frame = bytes(FIN | TEXT, payload);
        for (int i = 0; i < 4; i++) {
            byte key = (byte) (mask >>> (24 - 8 * i));
            frame[2 + i] = key;
            frame[6 + i] = (byte) (payload[i] ^ key);
        }
        try (Talk talk = Talk.with(rig)) {
            talk.raw(frame).hears("mask").ends();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125})
    @DisplayName("C3 a ping's payload of any allowed length comes back; pongs that nobody asked for are nothing")
    void answered(int length) throws Exception {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        try (Talk talk = Talk.with(rig)) {
            talk.frame(FIN | PONG, payload).frame(FIN | PING, payload).hearsPong(payload);
            talk.ends();
        }
    }

    @Test
    @DisplayName("C3 C6 in a flood of pings messages are still answered, and so is the last ping")
    void flood() throws Exception {
        int pings = 20_000;
        try (Talk talk = Talk.with(rig)) {
            byte[] thousand = join(IntStream.range(0, 1000)
                    .mapToObj(i -> bytes(FIN | PING, (byte) 'x'))
                    .toArray(byte[][]::new));
            for (int i = 0; i < pings / 1000; i++) {
                talk.raw(thousand).frame(FIN | TEXT, "message " + i);
            }
            talk.frame(FIN | PING, (byte) 'z');
            int messages = 0;
            for (RawClient.Frame frame = talk.client.read(); !frame.text().equals("z"); ) {
                if (frame.opCode() == TEXT) {
                    assertEquals("message " + messages, frame.text());
                    messages++;
                } else {
                    assertEquals(PONG, frame.opCode());
                }
                frame = talk.client.read();
            }
            assertEquals(pings / 1000, messages);
            talk.ends();
        }
    }
}
