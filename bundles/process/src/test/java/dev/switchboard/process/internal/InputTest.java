package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.process.CustodyRecord;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InputTest extends CustodyTestBase {
    @Test
    @DisplayName("X7 messages arrive whole and in order, then the end of the input")
    void messagesAndEnd() throws Exception {
        CustodyRecord agent = launch("cat");
        OutputRecorder output = tail(agent);

        List<String> messages =
                IntStream.rangeClosed(1, 300).mapToObj(n -> "message " + n).toList();
        for (int i = 0; i < messages.size(); i++) {
            assertTrue(send(agent, i + 1, messages.get(i) + (i % 2 == 0 ? "" : "\n")));
        }
        custodian.endInput(agent.agentId());

        assertEquals(0, output.awaitExit().code().getAsInt());
        assertEquals(messages, output.texts());
    }

    @Test
    @DisplayName("X7 whatever a shell could misread arrives as it was sent")
    void shellCharacters() throws Exception {
        CustodyRecord agent = launch("cat");
        OutputRecorder output = tail(agent);
        List<String> messages = List.of(
                "",
                "  blanks around  ",
                "\\ \\n \\\\ \\0101 \\c tail",
                "%s %d %%",
                "-n -e",
                "$HOME `id` $(id) \"x\" 'y' * ~ & ; | > < #",
                "a\tb",
                "\u00c1\u0081 \u4f60\u597d \ud83c\uddf8\ud83c\uddea",
                "\u001b[31m",
                "x".repeat(2047),
                "x".repeat(2048),
                "x".repeat(2049),
                "last");

        for (int i = 0; i < messages.size(); i++) {
            assertTrue(send(agent, i + 1, messages.get(i)));
        }
        custodian.endInput(agent.agentId());

        assertEquals(0, output.awaitExit().code().getAsInt());
        assertEquals(messages, output.texts());
        assertEquals(messages.size() + 1, custodian.nextNumber(agent.agentId()));
    }

    @Test
    @DisplayName("X8 a server that comes later knows which messages wait, short and long ones")
    void numbersOfWaiting() throws Exception {
        for (List<String> messages :
                List.of(List.of("short", "x".repeat(200_000)), List.of("x".repeat(200_000), "short"))) {
            CustodyRecord agent = launch("sleep", "600");
            for (int i = 0; i < messages.size(); i++) {
                send(agent, i + 1, messages.get(i));
            }
            assertEquals(3, server().nextNumber(agent.agentId()));
            kill(agent);
        }
    }

    @Test
    @DisplayName("X7 a message reaches an agent that waits for it, and no end of the input comes by itself")
    void oneByOne() throws Exception {
        CustodyRecord agent = script("while read -r line; do echo \"got $line\"; done; echo end");
        OutputRecorder output = tail(agent);

        for (int n = 1; n <= 20; n++) {
            send(agent, n, "m" + n);
            output.awaitLine("got m" + n);
        }

        assertFalse(output.texts().contains("end"));
        custodian.endInput(agent.agentId());
        custodian.endInput(agent.agentId());
        output.awaitExit();
        assertTrue(output.texts().contains("end"));
    }

    @Test
    @DisplayName("X7 a message of 9 MB arrives byte for byte, and handing it over does not wait for the agent")
    void largeMessage() throws Exception {
        byte[] message = new byte[9 << 20];
        new Random(1).nextBytes(message);
        for (int i = 0; i < message.length; i++) {
            message[i] = message[i] == '\n' ? 0 : message[i];
        }
        Path file = Files.write(temporary.resolve("message"), message);
        CustodyRecord agent = script("read -r go; sleep 0.3; cat >copy");

        // Nobody reads yet: a pipe would be full after 64 KiB.
        send(agent, 1, "not yet");
        custodian.send(agent.agentId(), 2, Content.of(file, 0, message.length));
        custodian.endInput(agent.agentId());
        tail(agent).awaitExit();

        byte[] copy = Files.readAllBytes(project.resolve("copy"));
        assertEquals(message.length + 1, copy.length);
        assertEquals('\n', copy[message.length]);
        assertArrayEquals(message, Arrays.copyOf(copy, message.length));
    }

    @Test
    @DisplayName("X7 handing messages over never waits, though the agent reads nothing")
    void deafAgent() throws Exception {
        CustodyRecord agent = launch("sleep", "120");
        String large = "x".repeat(100_000);

        for (int n = 1; n <= 50; n++) {
            send(agent, n, large);
        }
        custodian.endInput(agent.agentId());

        assertEquals(51, custodian.nextNumber(agent.agentId()));
        assertEquals(0, kill(agent).survivors());
    }

    @Test
    @DisplayName("X8 a number counts once, and no hole is possible")
    void numbers() throws Exception {
        CustodyRecord agent = launch("cat");
        OutputRecorder output = tail(agent);

        assertEquals(1, custodian.nextNumber(agent.agentId()));
        assertThrows(IllegalArgumentException.class, () -> send(agent, 2, "two"));
        assertTrue(send(agent, 1, "one"));
        assertFalse(send(agent, 1, "again"));
        assertFalse(send(agent, 0, "before"));
        assertEquals(2, custodian.nextNumber(agent.agentId()));
        output.awaitLine("one");
        assertFalse(send(agent, 1, "again"));
        assertTrue(send(agent, 2, ""));
        custodian.endInput(agent.agentId());
        assertFalse(send(agent, 2, "again"));
        assertThrows(IllegalStateException.class, () -> send(agent, 3, "late"));

        output.awaitExit();
        assertEquals(List.of("one", ""), output.texts());
    }

    @Test
    @DisplayName("X7 an agent that closes its input, or ends, harms nobody")
    void closedInput() throws Exception {
        CustodyRecord agent = script("exec <&-; echo closed; sleep 0.2");
        OutputRecorder output = tail(agent);
        output.awaitLine("closed");

        assertTrue(send(agent, 1, "x".repeat(1 << 20)));
        output.awaitExit();
        assertTrue(send(agent, 2, "nobody there"));
        custodian.endInput(agent.agentId());
        eventually("no process left", () -> bearers(agent.agentId()).isEmpty());
    }

    @Test
    @DisplayName("X8 an agent that is released while a message to it is written is not in custody: no disk has failed")
    void releasedMeanwhile() throws Exception {
        CustodyRecord agent = launch("true");
        tail(agent).awaitExit();

        NoSuchElementException failure = assertThrows(
                NoSuchElementException.class,
                () -> custodian.send(agent.agentId(), 1, new Content() {
                    @Override
                    public long size() {
                        return 1;
                    }

                    @Override
                    public int read(long position, ByteBuffer target) {
                        if (custodian.find(agent.agentId()).isPresent()) {
                            custodian.release(agent.agentId());
                        }
                        target.put((byte) 'x');
                        return 1;
                    }

                    @Override
                    public boolean inMemory() {
                        return true;
                    }
                }));

        assertTrue(failure.getMessage().contains(agent.agentId()), failure.getMessage());
        assertFalse(Files.exists(custodian.files(agent.agentId()).getParent()));
    }

    @Test
    @DisplayName("X8 an agent that is not in custody has no input")
    void unknown() {
        assertThrows(NoSuchElementException.class, () -> custodian.send("nobody", 1, Content.of("x")));
        assertThrows(NoSuchElementException.class, () -> custodian.nextNumber("nobody"));
        assertThrows(NoSuchElementException.class, () -> custodian.endInput("nobody"));
    }
}
