package dev.switchboard.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.concurrent.NamedThreads;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogContextTest {
    private static final LogContext REQUEST =
            LogContext.NONE.withSession("s").withCorrelation("c").withProject("p");

    private final Framework framework = new Framework();

    LogContextTest() {
        LogContext.showWith(framework);
    }

    /** As logging frameworks are: a new thread begins with what the one that made it has. */
    private static final class Framework implements LogContext.Carrier {
        private final InheritableThreadLocal<Map<String, String>> shown = new InheritableThreadLocal<>() {
            @Override
            protected Map<String, String> initialValue() {
                return new TreeMap<>();
            }

            @Override
            protected Map<String, String> childValue(Map<String, String> parent) {
                return new TreeMap<>(parent);
            }
        };

        @Override
        public void put(String key, String value) {
            shown.get().put(key, value);
        }

        @Override
        public void remove(String key) {
            shown.get().remove(key);
        }

        Map<String, String> shown() {
            return Map.copyOf(shown.get());
        }
    }

    @AfterEach
    void endShowing() {
        LogContext.showWith(framework).run();
    }

    @Test
    @DisplayName("H3 lines bear the ids while something is done for them, then those from before, then none")
    void nests() {
        REQUEST.run(() -> {
            assertEquals(Map.of("session", "s", "correlation", "c", "project", "p"), framework.shown());
            LogContext.current().withExecution("e").run(() -> {
                assertEquals("e", framework.shown().get("execution"));
                LogContext.NONE.run(() -> assertEquals(Map.of(), framework.shown()));
                assertEquals("e", framework.shown().get("execution"));
            });
            assertEquals(Map.of("session", "s", "correlation", "c", "project", "p"), framework.shown());
        });
        assertEquals(Map.of(), framework.shown());
        assertSame(LogContext.NONE, LogContext.current());
    }

    @Test
    @DisplayName("H3 nothing stays behind on a thread whose work failed")
    void clearsAfterFailure() {
        assertThrows(
                IllegalStateException.class,
                () -> REQUEST.call(() -> {
                    throw new IllegalStateException("expected");
                }));
        assertEquals(Map.of(), framework.shown());
        assertSame(LogContext.NONE, LogContext.current());
    }

    @Test
    @DisplayName("H3 what is carried to another thread is known there, and only while it is done")
    void carries() throws Exception {
        Map<String, String> there = new ConcurrentHashMap<>();
        Map<String, String> behind = new ConcurrentHashMap<>();
        Runnable task = REQUEST.call(() -> LogContext.carry(() -> there.putAll(framework.shown())));
        Thread thread = new Thread(() -> {
            task.run();
            behind.putAll(framework.shown());
        });
        thread.start();
        thread.join();
        assertEquals(Map.of("session", "s", "correlation", "c", "project", "p"), there);
        assertEquals(Map.of(), behind);
    }

    @Test
    @DisplayName("H3 a pool's new thread works for nobody, whoever made it")
    void inheritsNothing() throws Exception {
        Map<String, String> there = new ConcurrentHashMap<>();
        Thread thread = REQUEST.call(() -> new NamedThreads("test").newThread(() -> there.putAll(framework.shown())));
        thread.start();
        thread.join();
        assertEquals(Map.of(), there);
    }

    @Test
    @DisplayName("H3 what another context knows fills in what is missing, and no more")
    void completes() {
        LogContext run = LogContext.NONE
                .withCorrelation("older")
                .withSession("other")
                .withProject("p")
                .withExecution("e");
        Map<String, String> known = new TreeMap<>();
        LogContext.NONE.withCorrelation("c").withSession("s").orElse(run).forEach(known::put);
        assertEquals(Map.of("correlation", "c", "session", "s", "project", "p", "execution", "e"), known);
        assertSame(run, LogContext.NONE.orElse(run));
        known.clear();
        LogContext.NONE.withCorrelation("shell").orElse(run).forEach(known::put);
        assertEquals(Map.of("correlation", "shell", "project", "p", "execution", "e"), known);
    }

    @Test
    @DisplayName("H3 a correlation id has no control characters, line ends or turns of direction, whoever chose it")
    void cleansCorrelation() {
        Map<String, String> known = new TreeMap<>();
        LogContext.NONE
                .withCorrelation("a\n\u001B[31m\u009B\u2028\u202E\uD800 é😀")
                .forEach(known::put);
        assertEquals(Map.of("correlation", "a??[31m???? é😀"), known);
    }

    @Test
    @DisplayName("H3 a correlation id is not longer than the protocol lets it be")
    void cutsCorrelation() {
        LogContext.NONE.withCorrelation("x".repeat(100_000)).forEach((key, value) -> assertEquals(128, value.length()));
    }

    @Test
    @DisplayName("H3 ids that one carrier showed are taken away although another has come, or none is left")
    void changesCarriers() {
        REQUEST.run(() -> LogContext.showWith(framework).run());
        assertEquals(Map.of(), framework.shown());
        REQUEST.run(() -> {
            LogContext.showWith(framework);
            LogContext.current().withExecution("e").run(() -> {});
        });
        assertEquals(Map.of(), framework.shown());
    }
}
