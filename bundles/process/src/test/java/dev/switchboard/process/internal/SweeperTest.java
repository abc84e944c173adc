package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.TerminationPlan;
import dev.switchboard.process.TerminationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SweeperTest extends CustodyTestBase {
    /** Hops every 2 ms for more than half a minute, longer than any test waits; says so in a file. */
    private static final String HOPPER = "perl -e 'use POSIX (); fork and exit; for (1..15000) {"
            + " select undef, undef, undef, 0.002; POSIX::setsid(); fork and exit; open F, \">hops\"; print F $_; close F }'";

    private final ShieldingTable table = new ShieldingTable();

    @Test
    @DisplayName("X4 what forks and ends faster than a scan takes is caught, at the kill or a little later")
    void hopper() throws Exception {
        Path hops = project.resolve("hops");
        for (int round = 0; round < 3; round++) {
            CustodyRecord agent = script(HOPPER, "sleep 120");
            eventually("it hops", () -> !text(hops).isEmpty());

            assertEquals(0, kill(agent).survivors());

            eventually("it hops no more", () -> standsStill(hops));
            Files.delete(hops);
        }
    }

    private static boolean standsStill(Path file) {
        String before = text(file);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        return before.equals(text(file));
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("X4 what comes to light after an agent has been ended is ended too, of this instance only")
    void comesToLight() throws Exception {
        CustodyRecord agent = script("sleep 120");
        kill(agent);
        Process late = bearer(instance() + ":" + agent.agentId());
        Process other = bearer("00000000-0000-0000-0000-000000000000:" + agent.agentId());
        try {
            assertTrue(late.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertTrue(other.isAlive());
            assertEquals(0, custodian.survivors());
        } finally {
            late.destroyForcibly().waitFor();
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("X4 H1 what survives a sweep is reported, and goes on being ended in the background")
    void sweepGoesOn() throws Exception {
        custodian = server(table, LaunchPrograms.ofThisMachine());
        Process survivor = bearer(instance() + ":of-a-crashed-launch");
        try {
            table.shield(survivor.pid());
            long start = System.nanoTime();

            assertEquals(new TerminationReport(0, 1), custodian.sweep());

            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20), "it has a deadline");
            assertEquals(1, custodian.counts().survivors());
            CustodyHealth health = new CustodyHealth(custodian);
            assertEquals(Result.Status.WARN, health.execute().getStatus());
            assertTrue(survivor.isAlive());
            table.unshield();
            assertTrue(survivor.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            eventually("all is well", () -> health.execute().getStatus() == Result.Status.OK);
            assertEquals(1, custodian.counts().killed());
        } finally {
            survivor.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("X4 H1 what survives a termination's deadline is reported, and goes on being ended in the background")
    void terminationGoesOn() throws Exception {
        custodian = server(table, LaunchPrograms.ofThisMachine());
        CustodyRecord agent = script("sleep 120 & echo $! >child; sleep 120");
        Path child = project.resolve("child");
        eventually("the child", () -> !text(child).isBlank());
        long pid = Long.parseLong(text(child).strip());
        table.shield(pid);
        Duration none = Duration.ZERO;

        TerminationReport report =
                await(custodian, agent.agentId(), new TerminationPlan(none, none, none, Duration.ofMillis(500)));

        assertEquals(1, report.survivors());
        assertEquals(1, custodian.survivors());
        assertFalse(custodian.find(agent.agentId()).orElseThrow().alive(), "the agent itself has ended");
        table.unshield();
        eventually("it is gone", () -> custodian.survivors() == 0);
        assertTrue(table.find(pid).isEmpty());
    }
}
