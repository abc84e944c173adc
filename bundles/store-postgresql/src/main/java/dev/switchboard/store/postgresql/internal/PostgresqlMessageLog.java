package dev.switchboard.store.postgresql.internal;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message log in a database: what is written goes through one {@link LogWriter}, what is read through a pool. */
final class PostgresqlMessageLog implements MessageLog {
    static final String SERVICE = "message log";
    static final String APPEND = "the messages could not be recorded";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresqlMessageLog.class);
    private static final long LOOK_MILLIS = 250;
    private static final long SWEEP_MILLIS = 60_000;
    private static final long FIRST_SWEEP_MILLIS = 1_000;

    private final LogWriter writer;
    private final ReadPool pool;
    private final LogFigures figures;
    private final Failures failures = new Failures();
    private final Watch watch;
    private final Gate gate = new Gate(SERVICE);

    /** @param writer owns the messages */
    PostgresqlMessageLog(LogWriter writer, ReadPool pool, LogFigures figures) {
        this.writer = writer;
        this.pool = pool;
        this.figures = figures;
        this.watch = new Watch("switchboard-postgresql-log", writer::abort);
        pool.whenEnded(writer::check);
        watch.every(LOOK_MILLIS, LOOK_MILLIS, writer::look);
        watch.every(SWEEP_MILLIS, FIRST_SWEEP_MILLIS, this::sweep);
    }

    @Override
    public List<Message> append(ProjectId project, List<NewMessage> batch) {
        return use(project, APPEND, () -> {
            try {
                Append append = new Append(project, batch);
                writer.append(append);
                return append.result();
            } catch (IOException e) {
                throw SqlErrors.unavailable(SERVICE, APPEND + ": a content cannot be read", e);
            }
        });
    }

    @Override
    public LogHead head(ProjectId project) {
        return use(
                project,
                "the message log could not be opened",
                () -> writer.state(project).view().head());
    }

    @Override
    public MessagePage read(ProjectId project, MessageQuery query) {
        Objects.requireNonNull(query, "query");
        return use(project, "the messages could not be read", () -> read(project, page -> page.read(query)));
    }

    @Override
    public Optional<Message> lastFrom(ProjectId project, String agent) {
        Objects.requireNonNull(agent, "agent");
        return use(project, "the messages could not be read", () -> read(project, page -> page.lastFrom(agent)));
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(PageReader page) throws SQLException;
    }

    /** What is removed while it is read is read again, as what it is by then. */
    private <T> T read(ProjectId project, Reading<T> reading) throws SQLException {
        while (true) {
            LogState state = writer.state(project);
            LogView view = state.view();
            try {
                T result = pool.use(connection -> reading.from(new PageReader(connection, pool, state, view)));
                if (writer.isPresent(project, state) && state.view().firstSeq() == view.firstSeq()) {
                    return result;
                }
            } catch (SQLException e) {
                if (writer.isPresent(project, state) && state.view().firstSeq() == view.firstSeq()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void delete(ProjectId project) {
        use(project, "the messages could not be deleted", () -> {
            writer.delete(project);
            failures.forget(project);
            watch.soon(this::sweep);
            return true;
        });
    }

    @Override
    public Set<ProjectId> projects() {
        return gate.pass(() -> {
            try {
                return writer.projects();
            } catch (SQLException e) {
                LOG.error("The projects with messages cannot be listed", e);
                throw SqlErrors.of(e, SERVICE, "the projects with messages cannot be listed");
            }
        });
    }

    /** Removes what is past its time, and what is left of deleted logs. */
    void sweep() {
        if (!writer.isOwner()) {
            return; // next time
        }
        try {
            writer.sweep();
        } catch (SQLException e) {
            LOG.warn("The logs could not be looked through for records past their time; tried again", e);
        }
    }

    /** Which projects' messages could not be recorded the last time it was tried. */
    Set<ProjectId> unwritable() {
        return failures.of(APPEND);
    }

    /** Whether it can be used now: the database answers, and nobody else has it. */
    boolean isConnected() {
        return writer.isOwner();
    }

    /** How many connections there are to read with. */
    int readConnections() {
        return isClosed() ? 0 : pool.size();
    }

    @Override
    public void close() {
        writer.stop();
        watch.close(); // which calls, too
        gate.close(
                () -> {
                    writer.abort();
                    pool.close();
                },
                () -> {
                    writer.close();
                    pool.close();
                });
    }

    /** Waits until somebody has closed it; returns whether that happened in time. */
    boolean awaitClosed(Duration time) {
        return gate.awaitClosed(time);
    }

    boolean isClosed() {
        return gate.isClosed();
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws SQLException;
    }

    private <T> T use(ProjectId project, String failed, Call<T> call) {
        return gate.pass(() -> {
            try {
                T result = call.run();
                failures.worked(project, failed);
                return result;
            } catch (SQLException e) {
                throw report(project, failed, e, SqlErrors.of(e, SERVICE, failed));
            } catch (SwitchboardException e) {
                throw e.getCause() == null ? e : report(project, failed, e.getCause(), e);
            }
        });
    }

    private SwitchboardException report(ProjectId project, String failed, Throwable cause, SwitchboardException told) {
        figures.failed();
        if (failures.begins(project, failed)) {
            LOG.error("Project {}: {}", project, failed, cause);
        } else {
            LOG.debug("Project {}: {} again", project, failed, cause);
        }
        return told;
    }
}
