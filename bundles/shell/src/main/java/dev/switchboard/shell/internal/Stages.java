package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the services answer. */
public final class Stages {
    /** For changes that only need the disk. */
    public static final Duration SHORT = Duration.ofSeconds(30);
    /** For ends of runs: longer than the usual grace of a kill and what follows it. */
    public static final Duration LONG = Duration.ofSeconds(120);

    private Stages() {}

    /**
     * The stage's value.
     *
     * @param what is waited for, as the beginning of a sentence
     * @throws SwitchboardException what the stage failed with; {@code INTERNAL_ERROR} if the bound passed or the thread was
     *         interrupted, which remains set
     */
    public static <T> T await(CompletionStage<T> stage, Duration bound, String what) {
        try {
            return stage.toCompletableFuture().get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SwitchboardException known) {
                throw known;
            }
            throw new IllegalStateException(what + " failed", e.getCause());
        } catch (TimeoutException e) {
            throw unanswered(what + " was not answered within " + bound.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unanswered(what + " was not waited for");
        }
    }

    private static SwitchboardException unanswered(String message) {
        return new SwitchboardException(ErrorCode.INTERNAL_ERROR, message + "; it may still happen");
    }
}
