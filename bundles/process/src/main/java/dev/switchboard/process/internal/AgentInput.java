package dev.switchboard.process.internal;

import dev.switchboard.content.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's messages on their way in: one file each, which the feeder in the wrapper hands over in order and removes.
 * Nothing here waits for the agent, and nothing is lost when the server dies: what is renamed into place gets there.
 */
final class AgentInput {
    private static final Logger LOG = LoggerFactory.getLogger(AgentInput.class);

    /** What the feeder's shell reads by itself; for all else it starts a program, which takes a millisecond. */
    private static final String LINE = ".line";

    private static final int LINE_BYTES = 2048;
    private static final Pattern MESSAGE = Pattern.compile("([1-9][0-9]{0,17})(\\.line)?");

    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    private long next;

    AgentInput(Path directory) {
        this.directory = directory;
    }

    /** The number that the next message must have. */
    long next() throws IOException {
        lock.lock();
        try {
            if (next == 0) {
                next = Math.max(lastFed(), lastWaiting()) + 1;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link dev.switchboard.process.ProcessCustodian#send}. */
    boolean send(long number, Content message) throws IOException {
        lock.lock();
        try {
            if (number < next()) {
                return false;
            }
            if (number > next) {
                throw new IllegalArgumentException("message " + number + " leaves a hole: " + next + " is the next");
            }
            if (Files.exists(eof())) {
                throw new IllegalStateException("the input has been ended: no message can follow");
            }
            put(number, message);
            next = number + 1;
            // A feeder that has its predecessor before it comes to this one by itself: so few rings are under way that
            // the bell is never full.
            if (!Files.exists(file(number - 1)) && !Files.exists(line(number - 1))) {
                ring();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the input behind the messages sent so far. */
    void end() throws IOException {
        lock.lock();
        try {
            if (!Files.exists(eof())) {
                PrivateFiles.empty(eof());
                ring();
            }
        } finally {
            lock.unlock();
        }
    }

    /** For a server that finds the agent: the one before it may have died between a message and its ring. */
    void resume() throws IOException {
        lock.lock();
        try {
            if (Files.exists(bell()) && (Files.exists(eof()) || lastWaiting() > 0)) {
                ring();
            }
        } finally {
            lock.unlock();
        }
    }

    private void put(long number, Content message) throws IOException {
        Path part = directory.resolve(number + ".part");
        try {
            PrivateFiles.write(part, message, true);
            Files.move(part, isShort(message) ? line(number) : file(number), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** A short line of ASCII's printable characters: what every shell reads and writes as it is. */
    private static boolean isShort(Content message) {
        if (message.size() > LINE_BYTES) {
            return false;
        }
        byte[] bytes = message.toBytes();
        int end = bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
        for (int i = 0; i < end; i++) {
            if (bytes[i] < ' ' || bytes[i] > '~') {
                return false;
            }
        }
        return true;
    }

    /** Wakes the feeder. Opened for reading too: opening a FIFO only for writing waits for a reader, maybe for ever. */
    void ring() {
        try (FileChannel bell = FileChannel.open(bell(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            bell.write(ByteBuffer.wrap(new byte[] {'\n'}));
        } catch (IOException e) {
            if (Files.exists(directory)) { // else the agent was released meanwhile
                LOG.warn("cannot ring the bell of {}: what lies there is read at the next ring", directory, e);
            }
        }
    }

    /** The feeder appends each number in a single write. */
    private long lastFed() throws IOException {
        Path fed = directory.resolve("fed");
        if (!Files.exists(fed)) {
            return 0;
        }
        List<String> lines = Files.readAllLines(fed, StandardCharsets.US_ASCII);
        return lines.isEmpty() ? 0 : Long.parseLong(lines.get(lines.size() - 1).strip());
    }

    private long lastWaiting() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> MESSAGE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    private Path file(long number) {
        return directory.resolve(Long.toString(number));
    }

    private Path line(long number) {
        return directory.resolve(number + LINE);
    }

    private Path bell() {
        return directory.resolve("bell");
    }

    private Path eof() {
        return directory.resolve("eof");
    }
}
