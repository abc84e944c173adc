package dev.switchboard.gateway.internal.output;

import dev.switchboard.project.ProjectId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

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
    private final Deque<Update> waiting = new ArrayDeque<>();
    private int holds;

    private record Update(String type, ProjectId project, long seq, Outgoing message) {
        boolean isCausedBy(Own own) {
            return type.equals(own.type) && project.equals(own.project) && seq >= own.fromSeq;
        }
    }

    /**
     * What a request has caused.
     *
     * @param type the updates' type
     * @param fromSeq only updates whose status is of this record or a later one; 0 for any
     * @param all whether it has caused all of these, or only the first
     */
    public record Own(String type, ProjectId project, long fromSeq, boolean all) {
        /** One change of a project. */
        public static Own once(String type, ProjectId project) {
            return new Own(type, project, 0, false);
        }

        /** Everything that a run changes. */
        public static Own run(ProjectId project, long firstSeq) {
            return new Own(STATE, project, firstSeq, true);
        }
    }

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
        own.filter(Own::all).ifPresent(what -> waiting.removeIf(update -> update.isCausedBy(what)));
        own.flatMap(what -> waiting.stream()
                        .filter(update -> update.isCausedBy(what))
                        .findFirst())
                .ifPresent(waiting::removeFirstOccurrence);
        holds--;
        while (holds == 0 && !waiting.isEmpty()) {
            target.accept(waiting.remove().message);
        }
    }

    void clear() {
        waiting.clear();
    }
}
