package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.health.internal.Machine.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("H1 the machine is measured")
class JvmMachineTest {
    private static final long KIBI = 1024;

    @TempDir
    private Path proc;

    @TempDir
    private Path cgroup;

    @Test
    void thisMachineHasPlausibleFigures() throws IOException {
        JvmMachine machine = new JvmMachine();
        Memory memory = machine.memory();
        assertTrue(
                memory.total() > 0 && memory.available() > 0 && memory.available() <= memory.total(),
                memory.toString());
        assertEquals(Runtime.getRuntime().availableProcessors(), machine.cores());
        double load = machine.cpuLoad().orElse(0);
        assertTrue(load >= 0 && load <= 1, "load " + load);
        assertTrue(machine.heap().used() > 0
                && machine.heap().max() >= machine.heap().used());
        assertTrue(machine.heap().live() <= machine.heap().max());
    }

    @Test
    void linuxTellsWhatIsAvailable() throws IOException {
        long total = new JvmMachine(proc, cgroup).memory().total();
        meminfo(total / KIBI, 12_345);
        assertEquals(new Memory(total, 12_345 * KIBI, true), new JvmMachine(proc, cgroup).memory());
    }

    @Test
    void elsewhereOnlyWhatIsFreeIsKnown() throws IOException {
        assertFalse(new JvmMachine(proc, cgroup).memory().exact());
        Files.writeString(proc.resolve("meminfo"), "MemTotal: 1 kB\n");
        assertFalse(new JvmMachine(proc, cgroup).memory().exact(), "an old kernel");
    }

    @Test
    void aContainerHasNoMoreThanItsLimit() throws IOException {
        long total = new JvmMachine(proc, cgroup).memory().total();
        meminfo(total / KIBI * 4, total / KIBI * 3);
        Memory without = new JvmMachine(proc, cgroup).memory();
        assertTrue(without.exact());
        assertTrue(without.available() <= total);
        Files.writeString(cgroup.resolve("memory.stat"), "anon 1\ninactive_file " + total + "\n");
        assertEquals(total, new JvmMachine(proc, cgroup).memory().available(), "its cache gives way");
    }

    private void meminfo(long totalKibi, long availableKibi) throws IOException {
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:       " + totalKibi + " kB\nMemFree:  1 kB\nMemAvailable:   " + availableKibi + " kB\n");
    }
}
