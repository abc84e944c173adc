package dev.switchboard.store.postgresql.internal;

import dev.switchboard.content.Content;
import dev.switchboard.message.NewMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/** A record that is to be appended, of which it is known that it can be, and what it comes to. */
final class Incoming {
    private final NewMessage message;
    private final Utf8Line.Measure measure;
    private Content kept;

    /**
     * @throws IllegalArgumentException if its content cannot be kept
     * @throws IOException if its content cannot be read
     */
    Incoming(NewMessage message) throws IOException {
        this.message = message;
        this.measure = Utf8Line.measure(message.content());
    }

    NewMessage message() {
        return message;
    }

    /** In bytes, as it is kept. */
    long size() {
        return measure.size();
    }

    boolean isLarge() {
        return size() > Content.IN_MEMORY_LIMIT;
    }

    /** The content as it is kept; only of one that is not large. */
    Content small() throws IOException {
        if (kept == null) {
            Content given = message.content();
            kept = given.inMemory() && !measure.changed() ? given : Content.of(repaired());
        }
        return kept;
    }

    private byte[] repaired() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size());
        Utf8Line.repair(message.content(), bytes::write);
        return checked(bytes.size(), bytes.toByteArray());
    }

    private <T> T checked(long size, T value) throws IOException {
        if (size != size()) {
            throw new IOException("the content has changed while it was appended");
        }
        return value;
    }

    /** Takes a large content in parts. */
    @FunctionalInterface
    interface Parts {
        /** @param bytes an array of its own */
        void put(int part, byte[] bytes) throws IOException, SQLException;
    }

    /** Gives a large content in parts of so many bytes, the last of which may have fewer. */
    void split(int partSize, Parts target) throws IOException, SQLException {
        Splitter splitter = new Splitter(partSize, target);
        try {
            Utf8Line.repair(message.content(), splitter::put);
            checked(splitter.end(), true);
        } catch (SqlInPartException e) {
            throw e.cause;
        }
    }

    private static final class Splitter {
        private final Parts target;
        private final byte[] stage;
        private int staged;
        private int part;
        private long size;

        Splitter(int partSize, Parts target) {
            this.stage = new byte[partSize];
            this.target = target;
        }

        void put(byte[] bytes, int from, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int count = Math.min(length - done, stage.length - staged);
                System.arraycopy(bytes, from + done, stage, staged, count);
                staged += count;
                done += count;
                if (staged == stage.length) {
                    flush();
                }
            }
        }

        private void flush() throws IOException {
            try {
                target.put(part++, Arrays.copyOf(stage, staged));
            } catch (SQLException e) {
                throw new SqlInPartException(e);
            }
            size += staged;
            staged = 0;
        }

        long end() throws IOException {
            if (staged > 0) {
                flush();
            }
            return size;
        }
    }

    /** Carries a failure of the database through what moves bytes. */
    private static final class SqlInPartException extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient SQLException cause;

        SqlInPartException(SQLException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
