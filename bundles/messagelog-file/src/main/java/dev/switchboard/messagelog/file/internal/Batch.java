package dev.switchboard.messagelog.file.internal;

import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.content.Content;
import dev.switchboard.message.Message;
import dev.switchboard.message.NewMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of one append, on their way into a segment. Their times are a microsecond apart, so that no two are equal. */
final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);
    /** What a line about has beside content, type and agent. */
    private static final int FRAME = 160;

    private final List<NewMessage> messages;
    private final long firstSeq;
    private final long firstMicros;

    Batch(List<NewMessage> messages, long firstSeq, long firstMicros) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one record");
        }
        this.messages = messages;
        this.firstSeq = firstSeq;
        this.firstMicros = firstMicros;
    }

    long firstSeq() {
        return firstSeq;
    }

    long firstMicros() {
        return firstMicros;
    }

    /** About how many bytes the lines will have; never less, unless contents have to be repaired. */
    long expectedBytes() {
        long bytes = 0;
        for (NewMessage message : messages) {
            bytes += FRAME + message.type().length() + message.content().size();
            bytes +=
                    message.origin().map(origin -> 60 + origin.agent().length()).orElse(0);
        }
        return bytes;
    }

    /**
     * Writes all records, or leaves the file as it was.
     *
     * @throws IllegalArgumentException if a content is not one line
     */
    List<BatchWriter.Written> write(SegmentWriter file, Durability durability) throws IOException {
        boolean done = false;
        try {
            BatchWriter writer = new BatchWriter(file.output(), file.size(), expectedBytes());
            List<BatchWriter.Written> written = new ArrayList<>(messages.size());
            for (int i = 0; i < messages.size(); i++) {
                written.add(writer.add(header(i), messages.get(i).content()));
            }
            long end = writer.finish();
            if (durability == Durability.ALWAYS) {
                file.force();
            }
            file.accept(end);
            done = true;
            return written;
        } catch (Utf8Repair.LineFeedException e) {
            throw new IllegalArgumentException("a record's content must be one line, without a line feed", e);
        } catch (UncheckedIOException e) {
            throw new IOException("a content could not be read", e);
        } finally {
            if (!done) {
                rollBack(file);
            }
        }
    }

    /** The records as they are kept. */
    List<Message> messages(List<BatchWriter.Written> written, Path file) {
        List<Message> kept = new ArrayList<>(written.size());
        for (int i = 0; i < written.size(); i++) {
            BatchWriter.Written record = written.get(i);
            RecordHeader header = record.header();
            kept.add(new Message(
                    header.seq(),
                    MicroTime.toInstant(header.micros()),
                    header.direction(),
                    header.type(),
                    content(messages.get(i).content(), record, file),
                    header.origin()));
        }
        return kept;
    }

    private RecordHeader header(int i) {
        NewMessage message = messages.get(i);
        if (message.content().size() == 0) {
            throw new IllegalArgumentException("a record's content must be a JSON object, not empty");
        }
        return new RecordHeader(firstSeq + i, firstMicros + i, message.direction(), message.type(), message.origin());
    }

    private static Content content(Content given, BatchWriter.Written record, Path file) {
        long size = record.contentEnd() - record.contentStart();
        if (given.inMemory() && !record.changed() && size <= Content.IN_MEMORY_LIMIT) {
            return given;
        }
        Content kept = Content.of(file, record.contentStart(), record.contentEnd());
        if (size <= Content.IN_MEMORY_LIMIT) {
            try {
                return Content.of(kept.toBytes());
            } catch (UncheckedIOException e) {
                LOG.debug("A record that was just written is read when it is needed", e);
            }
        }
        return kept;
    }

    private static void rollBack(SegmentWriter file) {
        try {
            file.rollBack();
        } catch (IOException e) {
            LOG.error("What is left of a failed append could not be cut off; nothing is appended until it can be", e);
        }
    }
}
