package dev.switchboard.process.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What new agents are shut in: what the configuration wants, as far as the machine allows it. Safe for use by many threads.
 */
final class Isolation {
    private static final Logger LOG = LoggerFactory.getLogger(Isolation.class);

    /**
     * What holds for new agents.
     *
     * @param wanted what the configuration says
     * @param namespace what they get; {@code NONE} where they are refused
     * @param obstacle why it is not what was wanted, for people
     */
    private record Verdict(ServerSettings.Isolation wanted, Namespace namespace, Optional<String> obstacle) {
        boolean refuses() {
            return wanted == ServerSettings.Isolation.ON && namespace == Namespace.NONE;
        }
    }

    private final Function<Namespace, Optional<String>> probe;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Verdict verdict;

    /** @param probe what is in the way of a kind of namespace; empty if it works */
    Isolation(Function<Namespace, Optional<String>> probe, ServerSettings.Isolation wanted) {
        this.probe = probe;
        this.verdict = judge(wanted);
    }

    /** Changes what the configuration wants. The machine is asked only if that is something else than before. */
    void want(ServerSettings.Isolation wanted) {
        lock.lock();
        try {
            if (wanted != verdict.wanted()) {
                verdict = judge(wanted);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * What the next agent is to be shut in.
     *
     * @throws SwitchboardException {@code EXECUTION_FAILED} if it has to be shut in and cannot be
     */
    Namespace namespace() {
        Verdict now = verdict;
        if (now.refuses()) {
            throw new SwitchboardException(ErrorCode.EXECUTION_FAILED, refusal(now), Map.of());
        }
        return now.namespace();
    }

    /** Why no agent is launched, and what would help; empty if they are. */
    Optional<String> refusal() {
        return Optional.of(verdict).filter(Verdict::refuses).map(Isolation::refusal);
    }

    /** As it is shown: a namespace's label, or {@code refused}. */
    String label() {
        Verdict now = verdict;
        return now.refuses() ? "refused" : now.namespace().label();
    }

    private static String refusal(Verdict verdict) {
        return "Agents cannot be started: agents.isolation = on, and there is no PID namespace to be had: "
                + verdict.obstacle().orElse("unknown")
                + ". Let the server make user namespaces, give it CAP_SYS_ADMIN, or set agents.isolation = auto.";
    }

    private Verdict judge(ServerSettings.Isolation wanted) {
        Verdict judged = switch (wanted) {
            case NONE -> new Verdict(wanted, Namespace.NONE, Optional.empty());
            case AUTO -> first(wanted, Namespace.PID);
            case ON -> first(wanted, Namespace.PID, Namespace.USER_AND_PID);
        };
        if (judged.refuses()) {
            LOG.warn("{}", refusal(judged));
        } else {
            LOG.info(
                    "new agents' namespaces: {} {}",
                    judged.namespace().label(),
                    judged.obstacle().map(why -> "(" + why + ")").orElse(""));
        }
        return judged;
    }

    private Verdict first(ServerSettings.Isolation wanted, Namespace... candidates) {
        Optional<String> obstacle = Optional.empty();
        for (Namespace candidate : candidates) {
            obstacle = probe.apply(candidate);
            if (obstacle.isEmpty()) {
                return new Verdict(wanted, candidate, obstacle);
            }
        }
        return new Verdict(wanted, Namespace.NONE, obstacle);
    }
}
