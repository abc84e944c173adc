package dev.switchboard.audit.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of the audit log: {@code audit.jsonl}, which grows, and {@code audit_<UTC time>.jsonl}, which is what it was
 * called after until that time. Used by one thread.
 */
final class AuditFiles {
    static final String CURRENT = "audit.jsonl";

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path directory;
    private final Path current;
    private final Clock clock;
    private FileChannel channel;

    /**
     * When files end and when they are removed; 0 means never.
     *
     * @param rotateBytes size at which a file ends
     * @param retainDays days after its last record at which a file is removed
     * @param retainBytes size of all above which the oldest are removed; the one that grows always stays
     */
    record Bounds(long rotateBytes, int retainDays, long retainBytes) {}

    AuditFiles(Path directory, Clock clock) {
        this.directory = directory;
        this.current = directory.resolve(CURRENT);
        this.clock = clock;
    }

    /**
     * Appends whole lines and hands them to the operating system; after a failure none of them is there.
     *
     * @throws IOException if they cannot be kept
     */
    void append(List<byte[]> lines, Bounds bounds) throws IOException {
        open();
        int size = lines.stream().mapToInt(line -> line.length).sum();
        if (channel.size() > 0 && channel.size() + size > bounds.rotateBytes()) {
            rotate();
            retain(bounds);
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        lines.forEach(all::put);
        all.flip();
        long before = channel.size();
        try {
            while (all.hasRemaining()) {
                channel.write(all);
            }
        } catch (IOException e) {
            cutOff(before);
            throw e;
        }
    }

    /** Has what was appended outlast a power failure. */
    void force() throws IOException {
        if (channel != null) {
            channel.force(false);
        }
    }

    /** Somebody may have moved the file away, to keep it elsewhere. */
    private void open() throws IOException {
        if (channel != null && Files.exists(current)) {
            return;
        }
        close();
        Files.createDirectories(directory, PRIVATE_DIRECTORY);
        FileChannel opened = FileChannel.open(
                current,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PRIVATE_FILE);
        try {
            long end = endOfLastLine(opened);
            opened.truncate(end).position(end);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        channel = opened;
    }

    /** What a crash left of a line would take the next one with it. */
    private static long endOfLastLine(FileChannel file) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long end = file.size(); end > 0; end--) {
            file.read(one.clear(), end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }

    private void cutOff(long size) {
        try {
            channel.truncate(size).position(size);
        } catch (IOException e) {
            close(); // opening it again does that
        }
    }

    private void rotate() throws IOException {
        close();
        Instant now = clock.instant();
        while (true) {
            Path old = directory.resolve("audit_" + NAME.format(now) + ".jsonl");
            try {
                Files.createFile(old, PRIVATE_FILE); // so that no file is replaced by another of this moment
                Files.move(current, old, StandardCopyOption.REPLACE_EXISTING);
                open();
                return;
            } catch (FileAlreadyExistsException e) {
                now = now.plusMillis(1);
            }
        }
    }

    /** Removes what is older, or more, than is wanted. */
    void retain(Bounds bounds) throws IOException {
        List<Path> closed = closed();
        Instant limit = clock.instant().minus(Duration.ofDays(bounds.retainDays()));
        long bytes = Files.exists(current) ? Files.size(current) : 0;
        for (Path file : closed) { // the newest first
            bytes += Files.size(file);
            boolean old = bounds.retainDays() > 0
                    && Files.getLastModifiedTime(file).toInstant().isBefore(limit);
            boolean much = bounds.retainBytes() > 0 && bytes > bounds.retainBytes();
            if (old || much) {
                Files.deleteIfExists(file);
            }
        }
    }

    private List<Path> closed() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> closed = new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().matches("audit_[0-9T.]+Z\\.jsonl"))
                            .toList());
            closed.sort(Comparator.reverseOrder());
            return closed;
        }
    }

    void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // What was written was handed over before.
            }
            channel = null;
        }
    }
}
