package dev.switchboard.execution.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.project.ProjectStoreProvider;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoresTest {
    private final Ranked<ProjectStoreProvider> registries = new Ranked<>(ProjectStoreProvider.NAME);
    private final Ranked<MessageLogProvider> logs = new Ranked<>(MessageLogProvider.NAME);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final MemoryStores disk = new MemoryStores();
    private final Stores stores =
            new Stores(registries, logs, () -> "file", opened::incrementAndGet, failed::incrementAndGet);

    /** A log that only tells when it is closed. */
    private static MessageLog log(Runnable closed) {
        return (MessageLog) Proxy.newProxyInstance(
                StoresTest.class.getClassLoader(), new Class<?>[] {MessageLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        closed.run();
                    }
                    return null;
                });
    }

    private void addRegistry() {
        registries.add(disk::openRegistry, Map.of(ProjectStoreProvider.NAME, "file"));
    }

    @Test
    @DisplayName(
            "S1 a change of store gets its turn however many calls keep coming, and nobody is inside while it happens")
    void changesUnderLoad() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<Integer> insideAtClose = new ArrayList<>();
        MessageLogProvider first = () -> log(() -> insideAtClose.add(inside.get()));
        logs.add(first, Map.of(MessageLogProvider.NAME, "file"));
        addRegistry();
        stores.refresh();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread reader = new Thread(() -> {
                while (!over.get()) {
                    stores.log(log -> {
                        inside.incrementAndGet();
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)); // so that they overlap at any time
                        return inside.decrementAndGet();
                    });
                }
            });
            reader.start();
            readers.add(reader);
        }
        try {
            for (int i = 1; i <= 20; i++) {
                MessageLogProvider next = () -> log(() -> insideAtClose.add(inside.get()));
                logs.add(next, Map.of(MessageLogProvider.NAME, "file", "service.ranking", i));
                CompletableFuture.runAsync(stores::refresh).get(20, TimeUnit.SECONDS);
                assertEquals(i, insideAtClose.size());
            }
        } finally {
            over.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
        stores.close();
        assertEquals(List.of(0), insideAtClose.stream().distinct().toList());
        assertEquals(21, insideAtClose.size());
        assertEquals(21, opened.get());
    }

    @Test
    @DisplayName("S1 a store that cannot be opened is told as missing and tried again; the other one works meanwhile")
    void triesAgain() {
        AtomicBoolean broken = new AtomicBoolean(true);
        MessageLogProvider provider = () -> {
            if (broken.get()) {
                throw new IllegalStateException("broken on purpose");
            }
            return disk.openLog();
        };
        logs.add(provider, Map.of(MessageLogProvider.NAME, "file"));
        addRegistry();
        stores.refresh();
        assertTrue(stores.hasRegistry());
        assertFalse(stores.hasLog());
        assertEquals(0, opened.get());
        assertEquals(1, failed.get());
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> stores.log(MessageLog::projects));
        assertEquals(ErrorCode.STORAGE_UNAVAILABLE, e.code());
        assertTrue(e.details().containsKey("retry_after_ms"));
        broken.set(false);
        stores.refresh();
        assertEquals(1, opened.get());
        assertTrue(stores.log(MessageLog::projects).isEmpty());
        stores.refresh();
        assertEquals(1, opened.get(), "nothing has changed");
        stores.close();
        stores.refresh();
        assertFalse(stores.hasLog(), "closed for good");
    }

    @Test
    @DisplayName(
            "S1 why a store cannot be opened is in the log once, however often it is tried, and again when it changes")
    void complainsOnce() {
        AtomicReference<String> trouble = new AtomicReference<>("the first trouble");
        MessageLogProvider provider = () -> {
            throw new IllegalStateException(trouble.get());
        };
        logs.add(provider, Map.of(MessageLogProvider.NAME, "file"));
        try (CapturedErr err = new CapturedErr()) {
            stores.refresh();
            stores.refresh();
            stores.refresh();
            assertEquals(
                    1,
                    err.linesWith("message log cannot be opened: the first trouble")
                            .size());
            trouble.set("another one");
            stores.refresh();
            stores.refresh();
            assertEquals(
                    1,
                    err.linesWith("message log cannot be opened: another one").size());
        }
        assertEquals(5, failed.get());
    }

    @Test
    @DisplayName("S1 a store that cannot be closed cleanly makes way all the same")
    void closesUncleanly() {
        MessageLogProvider provider = () -> log(() -> {
            throw new IllegalStateException("broken on purpose");
        });
        logs.add(provider, Map.of(MessageLogProvider.NAME, "file"));
        addRegistry();
        stores.refresh();
        logs.remove(provider);
        stores.refresh();
        assertFalse(stores.hasLog());
    }
}
