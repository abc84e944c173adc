package dev.switchboard.messagelog.file.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What must last of a log beside its records, in {@code log.json}: one JSON object that ends in its checksum as a record
 * does, {@code {"format":1,"epoch":"…","segment":17,"boot":"…","crc":"xxxxxxxx"}}.
 *
 * @param epoch the log's epoch
 * @param segment the first record of the newest segment; 0 if there never was one. If there is no such segment any
 *        more, records that were shown are lost
 * @param boot while there may be records that were shown and are not forced to the disk: when the machine was started
 *        that has them in its memory (see {@link BootId}). If it was started again since, they may be lost
 */
record LogIdentity(UUID epoch, long segment, Optional<String> boot) {
    static final String FILE = "log.json";
    /** Goes up when an older version could no longer read or continue the log rightly. */
    static final int FORMAT = 1;

    private static final Pattern FORMAT_FIELD = Pattern.compile("\"format\"\\s*:\\s*(\\d{1,9})");
    private static final Pattern FIELDS = Pattern.compile("\\{\"format\":" + FORMAT
            + ",\"epoch\":\"([0-9a-f-]{36})\",\"segment\":(\\d{1,18})(?:,\"boot\":\"([\\w.:-]{1,80})\")?,");

    static LogIdentity random() {
        return new LogIdentity(UUID.randomUUID(), 0, Optional.empty());
    }

    LogIdentity withSegment(long firstSeq) {
        return new LogIdentity(epoch, firstSeq, boot);
    }

    /** The same log, but what was shown of it cannot be relied on. */
    LogIdentity withNewEpoch() {
        return new LogIdentity(UUID.randomUUID(), segment, boot);
    }

    /** Notes that records are only in the memory of the machine that was started then; empty if none is. */
    LogIdentity withBoot(Optional<String> started) {
        return new LogIdentity(epoch, segment, started);
    }

    void write(FileLayer files, Path directory) throws IOException {
        String body = "{\"format\":" + FORMAT + ",\"epoch\":\"" + epoch + "\",\"segment\":" + segment
                + boot.map(started -> ",\"boot\":\"" + started + "\"").orElse("");
        byte[] bytes = Arrays.copyOf(body.getBytes(StandardCharsets.US_ASCII), body.length() + RecordLine.TAIL);
        System.arraycopy(RecordLine.tail(crc(bytes, body.length())), 0, bytes, body.length(), RecordLine.TAIL);
        files.replace(directory.resolve(FILE), bytes);
    }

    /**
     * Reads the file; empty if there is none, or a damaged one.
     *
     * @throws NewerFormatException if a later version wrote it
     */
    static Optional<LogIdentity> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int body = bytes.length - RecordLine.TAIL;
        boolean proven = body > 0 && RecordLine.isTail(bytes, body, RecordLine.TAIL, crc(bytes, body));
        Matcher format = FORMAT_FIELD.matcher(text);
        // A later format may have another checksum, but this one's must not be wrong.
        if (format.find() && Integer.parseInt(format.group(1)) > FORMAT && (proven || !text.contains("\"crc\""))) {
            throw new NewerFormatException(format.group(1));
        }
        Matcher fields = FIELDS.matcher(text);
        return proven && fields.lookingAt()
                ? Optional.of(new LogIdentity(
                        UUID.fromString(fields.group(1)),
                        Long.parseLong(fields.group(2)),
                        Optional.ofNullable(fields.group(3))))
                : Optional.empty();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** The log was written by a version that does it differently. */
    static final class NewerFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerFormatException(String format) {
            super("the log has format " + format + ", this version knows " + FORMAT);
        }
    }
}
