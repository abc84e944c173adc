package dev.switchboard.execution.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One project's way into the message log. What a client asks for is refused while the log cannot be written; what an agent
 * did has happened, and waits until it can be, in order. Used only on the project's serial executor.
 */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private record Entry(LongFunction<List<NewMessage>> batch, Consumer<List<Message>> recorded) {}

    private final ProjectId project;
    private final Services services;
    private final Executor serial;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private LogHead head;
    private boolean reported;

    Journal(ProjectId project, Services services, Executor serial, LogHead head) {
        this.project = project;
        this.services = services;
        this.serial = serial;
        this.head = head;
    }

    LogHead head() {
        return head;
    }

    /** Learns the ends of a log that somebody else has opened anew. */
    void reopened(LogHead newHead) {
        head = newHead;
    }

    /**
     * Appends now.
     *
     * @param batch makes the records, given the {@code seq} that the first of them will have
     * @throws SwitchboardException if that cannot be done; nothing was appended then
     */
    List<Message> append(LongFunction<List<NewMessage>> batch) {
        if (!waiting.isEmpty()) {
            throw Stores.unavailable("message log");
        }
        return write(batch);
    }

    /** Appends as soon as that can be done, and then calls {@code recorded}; now, if it can be done now. */
    void appendEventually(LongFunction<List<NewMessage>> batch, Consumer<List<Message>> recorded) {
        if (!waiting.isEmpty()) {
            waiting.add(new Entry(batch, recorded));
            return;
        }
        List<Message> messages;
        try {
            messages = write(batch);
        } catch (SwitchboardException e) {
            report(e);
            waiting.add(new Entry(batch, recorded));
            services.after(RETRY, serial, this::retry);
            return;
        }
        recorded.accept(messages);
    }

    private void retry() {
        while (!waiting.isEmpty()) {
            Entry entry = waiting.peek();
            List<Message> messages;
            try {
                messages = write(entry.batch);
            } catch (SwitchboardException e) {
                report(e);
                services.after(RETRY, serial, this::retry);
                return;
            }
            waiting.remove();
            entry.recorded.accept(messages);
        }
        reported = false;
        LOG.info("project {}: the log can be written again", project);
    }

    private List<Message> write(LongFunction<List<NewMessage>> batch) {
        long next = head.lastSeq() + 1;
        List<NewMessage> records = batch.apply(next);
        List<Message> messages = services.stores().log(log -> log.append(project, records));
        if (messages.get(0).seq() != next) {
            throw new IllegalStateException("project " + project + ": record " + next + " became "
                    + messages.get(0).seq());
        }
        head = new LogHead(
                head.epoch(), head.firstSeq(), messages.get(messages.size() - 1).seq());
        return messages;
    }

    private void report(SwitchboardException e) {
        if (!reported) {
            String consequence =
                    e.code() == ErrorCode.DISK_SPACE_LOW ? "until there is space" : "until the store is back";
            LOG.error(
                    "project {}: the log cannot be written ({}); its run waits {}",
                    project,
                    e.getMessage(),
                    consequence);
            reported = true;
        }
    }
}
