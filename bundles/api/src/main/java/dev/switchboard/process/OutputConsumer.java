package dev.switchboard.process;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Receives what an agent writes. Methods are called one at a time and in order, on a tailer thread. */
public interface OutputConsumer {
    /**
     * The next complete lines, at least one. Must return at once; nothing further is read from this agent until the
     * returned stage completes, so a slow consumer holds back its own agent's lines and no other's.
     *
     * @return completes when the lines have been dealt with; exceptionally to stop tailing
     */
    CompletionStage<Void> lines(List<SpoolLine> lines);

    /** The agent has ended and every byte of its output has been handed over. The last call. */
    void ended(ProcessExit exit);
}
