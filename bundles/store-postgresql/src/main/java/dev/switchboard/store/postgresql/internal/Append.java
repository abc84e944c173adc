package dev.switchboard.store.postgresql.internal;

import dev.switchboard.message.Message;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** One call of {@code append}: written together with others that come at the same time. Guarded by the lock of who writes. */
final class Append {
    private final ProjectId project;
    private final List<Incoming> records = new ArrayList<>();
    private List<Message> kept = List.of();
    private RuntimeException failure;
    private boolean done;

    /**
     * @throws IllegalArgumentException if it has no record, or one that cannot be kept
     * @throws IOException if a content cannot be read
     */
    Append(ProjectId project, List<NewMessage> batch) throws IOException {
        if (batch.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one record");
        }
        this.project = project;
        try {
            for (NewMessage message : batch) {
                records.add(new Incoming(message));
            }
        } catch (UncheckedIOException e) {
            throw new IOException("a content could not be read", e);
        }
    }

    ProjectId project() {
        return project;
    }

    List<Incoming> records() {
        return records;
    }

    /** In bytes, of all contents. */
    long size() {
        return records.stream().mapToLong(Incoming::size).sum();
    }

    void succeed(List<Message> messages) {
        kept = messages;
        done = true;
    }

    void fail(RuntimeException why) {
        failure = why;
        done = true;
    }

    boolean isDone() {
        return done;
    }

    /** What became of it. */
    List<Message> result() {
        if (failure != null) {
            throw failure;
        }
        return kept;
    }
}
