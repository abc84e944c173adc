package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("H1 health is sampled in the background")
@Timeout(60)
class SamplerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    /** Ample, so that a busy machine does not fail a probe that is to succeed. */
    private static final Duration AMPLE = Duration.ofSeconds(30);
    /** What a probe that is to hang is given. */
    private static final Duration BRIEF = Duration.ofMillis(20);

    private final ManualTimer timer = new ManualTimer();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private Sampler sampler;

    @AfterEach
    void close() {
        release.countDown();
        if (sampler != null) {
            sampler.close();
        }
    }

    @Test
    void beforeTheFirstSampleNothingIsKnown() {
        sampler = sampler(AMPLE, fine("cpu"));
        assertEquals(new HealthReport(HealthStatus.UNHEALTHY, NOW, Map.of()), sampler.report());
        assertNull(timer.nextDelay());
    }

    @Test
    void aSampleAsksEveryProbeAndIsKept() {
        sampler = sampler(AMPLE, fine("cpu"));
        addRequired();
        timer.fire();
        HealthReport report = sampler.report();
        assertEquals(HealthStatus.HEALTHY, report.status());
        assertEquals(
                List.of("cpu", "log", "registry", "socket"),
                List.copyOf(report.checks().keySet()));
        assertSame(report, sampler.report(), "asking runs nothing");
    }

    @Test
    void checksThatComeInASwarmCauseOneSampleSoon() {
        AtomicInteger asked = new AtomicInteger();
        sampler = sampler(AMPLE, probe("cpu", () -> {
            asked.incrementAndGet();
            return Checks.healthy(Map.of());
        }));
        addRequired();
        assertEquals(Sampler.SOON, timer.nextDelay());
        timer.fire();
        assertEquals(1, asked.get());
    }

    @Test
    void aServerThatServesIsSampledEveryTenSecondsAndOneThatDoesNotEverySecond() {
        sampler = sampler(AMPLE);
        sampler.soon();
        for (int i = 0; i < Sampler.STARTING; i++) {
            timer.fire();
            assertEquals(Duration.ofMillis(200), timer.nextDelay(), "it may be ready at any moment");
        }
        for (int i = 0; i < Sampler.BEGINNING + 3; i++) {
            timer.fire();
            assertEquals(Duration.ofSeconds(1), timer.nextDelay());
        }
        addRequired();
        timer.fire();
        assertEquals(Duration.ofSeconds(10), timer.nextDelay());
        timer.fire();
        assertEquals(Duration.ofSeconds(10), timer.nextDelay());
        sampler.remove("log");
        timer.fire();
        assertEquals(Duration.ofSeconds(1), timer.nextDelay(), "it has served, and is not starting");
    }

    @Test
    void aServerThatHasJustBegunToServeIsSampledEverySecond() {
        sampler = sampler(AMPLE);
        addRequired();
        for (int i = 1; i < Sampler.BEGINNING; i++) {
            timer.fire();
            assertEquals(HealthStatus.HEALTHY, sampler.report().status());
            assertEquals(Duration.ofSeconds(1), timer.nextDelay());
        }
        timer.fire();
        assertEquals(Duration.ofSeconds(10), timer.nextDelay());
    }

    @Test
    void aCheckThatComesInBetweenIsSampledSooner() {
        sampler = sampler(AMPLE);
        addRequired();
        timer.fire();
        sampler.add("x", 0, fine("extra"));
        assertEquals(Sampler.SOON, timer.nextDelay());
        timer.fire();
        assertTrue(sampler.report().checks().containsKey("extra"));
        sampler.remove("x");
        assertEquals(Sampler.SOON, timer.nextDelay());
        timer.fire();
        assertFalse(sampler.report().checks().containsKey("extra"));
    }

    @Test
    void aProbeThatHangsIsAnErrorAndKeepsNoOtherFromBeingAsked() throws InterruptedException {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch hangs = new CountDownLatch(1);
        Probe hanging = probe("hanging", () -> {
            begun.incrementAndGet();
            hangs.countDown();
            await(release);
            return Checks.healthy(Map.of());
        });
        // The other one's bound cannot be ample too, so it is asked until it is in time.
        sampler = sampler(BRIEF, hanging, fine("cpu"));
        addRequired();
        timer.fire();
        assertEquals(CheckStatus.ERROR, sampler.report().checks().get("hanging").status());
        assertEquals(
                "does not answer within 20 ms",
                sampler.report().checks().get("hanging").message().orElseThrow());
        fireUntil("cpu", CheckStatus.HEALTHY);
        assertEquals(CheckStatus.ERROR, sampler.report().checks().get("hanging").status());
        await(hangs);
        timer.fire();
        assertEquals(1, begun.get(), "while it hangs it is not begun again");
        release.countDown();
        fireUntil("hanging", CheckStatus.HEALTHY);
    }

    @Test
    void aProbeThatFailsIsAnErrorAndLoggedOnce() {
        sampler = sampler(
                AMPLE,
                probe("io", () -> {
                    throw new IOException("the disk is gone");
                }),
                probe("bug", () -> {
                    throw new NullPointerException("a bug");
                }));
        sampler.soon();
        try (CapturedErr err = new CapturedErr()) {
            timer.fire();
            timer.fire();
            for (String name : List.of("io", "bug")) {
                Check check = sampler.report().checks().get(name);
                assertEquals(CheckStatus.ERROR, check.status());
                assertEquals(
                        "the check itself failed; the server's log says why",
                        check.message().orElseThrow());
            }
            assertEquals(1, err.linesWith("the disk is gone").size());
            assertEquals(1, err.linesWith("a bug").size());
        }
    }

    @Test
    void ofChecksWithOneNameTheHighestRankingCountsAndOwnOnesFirst() {
        sampler = sampler(AMPLE, fine("cpu"));
        sampler.add(1, 0, saying("socket", "old"));
        sampler.add(2, 5, saying("socket", "new"));
        sampler.add(3, 9, saying("cpu", "not yours"));
        timer.fire();
        assertEquals("new", sampler.report().checks().get("socket").message().orElseThrow());
        assertEquals(CheckStatus.HEALTHY, sampler.report().checks().get("cpu").status());
        sampler.remove(2);
        timer.fire();
        assertEquals("old", sampler.report().checks().get("socket").message().orElseThrow());
    }

    @Test
    void aChangeForTheWorseIsAWarningInTheLog() {
        sampler = sampler(AMPLE);
        addRequired();
        try (CapturedErr err = new CapturedErr()) {
            timer.fire();
            timer.fire();
            assertEquals(
                    1,
                    err.linesWith("INFO dev.switchboard.health.internal.Sampler - the server is healthy: all is well")
                            .size());
            sampler.add("x", 0, saying("extra", "bad"));
            timer.fire();
            timer.fire();
            assertEquals(
                    1,
                    err.linesWith("WARN dev.switchboard.health.internal.Sampler - the server is degraded: extra: bad")
                            .size());
        }
    }

    @Test
    void whatGoesWhileTheServerIsBeingStoppedIsNoNews() {
        sampler = sampler(AMPLE);
        addRequired();
        timer.fire();
        try (CapturedErr err = new CapturedErr()) {
            ending.set(true);
            sampler.remove("socket");
            timer.fire();
            assertEquals(HealthStatus.UNHEALTHY, sampler.report().status(), "who asks is told");
            assertEquals(List.of(), err.linesWith("the server is"));
            ending.set(false);
            sampler.add("socket", 0, fine("socket"));
            timer.fire();
            assertEquals(1, err.linesWith("the server is healthy").size());
        }
    }

    @Test
    void closingEndsItsThreadsAlsoThoseOfProbesThatHang() throws InterruptedException {
        Thread[] thread = new Thread[1];
        sampler = sampler(BRIEF, probe("hanging", () -> {
            thread[0] = Thread.currentThread();
            await(release);
            return Checks.healthy(Map.of());
        }));
        sampler.soon();
        timer.fire();
        sampler.close();
        thread[0].join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(thread[0].isAlive());
        assertTrue(thread[0].getName().startsWith("switchboard-health-"), thread[0].getName());
        assertTrue(timer.isShutdown());
        sampler.soon(); // does nothing, and does not fail
    }

    private void fireUntil(String name, CheckStatus status) {
        long deadline = System.nanoTime() + AMPLE.toNanos();
        while (sampler.report().checks().get(name).status() != status) {
            assertTrue(System.nanoTime() < deadline, name + " is never " + status);
            timer.fire();
        }
    }

    private void addRequired() {
        for (String name : List.of("socket", "registry", "log")) {
            sampler.add(name, 0, fine(name));
        }
    }

    private Sampler sampler(Duration bound, Probe... probes) {
        return new Sampler(List.of(probes), Clock.fixed(NOW, ZoneOffset.UTC), timer, ending::get, bound);
    }

    private interface Looking {
        Check look() throws IOException;
    }

    private static Probe fine(String name) {
        return probe(name, () -> Checks.healthy(Map.of()));
    }

    private static Probe saying(String name, String message) {
        return probe(name, () -> Checks.of(CheckStatus.WARNING, message));
    }

    private static Probe probe(String name, Looking looking) {
        return new Probe() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Check check() throws IOException {
                return looking.look();
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
