package dev.switchboard.messagelog.file.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Durability;
import dev.switchboard.config.Settings;
import dev.switchboard.message.MessageLog;
import dev.switchboard.project.ProjectId;
import dev.switchboard.store.testkit.Records;
import dev.switchboard.store.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
    @TempDir
    Path data;

    private final FaultyFiles files = new FaultyFiles();
    private final TestClock clock = new TestClock("2026-01-31T10:15:30Z");

    private MessageLog open(Durability durability) {
        Settings settings = Stores.settings(data).with(ServerSettings.LOG_DURABILITY, durability);
        return Stores.provider(clock, settings, files).open();
    }

    @Test
    @DisplayName("M2 always: each append is forced once before it returns, by its own thread")
    void always() {
        try (MessageLog log = open(Durability.ALWAYS)) {
            ProjectId project = ProjectId.random();
            for (int i = 1; i <= 5; i++) {
                log.append(project, Records.lines(i, i));
                assertEquals(i, files.forces.get());
            }
            assertEquals(Set.of(Thread.currentThread()), files.forcers);
        }
    }

    @Test
    @DisplayName("M2 group: a few named threads force what was appended to all projects, and they end with the log")
    void group() {
        List<ProjectId> projects =
                IntStream.range(0, 50).mapToObj(i -> ProjectId.random()).toList();
        Set<Thread> flushers;
        try (MessageLog log = open(Durability.GROUP)) {
            projects.forEach(project -> log.append(project, Records.lines(1, 1)));
            Waiting.until(() -> files.forces.get() >= 50);
            flushers = Set.copyOf(files.forcers);
            assertTrue(flushers.size() <= 17, flushers::toString);
            assertTrue(flushers.stream().allMatch(thread -> thread.getName().startsWith("switchboard-log-flusher-")));
        }
        Waiting.until(() -> flushers.stream().noneMatch(Thread::isAlive));
        assertEquals(0, files.open.get());
    }

    @Test
    @DisplayName("M2 group: appends go on while their project is being forced, and are then forced together")
    void groupTogether() throws InterruptedException {
        ProjectId project = ProjectId.random();
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        files.beforeForce(() -> {
            forcing.countDown();
            await(goOn);
        });
        try (MessageLog log = open(Durability.GROUP)) {
            log.append(project, Records.lines(1, 1));
            assertTrue(forcing.await(30, TimeUnit.SECONDS));
            for (int i = 2; i <= 500; i++) {
                log.append(project, Records.lines(i, i));
            }
            assertEquals(0, files.forces.get());
            goOn.countDown();
            Waiting.until(() -> files.forces.get() == 2);
        }
        assertEquals(3, files.forces.get(), "and once at closing");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("M2 os: nothing is forced before the segment ends, everything is then")
    void os() {
        ProjectId project = ProjectId.random();
        MessageLog log = open(Durability.OS);
        for (int i = 1; i <= 100; i++) {
            log.append(project, Records.lines(i, i));
        }
        assertEquals(0, files.forces.get());
        log.close();
        assertEquals(1, files.forces.get());
    }

    @Test
    @DisplayName("M1 a batch is one write")
    void oneWrite() {
        ProjectId project = ProjectId.random();
        try (MessageLog log = open(Durability.OS)) {
            log.append(project, Records.lines(1, 1));
            int before = files.writes.get();
            log.append(project, Records.lines(2, 500));
            assertEquals(before + 1, files.writes.get());
        }
    }

    @Test
    @DisplayName("H4 a change of durability takes effect at the next append")
    void changed() {
        ChangingConfiguration configuration =
                new ChangingConfiguration(Stores.settings(data).with(ServerSettings.LOG_DURABILITY, Durability.OS));
        ProjectId project = ProjectId.random();
        try (MessageLog log = new FileMessageLogProvider(
                        configuration, clock, files, BootId.present(), Duration.ofSeconds(5))
                .open()) {
            log.append(project, Records.lines(1, 1));
            assertEquals(0, files.forces.get());
            configuration.change(Stores.settings(data).with(ServerSettings.LOG_DURABILITY, Durability.ALWAYS));
            log.append(project, Records.lines(2, 2));
            assertEquals(1, files.forces.get());
        }
    }
}
