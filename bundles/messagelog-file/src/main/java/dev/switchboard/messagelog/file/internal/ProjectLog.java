package dev.switchboard.messagelog.file.internal;

import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.Message;
import dev.switchboard.message.NewMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one project. Opened when it is first needed, and retired when it has not been needed for long or is
 * deleted; then another object takes its place.
 *
 * <p>One lock for whatever changes the log; readers take none: they work with the newest {@link LogView}.
 */
final class ProjectLog {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectLog.class);

    private final Path directory;
    private final LogContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private final Retention retention;
    private LogIdentity identity;
    private List<Segment> segments;
    private IndexBuilder index;
    /** The file of the last segment; {@code null} until something is appended to it. */
    private SegmentWriter writer;
    /** A segment of which nothing was kept, but whose file could not be deleted yet; or {@code null}. */
    private Segment leftover;

    private boolean retired;
    private volatile boolean moving;
    private volatile boolean deleted;
    private volatile LogView view;
    private volatile long lastUse;

    ProjectLog(Path directory, LogContext context) {
        this.directory = directory;
        this.context = context;
        this.retention = new Retention(context);
    }

    /**
     * What readers see now; empty if the log was retired before it was opened.
     *
     * @throws IOException if the log cannot be opened
     */
    Optional<LogView> view() throws IOException {
        LogView present = view;
        return present != null ? Optional.of(present) : open();
    }

    private Optional<LogView> open() throws IOException {
        lock.lock();
        try {
            if (retired) {
                return Optional.empty();
            }
            ensureOpen();
            return Optional.of(view);
        } finally {
            lock.unlock();
        }
    }

    private void ensureOpen() throws IOException {
        if (view == null) {
            LogRecovery.Recovered recovered = new LogRecovery(directory, context.files(), context.boot()).recover();
            identity = recovered.identity();
            segments = recovered.segments();
            index = recovered.index();
            publish();
        }
    }

    /**
     * Appends all records or none; empty if the log was retired.
     *
     * @throws IOException if the disk failed; then nothing was appended
     */
    Optional<List<Message>> append(List<NewMessage> batch) throws IOException {
        lock.lock();
        try {
            if (retired) {
                return Optional.empty();
            }
            ensureOpen();
            return Optional.of(appendOpen(batch));
        } finally {
            lock.unlock();
        }
    }

    private List<Message> appendOpen(List<NewMessage> batch) throws IOException {
        long began = System.nanoTime();
        LogPolicy policy = context.policy().get();
        long micros = Math.max(MicroTime.floor(context.clock().instant()), index.lastMicros() + 1);
        Batch records = new Batch(batch, index.lastSeq() + 1, micros);
        removeLeftover();
        boolean begin = segments.isEmpty() || policy.ends(last(), index, batch.size(), records.expectedBytes(), micros);
        List<BatchWriter.Written> written = begin ? beginSegment(records, policy) : continueSegment(records, policy);
        written.forEach(record -> index.add(record.header(), record.start(), record.end()));
        publish();
        if (policy.durability() == Durability.GROUP) {
            context.flusher().add(writer);
        }
        context.figures().appended(written.size(), index.end() - written.get(0).start(), System.nanoTime() - began);
        if (begin) {
            retain(policy);
        }
        return records.messages(written, last().file());
    }

    /**
     * Takes out what is past its time, and deletes what was taken out before; empty if the log was retired.
     *
     * @throws IOException if the log cannot be opened
     */
    Optional<Boolean> sweep() throws IOException {
        lock.lock();
        try {
            if (retired) {
                return Optional.empty();
            }
            ensureOpen();
            retain(context.policy().get());
            return Optional.of(true);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Mends what is damaged; empty if the log was retired. Appends wait.
     *
     * @throws IOException if that cannot be done
     */
    Optional<LogReport> repair() throws IOException {
        lock.lock();
        try {
            if (retired) {
                return Optional.empty();
            }
            ensureOpen();
            endSegment(); // the file that is written to may be replaced
            return Optional.of(new LogRepair(view, context).repair());
        } finally {
            lock.unlock();
        }
    }

    private void retain(LogPolicy policy) {
        retention.deleteFiles(false);
        if (!policy.removesAny()) {
            return;
        }
        try {
            int count = Retention.removable(segments, policy, context.clock().instant());
            if (count > 0) {
                List<Segment> gone = segments.subList(0, count);
                segments = retention.remove(segments, count);
                publish();
                gone.forEach(segment -> context.indexes().forget(segment.file()));
            }
        } catch (IOException e) {
            LOG.warn("{}: what is past its time cannot be told; tried again later", directory, e);
        }
    }

    private List<BatchWriter.Written> continueSegment(Batch records, LogPolicy policy) throws IOException {
        LogIdentity noted = noted(policy);
        if (!noted.equals(identity)) {
            write(noted);
        }
        if (writer == null) {
            writer = new SegmentWriter(context.files().open(last().file()), index.end(), context.figures());
        }
        writer.prepare();
        return records.write(writer, policy.durability());
    }

    /** What has to be on the disk before records are shown that are not: who opens the log next must know of them. */
    private LogIdentity noted(LogPolicy policy) {
        return policy.durability() == Durability.ALWAYS
                ? identity
                : identity.withBoot(Optional.of(context.boot().mark()));
    }

    private void write(LogIdentity noted) throws IOException {
        noted.write(context.files(), directory);
        identity = noted;
    }

    /** The new segment takes the old one's place only when the first records are in it: there is never an empty one. */
    private List<BatchWriter.Written> beginSegment(Batch records, LogPolicy policy) throws IOException {
        endSegment();
        Segment segment = new Segment(
                directory.resolve(SegmentName.of(records.firstSeq(), records.firstMicros())),
                records.firstSeq(),
                records.firstMicros());
        SegmentWriter next = null;
        boolean done = false;
        try {
            next = new SegmentWriter(context.files().open(segment.file()), 0, context.figures());
            next.prepare();
            List<BatchWriter.Written> written = records.write(next, policy.durability());
            write(noted(policy).withSegment(segment.firstSeq())); // makes the new file's name durable too
            done = true;
            writer = next;
            index = new IndexBuilder(segment.firstSeq(), segment.firstMicros());
            List<Segment> more = new ArrayList<>(segments);
            more.add(segment);
            segments = more;
            return written;
        } finally {
            if (!done) {
                leftover = segment;
                abandon(next);
            }
        }
    }

    private void abandon(SegmentWriter next) {
        try (next) {
            removeLeftover();
        } catch (IOException e) {
            LOG.warn(
                    "The segment {} could not be removed; nothing is appended until it can be",
                    leftover == null ? "" : leftover.file(),
                    e);
        }
    }

    private void removeLeftover() throws IOException {
        if (leftover != null) {
            context.files().delete(leftover.file());
            leftover = null;
        }
    }

    /** Makes the last segment durable and writes its index. It stays the last one until there is another. */
    private void endSegment() throws IOException {
        if (writer != null) {
            writer.prepare();
            writer.force();
            closeWriter();
            SegmentIndex snapshot = index.snapshot();
            IndexCache.store(context.files(), last(), SegmentSummary.of(snapshot, index.agents()), snapshot);
        }
    }

    private void closeWriter() throws IOException {
        if (writer != null) {
            SegmentWriter closing = writer;
            writer = null;
            closing.close();
        }
    }

    /**
     * Closes the log, so that this object is of no more use.
     *
     * @return whether it is closed now; not if it is in use and {@code wait} is false
     */
    boolean retire(boolean wait) {
        if (wait) {
            lock.lock();
        } else if (!lock.tryLock()) {
            return false;
        }
        try {
            if (retired) {
                return true; // by somebody else, and the project may be open anew
            }
            retired = true;
            retention.deleteFiles(true);
            endSegment();
            if (view != null && identity.boot().isPresent()) {
                write(identity.withBoot(Optional.empty())); // everything is forced
            }
        } catch (IOException e) {
            LOG.error("{} could not be closed in an orderly way", directory, e);
            closeQuietly();
        } finally {
            lock.unlock();
        }
        return true;
    }

    /**
     * Closes the log and moves it away, to be deleted there.
     *
     * @return whether it was moved; not if it was retired
     */
    boolean moveTo(Path target) throws IOException {
        lock.lock();
        try {
            if (retired) {
                return false;
            }
            moving = true;
            try {
                context.files().rename(directory, target);
                deleted = true;
            } finally {
                moving = false; // after it is known what has become of it
            }
            retired = true;
            view = null;
            context.figures().stuck(directory, false);
            closeQuietly();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether {@link #moveTo} has moved it, so that what was read of it meanwhile may have been incomplete. Waits if it is just being
     * moved: its files may be gone by then, and nobody knows it yet.
     */
    boolean deleted() {
        if (moving) {
            lock.lock();
            lock.unlock();
        }
        return deleted;
    }

    private void closeQuietly() {
        try {
            closeWriter();
        } catch (IOException e) {
            LOG.warn("A segment in {} could not be closed", directory, e);
        }
    }

    void touch(long tick) {
        lastUse = tick;
    }

    long lastUse() {
        return lastUse;
    }

    private Segment last() {
        return segments.get(segments.size() - 1);
    }

    private void publish() {
        view = new LogView(identity.epoch(), segments, index.snapshot(), index.agents());
    }
}
