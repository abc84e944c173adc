package dev.switchboard.gateway.internal.output;

import dev.switchboard.project.ProjectId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * The {@code project_update}s of a session that watches the list of projects. Who causes a change is told by the reply,
 * not by an update: while its request is under way, updates wait, and then the one that the request caused is left out.
 *
 * <p>Used under the outbox's lock.
 */
public final class Updates {
    /** The type of an update that tells what a project is doing. */
    public static final String STATE = "state";

    private final Consumer<Outgoing> target;
    private final Deque<Update> waiting = new ArrayDeque<>(1);
    private int holds;

    private record Update(String type, ProjectId project, long seq, Outgoing message) {
        boolean is(String kind, ProjectId of) {
            return type.equals(kind) && project.equals(of);
        }
    }

    /** The one change of a project that a request has caused. */
    public record Own(String type, ProjectId project) {}

    Updates(Consumer<Outgoing> target) {
        this.target = target;
    }

    void add(String type, ProjectId project, long seq, Outgoing message) {
        if (holds > 0) {
            waiting.add(new Update(type, project, seq, message));
        } else {
            target.accept(message);
        }
    }

    void hold() {
        holds++;
    }

    /** @param own what the request has caused, if it has */
    void release(Optional<Own> own) {
        own.flatMap(what -> waiting.stream()
                        .filter(update -> update.is(what.type, what.project))
                        .findFirst())
                .ifPresent(waiting::removeFirstOccurrence);
        release();
    }

    /**
     * The request has begun a run.
     *
     * @param ofRun which records are the run's
     */
    void releaseRun(ProjectId project, LongPredicate ofRun) {
        waiting.removeIf(update -> update.is(STATE, project) && ofRun.test(update.seq));
        release();
    }

    private void release() {
        holds--;
        while (holds == 0 && !waiting.isEmpty()) {
            target.accept(waiting.remove().message);
        }
    }

    void clear() {
        waiting.clear();
    }
}
