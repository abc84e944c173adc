package dev.switchboard.shell.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Reads a project's log from a place on and shows it, page by page, so that memory does not depend on how much there is. While
 * a store is being swapped it waits, for a bounded time.
 */
public final class LogFollower {
    private static final int PAGE = 100;
    private static final long PAGE_BYTES = 1 << 20;
    /** Events wake the follower; this is for whoever came while the execution service was being replaced. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration RETRY = Duration.ofMillis(500);
    private static final int MAX_RETRIES = 120;
    private static final Set<ErrorCode> PASSING = Set.of(ErrorCode.STORAGE_UNAVAILABLE, ErrorCode.SERVICE_UNAVAILABLE);

    private final Services services;
    private final ProjectId project;
    private final ProjectWatch watch;
    private final RecordView view;
    private final Console console;
    private long shown;
    private int failures;

    /** @param afterSeq the first record to show is the next one */
    public LogFollower(
            Services services, ProjectId project, long afterSeq, ProjectWatch watch, RecordView view, Console console) {
        this.services = services;
        this.project = project;
        this.watch = watch;
        this.view = view;
        this.console = console;
        this.shown = afterSeq;
    }

    /** Shows what is there now, up to a record. */
    public void showTo(long lastSeq) {
        boolean more = true;
        while (more && shown < lastSeq && !console.isGone()) {
            more = show(read(), lastSeq);
        }
    }

    /** Shows what is there and what comes, until the project is deleted or nobody reads any more. */
    public void showAll() throws InterruptedException {
        try {
            while (!watch.isDeleted() && !console.isGone()) {
                long events = watch.events();
                if (!showMore(() -> Long.MAX_VALUE)) {
                    pause(events);
                }
            }
        } catch (SwitchboardException e) {
            // The log may be gone a moment before the event that says so comes.
            if (e.code() != ErrorCode.PROJECT_NOT_FOUND) {
                throw e;
            }
        }
    }

    /**
     * Shows a run up to its end.
     *
     * @return how it ended; empty if nobody reads any more
     */
    public Optional<ExecutionEvent.Ended> showRun(ExecutionId run) throws InterruptedException {
        while (!console.isGone()) {
            long events = watch.events();
            Optional<ExecutionEvent.Ended> end = watch.end(run);
            boolean more = showMore(
                    () -> watch.end(run).map(ended -> ended.execution().seq()).orElse(Long.MAX_VALUE));
            boolean whole =
                    end.filter(ended -> shown >= ended.execution().seq()).isPresent();
            if (whole || end.isPresent() && !more && failures == 0) {
                return end;
            }
            if (!more) {
                pause(events);
            }
        }
        return Optional.empty();
    }

    private void pause(long events) throws InterruptedException {
        watch.awaitBeyond(events, failures == 0 ? LOOK : RETRY);
    }

    /**
     * Shows one page.
     *
     * @param last how far to go; asked after the page was read, when the end of what is in it is known
     * @return whether there was anything
     */
    private boolean showMore(LongSupplier last) {
        watch.takeRestart().ifPresent(seq -> {
            shown = seq;
            view.replaced();
        });
        try {
            MessagePage page = read();
            failures = 0;
            return show(page, last.getAsLong());
        } catch (SwitchboardException e) {
            if (!PASSING.contains(e.code()) || ++failures > MAX_RETRIES) {
                throw e;
            }
            return false;
        }
    }

    private MessagePage read() {
        return services.projects()
                .history(
                        project,
                        MessageQuery.all().withAfterSeq(shown).withLimit(PAGE).withMaxBytes(PAGE_BYTES));
    }

    private boolean show(MessagePage page, long last) {
        long before = shown;
        Deque<Gap> gaps = new ArrayDeque<>(page.gaps());
        for (Message message : page.messages()) {
            showGaps(gaps, Math.min(last, message.seq()));
            if (message.seq() <= last) {
                view.show(message);
                shown = message.seq();
            }
        }
        showGaps(gaps, last);
        return shown > before;
    }

    private void showGaps(Deque<Gap> gaps, long last) {
        while (!gaps.isEmpty() && gaps.peek().from() <= last) {
            Gap gap = gaps.remove();
            view.missing(gap);
            shown = Math.max(shown, gap.to());
        }
    }
}
