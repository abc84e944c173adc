package dev.switchboard.process;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Receives what an agent writes. Methods are called one at a time and in order, on a tailer thread. */
@ConsumerType
public interface OutputConsumer {
    /**
     * The next complete lines, at least one; together at most {@link dev.switchboard.content.Content#IN_MEMORY_LIMIT} bytes in
     * memory. Must return at once; nothing further is read from this agent until the
     * returned stage completes, so a slow consumer holds back its own agent's lines and no other's.
     *
     * @return completes when the lines have been dealt with; exceptionally to stop tailing
     */
    CompletionStage<Void> lines(List<SpoolLine> lines);

    /** The agent has ended and every byte of its output has been handed over. The last call. */
    void ended(ProcessExit exit);

    /**
     * The output cannot be followed any longer: it cannot be read, custody is going, or the consumer's stage completed
     * exceptionally. The last call, in place of {@link #ended}. What comes behind the last line that was dealt with can be had
     * by tailing again from there.
     */
    void stopped(Throwable why);
}
