package dev.switchboard.gateway.internal.output;

import dev.switchboard.execution.ExecutionId;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.internal.output.Interest.Range;
import dev.switchboard.logging.LogContext;
import dev.switchboard.project.ProjectId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes out to one connection: a lane for each project that it follows, and one for replies about no project. Each
 * send takes up to 64 KiB from the lanes in turn; the next begins when the one before has completed.
 *
 * <p>Anybody may ask for something at any time: it is put into a mailbox and done by the flusher's next pass, so that
 * nobody ever waits, publishers least of all. Who handles a request does it without the flusher ({@link #answering}). Only
 * {@link #hold} takes effect at once.
 */
public final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private static final int SEND_BYTES = 64 * 1024;

    /** Replies that nobody fetches: far more than a client that reads ever has, and a small part of the heap. */
    private static final long MAX_BACKLOG = 16L << 20;

    private static final long NOT_BEHIND = Long.MIN_VALUE;

    private static final int CODE_SLOW = 1013;
    private static final int CODE_FAILED = 1011;

    private final ClientConnection connection;
    private final LogContext context;
    private final OutputRuntime runtime;
    private final Sources sources;
    private final Traffic traffic;
    private final LaneWatcher watcher;

    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong backlog = new AtomicLong();
    private volatile boolean disposed;
    private volatile boolean streaming;

    /** How often somebody has wanted a flush since the one that is at it began. */
    private final AtomicInteger flushes = new AtomicInteger();
    /** The thread that tells of a request's outcome just now and flushes afterwards. */
    private volatile Thread answering;

    // Everything below is used under the lock, which is held for the assembly of one send at most.
    private final ReentrantLock lock = new ReentrantLock();
    private final Lanes lanes;
    private final Deque<Outgoing> direct = new ArrayDeque<>(1);
    private final Updates updates = new Updates(this::addDirect);
    private boolean lanesFirst;
    private Runnable onRelaxed;
    private LargeMessage large;
    private CloseWish closing;
    private boolean dropping;

    private volatile long inFlight;
    private volatile boolean goOn;
    private volatile boolean full;
    private volatile long sendingSince;
    private volatile long behindSince = NOT_BEHIND;

    private record CloseWish(int code, String reason) {}

    /** @param context what log lines tell of it */
    public Outbox(ClientConnection connection, OutputRuntime runtime, LaneWatcher watcher, LogContext context) {
        this.connection = connection;
        this.context = context;
        this.runtime = runtime;
        this.sources = runtime.sources();
        this.traffic = runtime.traffic().part();
        this.watcher = watcher;
        this.lanes = new Lanes(project -> new ProjectLane(this, sources, project), watcher);
    }

    // What may be asked for, by any thread.

    /** Sends a message about no project. */
    public void send(Outgoing message) {
        count(message);
        tell(() -> direct.add(message));
    }

    /** Sends a message about a project: behind the record if the session follows the project, otherwise at once. */
    public void send(ProjectId project, long afterSeq, Outgoing message) {
        count(message);
        tell(() -> put(project, afterSeq, message));
    }

    /** Sends a message behind the record, to those who have joined the project only. */
    public void notice(ProjectId project, long afterSeq, Outgoing message) {
        tellAll(() -> addPlacedIf(ProjectLane::isJoined, project, afterSeq, message));
    }

    /**
     * Shows a piece of an unfinished line behind the record. A connection that does not keep up goes without: the finished
     * line follows.
     */
    public void piece(ProjectId project, long afterSeq, Outgoing message) {
        if (backlog.get() <= sources.queueLimit() / 2) {
            tellAll(() -> addPlacedIf(lane -> lane.follows(afterSeq), project, afterSeq, message));
        }
    }

    private void addPlacedIf(Predicate<ProjectLane> wanted, ProjectId project, long afterSeq, Outgoing message) {
        ProjectLane lane = lanes.get(project);
        if (lane != null && wanted.test(lane)) {
            addPlaced(project, afterSeq, message);
        }
    }

    /**
     * Does something that tells this outbox something, and sends it on this thread, as far as that is possible at once: with no
     * other thread woken.
     */
    public void answering(Runnable task) {
        answering = Thread.currentThread();
        try {
            task.run();
        } finally {
            answering = null;
            flush();
        }
    }

    /** Follows a run that begins just now, if the session does not follow the project anyway. */
    public void follow(ProjectId project, ExecutionId run, long firstSeq) {
        tell(() -> lanes.getOrOpen(project, true).follow(Range.of(run, firstSeq)));
    }

    /**
     * Sends an update of the list of projects, unless the session is told anyway: because it has joined the project, or, of
     * what a run does, because it follows that run.
     *
     * @param type and project tell whether a request of one's own caused it
     * @param seq the last record when it happened
     */
    public void update(String type, ProjectId project, long seq, Outgoing message) {
        tellAll(() -> {
            ProjectLane lane = lanes.get(project);
            boolean told = lane != null && (type.equals(Updates.STATE) ? lane.follows(seq) : lane.isJoined());
            if (!told) {
                updates.add(type, project, seq, message);
            }
        });
    }

    /** Has updates wait until {@link #releaseUpdates}. */
    public void holdUpdates() {
        tell(updates::hold);
    }

    /** Lets updates go on, without those that the request has caused. */
    public void releaseUpdates(Optional<Updates.Own> own) {
        tell(() -> updates.release(own));
    }

    /** A run is over; its last record is known. */
    public void ended(ProjectId project, ExecutionId run, long lastSeq) {
        tell(() -> lanes.with(project, lane -> lane.ended(run, lastSeq)));
    }

    /** A project is gone. */
    public void deleted(ProjectId project, Outgoing last) {
        tell(() -> lanes.with(project, lane -> lane.deleted(last)));
    }

    /** A project's log is another one. */
    public void restart(ProjectId project, long lastSeq, Outgoing notice) {
        tell(() -> lanes.with(project, lane -> lane.restart(lastSeq, notice)));
    }

    /** There may be another broadcaster. */
    public void sourceChanged() {
        tell(() -> lanes.forEach(ProjectLane::sourceChanged));
    }

    /**
     * Keeps the project's lane where it is, from now on and until one of the hold's methods is called. If there is no lane
     * yet, there is one from now on, which follows nothing.
     */
    public Hold hold(ProjectId project) {
        lock.lock();
        try {
            ProjectLane lane = lanes.getOrOpen(project, !disposed);
            lane.hold();
            return new Hold(this, lane);
        } finally {
            lock.unlock();
        }
    }

    /** Calls back, on any thread, when not too much waits to be sent. */
    public void whenRelaxed(Runnable next) {
        if (isRelaxed()) {
            next.run();
        } else {
            tell(() -> onRelaxed = next);
        }
    }

    /** Closes the connection when the direct replies have been sent. */
    public void close(int code, String reason) {
        tell(() -> closing = closing == null ? new CloseWish(code, reason) : closing);
    }

    /** The same without the replies that wait: whoever has no right to them any more could take for ever to read them. */
    public void cutOff(int code, String reason) {
        tell(() -> dropping = true);
        close(code, reason);
    }

    /** The connection is gone: everything is let go. */
    public void dispose() {
        disposed = true;
        wake();
    }

    /** Lets everything go at once; called when the flusher has stopped. */
    public void shutDown() {
        disposed = true;
        flush();
    }

    /** What came and went over this connection. */
    public Traffic traffic() {
        return traffic;
    }

    /** What waits to be sent or is under way, in bytes. */
    public long queuedBytes() {
        return backlog.get() + inFlight;
    }

    /** For how long the present send has been under way, in nanoseconds; 0 if there is none. */
    public long sendingFor() {
        return inFlight > 0 ? runtime.nanoTime().getAsLong() - sendingSince : 0;
    }

    /** For how long a project's stream has been read from the log because the connection is slower, in nanoseconds. */
    public long behindFor() {
        long since = behindSince;
        return since == NOT_BEHIND ? 0 : runtime.nanoTime().getAsLong() - since;
    }

    // For lanes and holds.

    void tell(Runnable command) {
        mailbox.add(command);
        schedule();
    }

    /** As {@link #tell}, for what many sessions are told at the same time. */
    private void tellAll(Runnable command) {
        mailbox.add(command);
        wake();
    }

    /** There may be something of a stream to send. */
    void wake() {
        streaming = true;
        schedule();
    }

    private void schedule() {
        if (Thread.currentThread() == answering) {
            return; // it flushes when it is done
        }
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            runtime.flusher().schedule(this);
        }
    }

    void addPlaced(ProjectId project, long afterSeq, Outgoing message) {
        count(message);
        put(project, afterSeq, message);
    }

    /** Lets updates go on, without those that the lane tells anyway. */
    void releaseUpdatesBut(ProjectLane lane) {
        updates.releaseRun(lane.project(), lane::follows);
    }

    private void put(ProjectId project, long afterSeq, Outgoing message) {
        ProjectLane lane = lanes.get(project);
        if (lane == null) {
            direct.add(message);
        } else {
            lane.place(afterSeq, message);
        }
    }

    private void addDirect(Outgoing message) {
        count(message);
        direct.add(message);
    }

    /** Counts a message that will wait: at once, so that {@link #whenRelaxed} knows of it. */
    private void count(Outgoing message) {
        backlog.addAndGet(message.held());
    }

    void sent(Outgoing message) {
        backlog.addAndGet(-message.held());
    }

    boolean mayRead(ProjectLane lane) {
        return lanes.mayRead(lane);
    }

    void doneReading(ProjectLane lane) {
        lanes.doneReading(lane);
    }

    /** Reads a page on the pool; what comes of it is told to the lane like everything else. */
    void read(LogPages.Wish wish, Consumer<Page> result, Runnable onFailure) {
        onPool(() -> {
            try {
                Page page = runtime.pages().read(wish);
                tell(() -> result.accept(page));
            } catch (RuntimeException | Error e) {
                LOG.debug("the log of {} cannot be read just now", wish.project(), e);
                tell(onFailure);
            }
        });
    }

    /** Reads the next fragment on the pool. */
    void readFragment(Fragments fragments, Consumer<ByteBuffer> result) {
        onPool(() -> {
            try {
                ByteBuffer next = fragments.next();
                tell(() -> result.accept(next));
            } catch (RuntimeException | Error e) {
                // Half of the message is out already, so there is no way to say anything but this.
                LOG.warn("a large record cannot be read to its end; the connection is closed", e);
                close(CODE_FAILED, "a record cannot be read");
            }
        });
    }

    void later(Runnable task) {
        runtime.later(task);
    }

    private void onPool(Runnable task) {
        try {
            runtime.pool().execute(() -> context.run(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("the gateway is going", e);
        }
    }

    // For the flusher.

    /**
     * Whether the next flush may be one of many alike that are better done together; false if only what this session asked for is
     * to be done, or if the last send was a large one, so that little is gained by waiting for more.
     */
    boolean isStreaming() {
        return streaming && !full;
    }

    /**
     * Does what is in the mailbox and begins the next send if none is under way. By one thread at a time: what another one wants
     * meanwhile is done by the one that is at it.
     */
    void flush() {
        int wanted = flushes.incrementAndGet();
        if (wanted > 1) {
            return;
        }
        while (wanted > 0) {
            flushOnce();
            wanted = flushes.addAndGet(-wanted);
        }
    }

    private void flushOnce() {
        streaming = false;
        scheduled.set(false);
        try {
            List<ByteBuffer> wire = null;
            Runnable relaxed = null;
            CloseWish close = null;
            int frames = 0;
            lock.lock();
            try {
                if (disposed) {
                    letGo();
                    return;
                }
                lanes.forEach(ProjectLane::observe);
                drainMailbox();
                checkOverflow();
                if (isFree()) {
                    Assembly send = assemble();
                    wire = send.buffers();
                    frames = send.frames();
                    goOn = isMoreDue();
                    full = send.isSubstantial() || large != null;
                    if (!wire.isEmpty()) {
                        inFlight = send.bytes();
                        sendingSince = runtime.nanoTime().getAsLong();
                    }
                }
                if (onRelaxed != null && isRelaxed()) {
                    relaxed = onRelaxed;
                    onRelaxed = null;
                }
                if (closing != null && closing.code >= 0 && direct.isEmpty()) {
                    close = closing;
                    closing = new CloseWish(-1, "");
                }
            } finally {
                lock.unlock();
            }
            perform(wire, frames, close, relaxed);
        } catch (RuntimeException | Error e) {
            // Nobody else may suffer: without this, the flusher would end for all.
            // Only here: what is the rule must not cost what is the exception.
            context.run(() -> LOG.error("sending failed; the connection is closed", e));
            connection.close(CODE_FAILED, "internal error");
        }
    }

    private void perform(List<ByteBuffer> wire, int frames, CloseWish close, Runnable relaxed) {
        if (wire != null && !wire.isEmpty()) {
            connection.send(wire, failure -> completed(frames, failure));
            if (inFlight > 0) {
                watcher.fallingBehind();
            }
        }
        if (close != null) {
            connection.close(close.code, close.reason);
        }
        if (relaxed != null) {
            relaxed.run();
        }
    }

    private void completed(int frames, Throwable failure) {
        if (failure == null) {
            traffic.sent(frames, inFlight);
            inFlight = 0;
            if (goOn) {
                wake();
            }
        }
    }

    /** Whether no send is under way; if one is, its completion will have the outbox looked at again. */
    private boolean isFree() {
        if (inFlight == 0) {
            return true;
        }
        goOn = true; // said before it is looked at again, as the completion comes first and looks then
        return inFlight == 0;
    }

    private boolean isMoreDue() {
        return !direct.isEmpty() || large != null || onRelaxed != null || lanes.anyDue();
    }

    private boolean isRelaxed() {
        return backlog.get() <= sources.queueLimit();
    }

    private void drainMailbox() {
        for (Runnable command = mailbox.poll(); command != null; command = mailbox.poll()) {
            command.run();
        }
    }

    private void checkOverflow() {
        if (!dropping && backlog.get() > MAX_BACKLOG) {
            dropping = true;
            closing = new CloseWish(CODE_SLOW, "slow consumer");
            runtime.traffic().slowClose();
        }
        if (dropping) {
            direct.clear();
        }
    }

    private Assembly assemble() {
        Assembly send = new Assembly((int) Math.min(SEND_BYTES, sources.queueLimit()));
        if (large != null) {
            large = large.fill(send) ? null : large;
            return send;
        }
        // In turn, so that neither many replies nor a fast agent keep the other waiting.
        lanesFirst = !lanesFirst && closing == null;
        if (lanesFirst) {
            addLanes(send);
            addDirect(send);
        } else {
            addDirect(send);
            addLanes(send);
        }
        if (send.large() != null) {
            large = new LargeMessage(this, send.large());
        }
        return send;
    }

    private void addDirect(Assembly send) {
        while (!direct.isEmpty() && send.hasRoom() && send.add(direct.peek())) {
            sent(direct.remove());
        }
    }

    private void addLanes(Assembly send) {
        if (closing != null) {
            return;
        }
        lanes.fill(send);
        boolean behind = lanes.anyBehind();
        if (behind != (behindSince != NOT_BEHIND)) {
            behindSince = behind ? runtime.nanoTime().getAsLong() : NOT_BEHIND;
            watcher.fallingBehind();
        }
    }

    private void letGo() {
        lanes.close();
        direct.clear();
        updates.clear();
        mailbox.clear();
        large = null;
        onRelaxed = null;
        backlog.set(0);
    }
}
