package dev.switchboard.shell.internal.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.shell.internal.Caller;
import dev.switchboard.subject.internal.KarafOnClassPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class RemoteCommandTest {
    /** One for all tests, as for the life of a server: a command's threads may still let go of it when the next test begins. */
    private static final ThreadIOImpl THREADS = new ThreadIOImpl();

    static {
        KarafOnClassPath.prepare();
    }

    private final SessionFactory sessions = new SessionFactoryImpl(THREADS);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    @BeforeAll
    static void begin() {
        THREADS.start();
    }

    @AfterAll
    static void end() {
        THREADS.stop();
    }

    private void define(String name, ShellCommand.Body body) {
        sessions.getRegistry().register(new ShellCommand(name, body));
    }

    private RemoteCommand start(String line, OutputStream target) {
        RemoteCommand command = new RemoteCommand(sessions, line);
        command.setInputStream(InputStream.nullInputStream());
        command.setOutputStream(target);
        command.setErrorStream(err);
        command.setExitCallback((code, message, immediately) -> status.complete(code));
        command.start(Optional.empty(), Map.of("COLUMNS", "80"));
        return command;
    }

    private int run(String line) throws Exception {
        start(line, out);
        return status.get(20, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("H6 a remote command's output, status and environment")
    void runs() throws Exception {
        define("hello", (session, words) -> {
            System.out.println("hello " + words + " " + session.get("COLUMNS"));
            return null;
        });
        define("sick", (session, words) -> 7);
        assertEquals(7, run("test:hello a b; test:sick"));
        assertEquals("hello [a, b] 80\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("H6 what a remote command writes goes out at once, not when it ends")
    void streams() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        define("talk", (session, words) -> {
            System.out.print("first");
            // Ends only when the client has it.
            return seen.await(10, TimeUnit.SECONDS) ? 0 : 1;
        });
        start("test:talk", new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("only whole texts are expected");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                out.write(bytes, offset, length);
            }

            @Override
            public void flush() {
                if (out.toString(StandardCharsets.UTF_8).equals("first")) {
                    seen.countDown();
                }
            }
        });
        assertEquals(0, status.get(20, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @DisplayName("H6 a failure is one line on the error stream, without colours, and status 1")
    @CsvSource(
            delimiter = '|',
            value = {
                "test:known|Error: there is no project",
                "test:styled|Error: test:x: argument y is required",
                "test:broken|Error: it broke",
                "test:nothing|Error: there is no command \"test:nothing\", or it takes a role that you do not have",
                "test:known \"a|Error: the command line cannot be read; look at its quotes, brackets and variables",
                "test:known {a|Error: the command line cannot be read; look at its quotes, brackets and variables"
            })
    void tellsOfFailures(String line, String told) throws Exception {
        define("known", (session, words) -> {
            throw new CommandException("Error: there is no project", "there is no project", null);
        });
        define("styled", (session, words) -> {
            throw new CommandException(
                    "\u001B[31mError executing command test:\u001B[1mx\u001B[22m: argument y is required\nTry --help",
                    "argument y is required",
                    null);
        });
        define("broken", (session, words) -> {
            throw new IllegalStateException("it broke\n\tat some.Class");
        });
        assertEquals(1, run(line));
        assertEquals(told, err.toString(StandardCharsets.UTF_8).strip());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("H6 C2 a client that goes ends its command, which can tell it from a Ctrl-C")
    void endsWithItsClient() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        define("wait", (session, words) -> {
            assertFalse(Caller.hasLeft(session));
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                left.complete(Caller.hasLeft(session));
                throw e;
            }
            return null;
        });
        RemoteCommand command = start("test:wait", out);
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        command.destroy(null);
        assertTrue(left.get(20, TimeUnit.SECONDS));
        assertEquals(1, status.get(20, TimeUnit.SECONDS));
    }

    @Test
    @DisplayName("H6 a client that cannot be written to counts as gone")
    void noticesBrokenStreams() throws Exception {
        define("talk", (session, words) -> {
            System.out.println("anyone?");
            return Caller.hasLeft(session) ? 3 : 0;
        });
        start("test:talk", new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("closed");
            }
        });
        assertEquals(3, status.get(20, TimeUnit.SECONDS));
    }

    /** A command of the scope "test". */
    private record ShellCommand(String name, Body body) implements org.apache.karaf.shell.api.console.Command {
        interface Body {
            Object call(Session session, List<Object> words) throws Exception;
        }

        @Override
        public String getScope() {
            return "test";
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getDescription() {
            return name;
        }

        @Override
        public org.apache.karaf.shell.api.console.Completer getCompleter(boolean scoped) {
            return null;
        }

        @Override
        public org.apache.karaf.shell.api.console.Parser getParser() {
            return null;
        }

        @Override
        public Object execute(Session session, List<Object> words) throws Exception {
            return body.call(session, words);
        }
    }
}
