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
 *
 * <p>Each append looks at the log's own end first: after a change of store it may be another one than before.
 */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private record Entry(LongFunction<List<NewMessage>> batch, Consumer<List<Message>> recorded) {}

    private final ProjectId project;
    private final Services services;
    private final Executor serial;
    private final Runnable replaced;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private LogHead head;
    private boolean reported;

    /** @param replaced called when the log turns out to end elsewhere than expected, or to have another epoch */
    Journal(ProjectId project, Services services, Executor serial, LogHead head, Runnable replaced) {
        this.project = project;
        this.services = services;
        this.serial = serial;
        this.head = head;
        this.replaced = replaced;
    }

    LogHead head() {
        return head;
    }

    /**
     * Looks at the log's end, which may be another store's by now.
     *
     * @throws SwitchboardException if the log cannot be reached
     */
    void refresh() {
        take(services.stores().log(log -> log.head(project)));
    }

    private void take(LogHead now) {
        boolean moved = now.lastSeq() != head.lastSeq() || !now.epoch().equals(head.epoch());
        head = now;
        if (moved) {
            LOG.warn("project {}: its log is another one now; it ends at record {}", project, now.lastSeq());
            replaced.run();
        }
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

    /**
     * Appends as soon as that can be done, and then calls {@code recorded}; now, if it can be done now. A batch that can never be
     * appended is logged and left out, and {@code recorded} gets none.
     */
    void appendEventually(LongFunction<List<NewMessage>> batch, Consumer<List<Message>> recorded) {
        waiting.add(new Entry(batch, recorded));
        if (waiting.size() == 1) {
            drain();
        }
    }

    private void drain() {
        while (!waiting.isEmpty()) {
            Entry entry = waiting.peek();
            List<Message> messages;
            try {
                messages = write(entry.batch);
            } catch (SwitchboardException
                    | Error e) { // an Error too: memory is short, or the store is just being replaced
                report(e);
                services.after(RETRY, serial, this::drain);
                return;
            } catch (RuntimeException e) {
                LOG.error("project {}: records that cannot be appended are left out", project, e);
                messages = List.of();
            }
            waiting.remove();
            tell(entry, messages);
        }
        if (reported) {
            reported = false;
            LOG.info("project {}: the log can be written again", project);
        }
    }

    private void tell(Entry entry, List<Message> messages) {
        try {
            entry.recorded.accept(messages);
        } catch (RuntimeException e) {
            LOG.error("project {}: what follows a record failed", project, e);
        }
    }

    private List<Message> write(LongFunction<List<NewMessage>> batch) {
        return services.stores().log(log -> {
            take(log.head(project));
            List<Message> messages = log.append(project, batch.apply(head.lastSeq() + 1));
            head = new LogHead(
                    head.epoch(),
                    head.firstSeq(),
                    messages.get(messages.size() - 1).seq());
            return messages;
        });
    }

    private void report(Throwable e) {
        boolean full = e instanceof SwitchboardException refusal && refusal.code() == ErrorCode.DISK_SPACE_LOW;
        if (full) {
            services.admission().diskWasFull();
        }
        if (!reported) {
            String consequence = full ? "until there is space" : "until the store is back";
            LOG.error(
                    "project {}: the log cannot be written ({}); its run waits {}",
                    project,
                    e instanceof SwitchboardException ? e.getMessage() : e.toString(),
                    consequence);
            reported = true;
        }
    }
}
