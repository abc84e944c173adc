package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The shell of a running server, by OpenSSH's client, which it needs. */
final class Shell {
    private static final long PATIENCE_SECONDS = 60;
    private static final String ADMINISTRATOR = "switchboard";
    /** What reads from a process blocks for as long as that likes, so a shared pool would not do. */
    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "shell-reader");
        thread.setDaemon(true);
        thread.start();
    };

    private final Server server;
    private final String user;
    /** As the administrator that the launcher makes. */
    Shell(Server server) {
        this(server, ADMINISTRATOR);
    }

    private Shell(Server server, String user) {
        this.server = server;
        this.user = user;
    }

    /** The same over one connection, for many commands: logging in takes far longer than most of them. */
    ShellConnection connect() throws IOException {
        return new ShellConnection(user, port(), karaf().resolve("shell.key"));
    }

    private int port() throws IOException {
        return Integer.parseInt(Files.readString(karaf().resolve("shell.port")).strip());
    }

    private Path karaf() {
        return server.dataDir().resolve("karaf");
    }

    /** Makes a user who logs in with the administrator's key and has the roles of a group. */
    Shell user(String name, String group) throws IOException {
        String key = Files.readString(karaf().resolve("shell.key.pub")).split(" ")[1];
        Files.writeString(
                karaf().resolve("etc/keys.properties"),
                "\n" + name + " = " + key + ",_g_:" + group + "\n",
                StandardOpenOption.APPEND);
        return as(name);
    }

    /** The same shell for somebody else, who may be nobody. */
    Shell as(String name) {
        return new Shell(server, name);
    }

    private List<String> ssh(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("ssh", "-F", "/dev/null", "-p"));
        command.add(Integer.toString(port()));
        command.addAll(List.of("-i", karaf().resolve("shell.key").toString()));
        for (String option : List.of(
                "IdentitiesOnly=yes",
                "BatchMode=yes",
                "ConnectTimeout=30",
                "LogLevel=ERROR",
                "StrictHostKeyChecking=no",
                "UserKnownHostsFile=/dev/null")) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(Arrays.asList(more));
        return command;
    }

    /** What one line of commands came to. */
    record Outcome(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }

        /** The one JSON document of a command that succeeded. */
        JsonNode json() throws IOException {
            assertEquals(0, status, err);
            return document();
        }

        /** The one JSON document of a command, whatever its exit status. */
        JsonNode document() throws IOException {
            assertEquals(1, lines().size(), () -> out + "\n" + err + "\nstatus " + status);
            return Client.JSON.readTree(out);
        }

        /** One JSON document of each line. */
        List<JsonNode> frames() throws IOException {
            List<JsonNode> frames = new ArrayList<>();
            for (String line : lines()) {
                frames.add(Client.JSON.readTree(line));
            }
            return frames;
        }
    }

    /** Runs a line of commands to its end. */
    Outcome run(String line) throws Exception {
        return start(line).end();
    }

    /** Runs a line of commands that must succeed; what it printed. */
    String print(String line) throws Exception {
        Outcome outcome = run(line);
        assertEquals(0, outcome.status(), () -> line + ": " + outcome + whyRefused(outcome));
        assertEquals("", outcome.err(), line);
        return outcome.out();
    }

    /** What the server says of a login that it did not let in, though it should have; nothing if it did. */
    private String whyRefused(Outcome outcome) {
        if (!outcome.err().contains("Permission denied")) {
            return "";
        }
        try {
            return "\nkeys:\n"
                    + Files.readString(karaf().resolve("etc/keys.properties"))
                    + Files.readString(karaf().resolve("shell.key.pub"))
                    + "log:\n"
                    + Files.readString(server.dataDir().resolve("log/switchboard.log"));
        } catch (IOException e) {
            return "\n" + e;
        }
    }

    /** Begins a line of commands. */
    Running start(String line) throws IOException {
        return new Running(new ProcessBuilder(ssh("-n", user + "@127.0.0.1", line)).start());
    }

    /** Opens the shell for typing, with a terminal at the server's side. */
    Running open() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ssh("-tt", user + "@127.0.0.1"));
        builder.environment().put("TERM", "xterm");
        return new Running(builder.start());
    }

    /** A client with commands that run. Must be closed, or ended. */
    static final class Running implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;
        private final CompletableFuture<String> err;

        private Running(Process process) {
            this.process = process;
            this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            this.err = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                        } catch (IOException e) {
                            return e.toString();
                        }
                    },
                    THREADS);
        }

        void type(String keys) throws IOException {
            OutputStream in = process.getOutputStream();
            in.write(keys.getBytes(StandardCharsets.UTF_8));
            in.flush();
        }

        /** The next line of what it prints, once it is there. */
        String line() throws Exception {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return out.readLine();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            THREADS)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** Passes over lines up to the first that contains a text, and returns that. */
        String until(String text) throws Exception {
            StringBuilder passed = new StringBuilder();
            for (String line = line(); line != null; line = line()) {
                if (line.contains(text)) {
                    return line;
                }
                passed.append(line).append('\n');
            }
            return fail("ended without \"" + text + "\":\n" + passed + err.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }

        /** Waits for the end; what was printed and not read yet. */
        Outcome end() throws Exception {
            StringBuilder rest = new StringBuilder();
            for (String line = line(); line != null; line = line()) {
                rest.append(line).append('\n');
            }
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the client does not end");
            return new Outcome(process.exitValue(), rest.toString(), err.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }

        /** The client is gone from one moment to the next. */
        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly();
            assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }
}
