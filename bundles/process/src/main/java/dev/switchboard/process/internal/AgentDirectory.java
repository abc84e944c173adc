package dev.switchboard.process.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Where everything about one agent lies. The names are known to {@code wrapper.sh} too. */
record AgentDirectory(Path path) {
    /** Makes the directory, with its spools empty. */
    void create() throws IOException {
        PrivateFiles.directory(path);
        PrivateFiles.directory(input());
        PrivateFiles.directory(files());
        PrivateFiles.empty(stdout());
        PrivateFiles.empty(stderr());
    }

    /**
     * Removes the directory. Without the manifest the rest is a stray, whatever happens. A feeder whose wrapper was
     * killed still waits at the bell: it is rung under another name, so that the feeder finds nothing where it looks.
     */
    void remove() throws IOException {
        Files.deleteIfExists(manifest());
        Path aside = path.resolveSibling(path.getFileName() + ".released");
        Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        new AgentInput(aside.resolve("in")).ring();
        PrivateFiles.delete(aside);
    }

    Path manifest() {
        return path.resolve("agent.json");
    }

    Path wrapper() {
        return path.resolve("wrapper.sh");
    }

    Path input() {
        return path.resolve("in");
    }

    /** What the agent is given to read. */
    Path files() {
        return path.resolve("files");
    }

    Path stdout() {
        return path.resolve("stdout");
    }

    Path stderr() {
        return path.resolve("stderr");
    }

    /** The pid of the agent's program itself, once the wrapper has written it. */
    OptionalLong pid() {
        String text = text("pid");
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /** The agent's exit code, once the wrapper has written it. */
    OptionalInt exitCode() {
        String text = text("exit");
        return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    long outputBytes() {
        try {
            return Files.size(stdout());
        } catch (IOException e) {
            return 0; // released meanwhile
        }
    }

    /** Both files appear by a rename, with their whole content. */
    private String text(String name) {
        Path file = path.resolve(name);
        if (!Files.exists(file)) { // asked many times a second: an exception would cost more
            return "";
        }
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
