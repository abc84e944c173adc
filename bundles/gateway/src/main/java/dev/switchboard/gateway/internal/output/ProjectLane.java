package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Subscription.Batch;
import dev.switchboard.broadcast.Topic;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.gateway.internal.output.Interest.Range;
import dev.switchboard.project.ProjectId;
import java.util.Optional;

/**
 * One project's stream to one session: the records that it follows, in order, and between them the messages that have
 * their place there. Records come from the broadcaster, or from the log where the lane is behind.
 *
 * <p>Everything here happens under the outbox's lock, except {@link #wake}.
 */
final class ProjectLane {
    /** What one step of filling a send came to. */
    private enum Step {
        /** Something happened; there may be more. */
        MORE,
        /** The send is full. */
        FULL,
        /** Nothing to do until somebody wakes the lane. */
        WAIT,
        /** The lane is of no use any more. */
        DONE
    }

    private final Outbox outbox;
    private final Sources sources;
    private final ProjectId project;
    private final Topic topic;

    private final PlacedMessages placed = new PlacedMessages();
    private final Interest interest = new Interest();
    private int holds;
    private long cursor;
    private long replayTo;
    // How far records were published before what was asked of the lane was done.
    private long observed;
    private Outgoing farewell;

    private Subscription subscription;
    private Broadcaster source;
    private boolean unproven;
    private boolean behind;
    private Batch carried;
    private Page page;
    private long readings;

    private volatile boolean due = true;

    ProjectLane(Outbox outbox, Sources sources, ProjectId project) {
        this.outbox = outbox;
        this.sources = sources;
        this.project = project;
        this.topic = Topic.of(project);
    }

    ProjectId project() {
        return project;
    }

    /** Has the lane looked at by the next pass; called by any thread, publishers among them. */
    void wake() {
        due = true;
        outbox.wake();
    }

    boolean isDue() {
        return due;
    }

    /** Whether it takes records from the log without having been asked to. */
    boolean isBehind() {
        return behind && isFollowing() && cursor >= replayTo;
    }

    /** Whether there are records that it wants. */
    boolean isFollowing() {
        return interest.isAny();
    }

    /** Whether the session has joined the project. */
    boolean isJoined() {
        return interest.isJoined();
    }

    /** Whether this record is one that it wants. */
    boolean follows(long seq) {
        return interest.has(seq);
    }

    /**
     * Looks how far records are published; called before what is asked of the lane is done. What is told before a record is
     * published is then known before the record is sent: a piece of an unfinished line does not come behind the line, and
     * whoever follows a run never passes the run's end unawares.
     */
    void observe() {
        observed = sources.lastPublished(project);
    }

    // What is asked of the lane.

    void hold() {
        holds++;
    }

    void release() {
        holds--;
        if (holds == 0) {
            interest.forgetEnded();
        }
        due = true;
    }

    /** Puts a message behind the record, and behind what was put there before. */
    void place(long afterSeq, Outgoing message) {
        placed.add(afterSeq, message);
        due = true;
    }

    /** Begins to listen behind the record although nothing is followed yet, so that what comes is kept in memory. */
    void prepare(long afterSeq) {
        if (!isFollowing() && subscription == null) {
            cursor = afterSeq;
            subscribe();
        }
    }

    void follow(Range range) {
        observe();
        interest.add(range);
        due = true;
    }

    void join(JoinPlan plan) {
        boolean followed = isFollowing();
        if (interest.join(plan.kinds())) {
            // What was read or is being read was chosen by the kinds of before.
            dropPage();
            unsubscribe();
        }
        if (plan.replay()) {
            replayTo = plan.head();
            moveTo(plan.afterSeq());
        } else if (!followed) {
            moveTo(plan.head());
        }
        due = true;
    }

    /** Stops following; what waits for its place goes out at once. */
    void leave() {
        placed.release();
        interest.clear();
        unsubscribe();
        carried = null;
        due = true;
    }

    void ended(ExecutionId run, long lastSeq) {
        interest.ended(run, lastSeq, holds > 0);
        due = true;
    }

    /** The project is gone: after what is left, this and nothing more. */
    void deleted(Outgoing last) {
        farewell = last;
        due = true;
    }

    /** The project is gone by this session's own request; false if it did not follow, so that nothing has to be waited for. */
    boolean deletedBySelf(Outgoing reply) {
        if (isFollowing()) {
            farewell = reply;
        }
        return isFollowing();
    }

    /** The project's log is another one. */
    void restart(long lastSeq, Outgoing notice) {
        placed.release();
        if (isFollowing()) {
            placed.add(0, notice);
            replayTo = 0;
            carried = null;
            unsubscribe();
            cursor = lastSeq;
        }
        due = true;
    }

    /** There may be another broadcaster. */
    void sourceChanged() {
        if (source != sources.broadcaster().orElse(null)) {
            unsubscribe();
        }
        due = true;
    }

    void close() {
        unsubscribe();
        carried = null;
        placed.clear();
        interest.clear();
    }

    // Filling a send.

    /**
     * Adds what is due.
     *
     * @return whether the lane is of no use any more
     */
    boolean fill(Assembly send) {
        due = false;
        while (send.hasRoom()) {
            Step step = next(send);
            if (step == Step.FULL) {
                break;
            }
            if (step == Step.WAIT) {
                return false;
            }
            if (step == Step.DONE) {
                return true;
            }
        }
        due = true;
        return false;
    }

    private Step next(Assembly send) {
        if (carried != null) {
            return sendCarried(send);
        }
        if (!placed.isEmpty() && (placed.firstPlace() <= cursor || !isMoving())) {
            return sendPlaced(send);
        }
        if (holds > 0) {
            return Step.WAIT;
        }
        if (!isFollowing()) {
            return Step.DONE;
        }
        if (!interest.isJoined() && alignToRange()) {
            return Step.MORE;
        }
        if ((page != null || behind) && cursor == limit() && isHeldBack()) {
            return lookAgain();
        }
        if (page != null) {
            return sendPage(send);
        }
        if (subscription == null && !subscribe()) {
            return farewell != null ? sendFarewell(send) : Step.WAIT;
        }
        if (behind) {
            return farewell != null ? sendFarewell(send) : readLog();
        }
        return send.isSubstantial() ? Step.FULL : sendRing(send);
    }

    /** Whether the lane's place moves on by itself, so that messages can wait for theirs. */
    private boolean isMoving() {
        return holds > 0
                || isFollowing()
                        && (subscription != null || sources.broadcaster().isPresent());
    }

    private Step sendCarried(Assembly send) {
        if (!send.add(carried)) {
            return Step.FULL;
        }
        cursor = carried.seq();
        carried = null;
        return Step.MORE;
    }

    private Step sendPlaced(Assembly send) {
        Outgoing message = placed.first();
        if (!send.add(message)) {
            return Step.FULL;
        }
        placed.removeFirst();
        outbox.sent(message);
        return Step.MORE;
    }

    private Step sendFarewell(Assembly send) {
        if (!placed.isEmpty()) {
            return sendPlaced(send);
        }
        return send.add(farewell) ? Step.DONE : Step.FULL;
    }

    /** Goes to the range that comes next; false if it is there already. */
    private boolean alignToRange() {
        Range range = interest.firstRange();
        if (cursor >= range.last()) {
            interest.removeFirstRange();
            dropPage();
            return true;
        }
        if (cursor < range.first() - 1) {
            moveTo(range.first() - 1);
            return true;
        }
        return false;
    }

    private long bound() {
        return Math.min(placed.firstPlace(), limit());
    }

    /** The last record that may be taken as things are known. */
    private long limit() {
        return isHeldBack() ? known() : interest.until();
    }

    /** The last record before which all has been done that was asked of the lane before the record was published. */
    private long known() {
        return Math.max(cursor, observed);
    }

    /**
     * Whether it goes no further than is known. What is gone is told nothing more; and who wants no frames of agents is shown no
     * pieces of them either, and need not be woken for each of their records.
     */
    private boolean isCareful() {
        return isHeldBack() || farewell == null && interest.kinds().contains(FrameKind.AGENT);
    }

    /** Whether it follows a run whose end is not known. */
    private boolean isHeldBack() {
        return !interest.isJoined() && interest.until() == Long.MAX_VALUE;
    }

    /** Has the lane looked at again, when it is known whether what comes next still belongs to the run. */
    private Step lookAgain() {
        if (sources.lastPublished(project) > observed) {
            wake();
        } else {
            outbox.later(this::wake);
        }
        return Step.WAIT;
    }

    private Step sendPage(Assembly send) {
        Page.Item item = page.peek();
        long bound = bound();
        if (item != null && item.seq() <= bound) {
            if (!send.add(item.message())) {
                return Step.FULL;
            }
            page.remove();
            cursor = item.seq();
            return Step.MORE;
        }
        if (item != null || page.passed() > bound) {
            cursor = bound;
            return Step.MORE;
        }
        return endPage();
    }

    private Step endPage() {
        boolean nothing = page.hadNothing() && page.passed() <= cursor;
        cursor = Math.max(cursor, page.passed());
        dropPage();
        if (cursor >= replayTo && subscription != null && subscription.seek(cursor)) {
            behind = false;
            unproven = true;
        } else if (nothing) {
            // The log has nothing more, and yet the ring wants something read: not again before a while.
            return pause();
        }
        return Step.MORE;
    }

    private Step sendRing(Assembly send) {
        Batch batch = subscription.poll(send.room(), isCareful() ? Math.min(bound(), known()) : bound());
        if (!batch.isEmpty()) {
            unproven = false;
            carried = batch;
            return sendCarried(send);
        }
        boolean moved = batch.seq() > cursor;
        cursor = Math.max(cursor, batch.seq());
        if (batch.behind()) {
            behind = true;
            return Step.MORE;
        }
        if (unproven) {
            // A broadcaster that does not know the topic yet takes any place for its end.
            unproven = false;
            behind = cursor < Math.min(sources.lastPublished(project), bound());
            return Step.MORE;
        }
        if (moved) {
            return Step.MORE;
        }
        if (isCareful() && sources.lastPublished(project) > observed) {
            return lookAgain();
        }
        return farewell != null ? sendFarewell(send) : Step.WAIT;
    }

    // Where records come from.

    private void moveTo(long seq) {
        cursor = seq;
        dropPage();
        carried = null;
        if (subscription != null) {
            unproven = true;
            behind = cursor < replayTo || !subscription.seek(cursor);
        }
    }

    private boolean subscribe() {
        Optional<Broadcaster> broadcaster = sources.broadcaster();
        if (broadcaster.isEmpty()) {
            return false;
        }
        source = broadcaster.get();
        subscription = source.subscribe(topic, cursor, interest.kinds(), this::wake);
        unproven = true;
        behind = cursor < replayTo;
        return true;
    }

    /** Leaves the broadcaster, and what is being read: it may overlap with what the next subscription has. */
    private void unsubscribe() {
        dropPage();
        if (subscription != null) {
            subscription.close();
            subscription = null;
            source = null;
        }
    }

    private Step readLog() {
        if (outbox.mayRead(this)) {
            long reading = ++readings;
            LogPages.Wish wish = new LogPages.Wish(project, cursor, interest.until(), replayTo, interest.kinds());
            outbox.read(wish, result -> pageRead(reading, result), this::pause);
        }
        return Step.WAIT;
    }

    private void pageRead(long reading, Page result) {
        if (reading == readings) {
            page = result;
            due = true;
        } else {
            outbox.doneReading(this);
        }
    }

    private Step pause() {
        outbox.doneReading(this);
        outbox.later(this::wake);
        return Step.WAIT;
    }

    /** Lets go of the page, also of one that is only being read. */
    private void dropPage() {
        readings++;
        if (page != null) {
            page = null;
            outbox.doneReading(this);
        }
    }
}
