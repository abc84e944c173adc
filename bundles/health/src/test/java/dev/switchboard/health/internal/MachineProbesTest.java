package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.internal.DiskProbe.Space;
import dev.switchboard.health.internal.Machine.Heap;
import dev.switchboard.health.internal.Machine.Memory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("H1 processors, memory and disk")
class MachineProbesTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final FakeMachine machine = new FakeMachine();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // where it overflows

    @Test
    void processorsAreFineUntilTheyWereBusyForAMinute() {
        CpuProbe probe = new CpuProbe(machine, nanos::get);
        assertEquals(Map.of("usage_percent", 50.0, "cores", 4), probe.check().figures());
        machine.load = OptionalDouble.of(0.95);
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
        nanos.addAndGet(MINUTE - 1);
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
        nanos.addAndGet(1);
        Check busy = probe.check();
        assertEquals(CheckStatus.WARNING, busy.status());
        assertTrue(busy.message().isPresent());
        assertEquals(95.0, busy.figures().get("usage_percent"));
    }

    @Test
    void aPauseBeginsTheMinuteAnew() {
        CpuProbe probe = new CpuProbe(machine, nanos::get);
        machine.load = OptionalDouble.of(1);
        probe.check();
        nanos.addAndGet(MINUTE - 1);
        machine.load = OptionalDouble.of(0.949);
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
        machine.load = OptionalDouble.of(1);
        nanos.addAndGet(MINUTE);
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
    }

    @Test
    void whatIsNotKnownIsNotShown() {
        machine.load = OptionalDouble.empty();
        Check check = new CpuProbe(machine, nanos::get).check();
        assertEquals(Map.of("cores", 4), check.figures());
        assertEquals(CheckStatus.HEALTHY, check.status());
    }

    @Test
    void memoryIsShownInMegabytes() throws IOException {
        machine.memory = new Memory(1024L << 20, 256L << 20, true);
        assertEquals(
                Map.of(
                        "total_mb",
                        1024L,
                        "available_mb",
                        256L,
                        "used_percent",
                        75.0,
                        "heap_used_mb",
                        50L,
                        "heap_max_mb",
                        100L),
                new MemoryProbe(machine).check().figures());
    }

    @Test
    void memoryWarnsBelowTenAndIsCriticalBelowThreePercent() throws IOException {
        assertEquals(CheckStatus.HEALTHY, memory(1000, 100));
        assertEquals(CheckStatus.WARNING, memory(1000, 99));
        assertEquals(CheckStatus.WARNING, memory(1000, 30));
        assertEquals(CheckStatus.CRITICAL, memory(1000, 29));
    }

    @Test
    void memoryThatIsOnlyFreeWarnsOfNothing() throws IOException {
        machine.memory = new Memory(1000, 1, false);
        assertEquals(CheckStatus.HEALTHY, new MemoryProbe(machine).check().status());
    }

    @Test
    void aHeapThatStaysFullWarns() throws IOException {
        machine.heap = new Heap(100, 89, 100);
        assertEquals(CheckStatus.HEALTHY, new MemoryProbe(machine).check().status());
        machine.heap = new Heap(100, 90, 100);
        assertEquals(CheckStatus.WARNING, new MemoryProbe(machine).check().status());
    }

    @Test
    void theDiskIsCriticalBelowTheReserveAndWarnsBelowTwiceOfIt() throws IOException {
        assertEquals(CheckStatus.HEALTHY, disk(200, 100).status());
        assertEquals(CheckStatus.WARNING, disk(199, 100).status());
        assertEquals(CheckStatus.WARNING, disk(100, 100).status());
        assertEquals(CheckStatus.CRITICAL, disk(99, 100).status());
        assertEquals(CheckStatus.HEALTHY, disk(0, 0).status(), "no reserve");
    }

    @Test
    void theDiskIsShownInGigabytes() throws IOException {
        Check check = new DiskProbe(Path.of("/data"), path -> new Space(100L << 30, 25L << 30), () -> 0).check();
        assertEquals(
                Map.of("path", "/data", "total_gb", 100.0, "free_gb", 25.0, "used_percent", 75.0), check.figures());
    }

    @Test
    void theReserveIsReadEachTime(@TempDir Path directory) throws IOException {
        AtomicLong reserve = new AtomicLong();
        DiskProbe probe = new DiskProbe(directory, DiskProbe.Disk::measured, reserve::get);
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
        reserve.set(Long.MAX_VALUE / 2);
        assertEquals(CheckStatus.CRITICAL, probe.check().status());
    }

    @Test
    void aDirectoryThatIsGoneIsAnError(@TempDir Path directory) {
        DiskProbe probe = new DiskProbe(directory.resolve("gone"), DiskProbe.Disk::measured, () -> 0);
        assertThrows(IOException.class, probe::check);
    }

    private CheckStatus memory(long total, long available) throws IOException {
        machine.memory = new Memory(total, available, true);
        return new MemoryProbe(machine).check().status();
    }

    private static Check disk(long free, long reserve) throws IOException {
        return new DiskProbe(Path.of("/data"), path -> new Space(1000, free), () -> reserve).check();
    }
}
