package dev.switchboard.execution.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentEvent;
import dev.switchboard.execution.ExecutionEvent.Changed.Kind;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.message.NewMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * The agent's open questions. Of several answers to one the first wins; a question that nobody answers in time is denied.
 * Used only on the project's serial executor.
 */
final class Permissions {
    private static final String SERVER = "server";

    private record Open(PermissionRequest request, Run run, Future<?> expiry) {}

    private final ProjectActor actor;
    private final Services services;
    private final Executor serial;
    private final Map<String, Open> open = new LinkedHashMap<>();

    Permissions(ProjectActor actor, Services services, Executor serial) {
        this.actor = actor;
        this.services = services;
        this.serial = serial;
    }

    /** The open questions, the oldest first. */
    List<PermissionRequest> open() {
        return open.values().stream().map(Open::request).toList();
    }

    /** The agent asks; a question that is open already is the same one, read again. */
    void asked(Run run, AgentEvent.PermissionAsked asked, Runnable then) {
        String id = asked.request().permissionId();
        if (open.containsKey(id)) {
            then.run();
            return;
        }
        Duration patience = services.setting(ServerSettings.TIMEOUTS_PERMISSION);
        PermissionRequest request =
                asked.request().expiring(services.clock().instant().plus(patience));
        open(run, request, patience);
        List<NewMessage> batch = List.of(PermissionRecords.asked(request, asked));
        actor.record(next -> batch, then);
        actor.changed(Kind.ATTENTION);
    }

    private void open(Run run, PermissionRequest request, Duration patience) {
        String id = request.permissionId();
        open.put(id, new Open(request, run, services.after(patience, serial, () -> expire(id))));
        run.watchdog().waiting(true);
    }

    /** Takes over questions that an earlier server was asked; the time that they are given runs on. */
    void reopen(Run run, List<PermissionRequest> requests) {
        Duration most = services.setting(ServerSettings.TIMEOUTS_PERMISSION);
        Instant now = services.clock().instant();
        for (PermissionRequest request : requests) {
            Duration left = request.expiresAt()
                    .map(at -> Duration.between(now, at))
                    .filter(patience -> patience.compareTo(most) < 0) // the clock may have been set back
                    .orElse(most);
            open(run, request, left.isNegative() ? Duration.ZERO : left);
        }
    }

    /** Somebody answers. */
    void answer(PermissionAnswer answer, String by) {
        Open question = open.get(answer.permissionId());
        if (question == null) {
            throw new SwitchboardException(
                    ErrorCode.VALIDATION_FAILED,
                    "permission_id names no open question; it was answered or withdrawn",
                    Map.of("field", "permission_id"));
        }
        actor.recordNow(next -> List.of(PermissionRecords.answered(answer, by)));
        close(question);
        question.run().answer(answer);
    }

    /** The agent does not want to know any more. */
    void withdrawn(String id, Runnable then) {
        Open question = open.get(id);
        if (question == null) {
            then.run();
            return;
        }
        close(question);
        actor.record(next -> List.of(PermissionRecords.withdrawn(id)), then);
    }

    /** The run is over, and its questions with it. */
    void dropAll(Runnable then) {
        for (Open question : List.copyOf(open.values())) {
            withdrawn(question.request().permissionId(), then);
        }
    }

    private void expire(String id) {
        Open question = open.get(id);
        if (question == null) {
            return;
        }
        close(question);
        PermissionAnswer denial = PermissionAnswer.deny(id, "Nobody answered in time.");
        actor.record(
                next -> List.of(PermissionRecords.answered(denial, SERVER)),
                () -> question.run().answer(denial));
    }

    private void close(Open question) {
        question.expiry().cancel(false);
        open.remove(question.request().permissionId());
        question.run().watchdog().waiting(open.values().stream().anyMatch(other -> other.run() == question.run()));
        actor.changed(Kind.ATTENTION);
    }
}
