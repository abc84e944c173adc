package dev.switchboard.logging;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the present thread works for: the ids that its log lines bear. Immutable; a thread has one at a time, and
 * {@linkplain #run goes back} to the one before when the work is done, so that no id stays behind on a thread of a pool.
 *
 * <p>{@link dev.switchboard.concurrent.SerialExecutor} hands it on with each task; whoever hands work to another thread in
 * another way uses {@link #carry}. A {@link Carrier} shows it to the logging framework, which contracts do not know. Like that
 * framework's own context it belongs to the thread and not to a service, because code logs that has no service at hand.
 */
public final class LogContext {
    /** Nothing is known. */
    public static final LogContext NONE = new LogContext(null, null, null, null);

    /** The request: the {@code request_id} that its sender gave it, or one that was made for it. */
    public static final String CORRELATION = "correlation";

    /** The client's session. */
    public static final String SESSION = "session";

    /** The project. */
    public static final String PROJECT = "project";

    /** The run. */
    public static final String EXECUTION = "execution";

    /** As long as the protocol lets it be. */
    private static final int MAX_CORRELATION = 128;

    private static final ThreadLocal<LogContext> CURRENT = new ThreadLocal<>();

    private static volatile Optional<Carrier> carrier = Optional.empty();

    // Null where nothing is known: a context is made for each request.
    private final String correlation;
    private final String session;
    private final String project;
    private final String execution;

    /** Shows the context to the logging framework. Called on the thread that the context belongs to; must not throw. */
    @ConsumerType
    public interface Carrier {
        /** From now on the thread's lines bear this. */
        void put(String key, String value);

        /** From now on the thread's lines do not bear this any more. */
        void remove(String key);
    }

    /**
     * Something that is done for somebody.
     *
     * @param <T> what comes of it
     * @param <E> what it may fail with
     */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T call() throws E;
    }

    private LogContext(String correlation, String session, String project, String execution) {
        this.correlation = correlation;
        this.session = session;
        this.project = project;
        this.execution = execution;
    }

    /** The present thread's. */
    public static LogContext current() {
        LogContext present = CURRENT.get();
        return present == null ? NONE : present;
    }

    /**
     * Has contexts shown by a carrier from now on, instead of the one before.
     *
     * @return ends that, unless another one has taken over
     */
    public static Runnable showWith(Carrier next) {
        Optional<Carrier> mine = Optional.of(next);
        carrier = mine;
        return () -> {
            if (carrier == mine) {
                carrier = Optional.empty();
            }
        };
    }

    /** A task that works for whom the present thread works for now, whichever thread runs it. */
    public static Runnable carry(Runnable task) {
        LogContext present = current();
        return present == NONE ? task : () -> present.run(task);
    }

    /** A pool whose tasks work for whom the thread works for that hands them over. */
    public static Executor carrying(Executor pool) {
        return task -> pool.execute(carry(task));
    }

    /** To be called first on a new thread: logging frameworks have it inherit what the thread that made it worked for. */
    public static void begin() {
        CURRENT.remove();
        carrier.ifPresent(by -> {
            by.remove(CORRELATION);
            by.remove(SESSION);
            by.remove(PROJECT);
            by.remove(EXECUTION);
        });
    }

    /** This one, and the request. Clients choose its id: it is cut, and control characters in it are replaced. */
    public LogContext withCorrelation(String id) {
        String start = id.length() <= MAX_CORRELATION ? id : id.substring(0, MAX_CORRELATION);
        return new LogContext(printable(start), session, project, execution);
    }

    /** This one, and the client's session. */
    public LogContext withSession(String id) {
        return new LogContext(correlation, id, project, execution);
    }

    /** This one, and the project. */
    public LogContext withProject(String id) {
        return new LogContext(correlation, session, id, execution);
    }

    /** This one, and the run. */
    public LogContext withExecution(String id) {
        return new LogContext(correlation, session, project, id);
    }

    /** This one, and what it does not know from another one. Request and session are of one asker, and never mixed. */
    public LogContext orElse(LogContext other) {
        if (this == NONE || this == other) {
            return other;
        }
        boolean asked = correlation != null || session != null;
        return new LogContext(
                asked ? correlation : other.correlation,
                asked ? session : other.session,
                or(project, other.project),
                or(execution, other.execution));
    }

    private static String or(String known, String other) {
        return known != null ? known : other;
    }

    /** Everything that it knows, by the key that log lines have it under. */
    public void forEach(BiConsumer<String, String> use) {
        tell(CORRELATION, correlation, use);
        tell(SESSION, session, use);
        tell(PROJECT, project, use);
        tell(EXECUTION, execution, use);
    }

    private static void tell(String key, String value, BiConsumer<String, String> use) {
        if (value != null) {
            use.accept(key, value);
        }
    }

    /** Does something for it on the present thread, which then works for whom it worked for before. */
    public void run(Runnable task) {
        call(() -> {
            task.run();
            return null;
        });
    }

    /** As {@link #run}, for what has a result or may fail with an exception of its own. */
    public <T, E extends Exception> T call(Work<T, E> work) throws E {
        LogContext before = current();
        if (before == this) {
            return work.call();
        }
        Optional<Carrier> shown = carrier;
        CURRENT.set(this);
        show(shown, before, this);
        try {
            return work.call();
        } finally {
            CURRENT.set(before); // cheaper than to remove it, which the next task would have to make good
            // By the one that there is now; without one by the one that showed it, or it would stay there for ever.
            show(carrier.or(() -> shown), this, before);
        }
    }

    private static void show(Optional<Carrier> by, LogContext before, LogContext next) {
        if (by.isPresent()) {
            show(by.get(), CORRELATION, before.correlation, next.correlation);
            show(by.get(), SESSION, before.session, next.session);
            show(by.get(), PROJECT, before.project, next.project);
            show(by.get(), EXECUTION, before.execution, next.execution);
        }
    }

    private static void show(Carrier by, String key, String before, String next) {
        if (Objects.equals(before, next)) {
            return;
        }
        if (next == null) {
            by.remove(key);
        } else {
            by.put(key, next);
        }
    }

    private static String printable(String id) {
        return isPlainAscii(id) || id.codePoints().allMatch(LogContext::isPlain)
                ? id
                : id.codePoints()
                        .map(character -> isPlain(character) ? character : '?')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isPlainAscii(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) < ' ' || id.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** Neither a control character nor one that ends lines or turns the direction of text. */
    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("LogContext[");
        forEach((key, value) -> text.append(text.length() > 11 ? ", " : "")
                .append(key)
                .append('=')
                .append(value));
        return text.append(']').toString();
    }
}
