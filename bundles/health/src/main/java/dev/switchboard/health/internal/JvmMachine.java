package dev.switchboard.health.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Asks the JVM, which knows a container's limits, and Linux, which alone tells caches from memory in use. The JVM's
 * bean is read by attribute name: its own interface is in a package that a framework need not export.
 */
final class JvmMachine implements Machine {
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final Path proc;
    private final Path cgroup;

    JvmMachine() {
        this(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    JvmMachine(Path proc, Path cgroup) {
        this.proc = proc;
        this.cgroup = cgroup;
        cpuLoad(); // the first call only begins to measure
    }

    @Override
    public OptionalDouble cpuLoad() {
        Object load = attribute("CpuLoad");
        return load instanceof Number number && number.doubleValue() >= 0
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    @Override
    public int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public Memory memory() throws IOException {
        long total = bytes("TotalMemorySize");
        long free = bytes("FreeMemorySize");
        Path meminfo = proc.resolve("meminfo");
        if (!Files.exists(meminfo)) {
            return new Memory(total, free, false);
        }
        long machineTotal = field(meminfo, "MemTotal:").orElse(total / 1024) * 1024;
        OptionalLong machineAvailable = field(meminfo, "MemAvailable:");
        if (machineAvailable.isEmpty()) {
            return new Memory(total, free, false);
        }
        long available = machineAvailable.getAsLong() * 1024;
        if (total < machineTotal) {
            // In a container the JVM counts its file cache as used; what is inactive of it gives way.
            Path statistics = cgroup.resolve("memory.stat");
            long reclaimable = Files.exists(statistics)
                    ? field(statistics, "inactive_file").orElse(0)
                    : 0;
            available = Math.min(available, Math.min(total, free + reclaimable));
        }
        return new Memory(total, available, true);
    }

    @Override
    public Heap heap() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long live = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
        return new Heap(heap.getUsed(), live, heap.getMax());
    }

    private long bytes(String attribute) throws IOException {
        if (attribute(attribute) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("this JVM does not tell its " + attribute);
    }

    private Object attribute(String name) {
        try {
            return beans.getAttribute(new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME), name);
        } catch (JMException e) {
            return null; // this JVM does not know it
        }
    }

    /** The number behind a name at the beginning of a line. */
    private static OptionalLong field(Path file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals(name))
                    .mapToLong(words -> Long.parseLong(words[1]))
                    .findFirst();
        }
    }
}
