package dev.switchboard.health.internal;

import java.io.IOException;
import java.util.OptionalDouble;

/** What is measured of the machine, or of the container if its limits are narrower. */
interface Machine {
    /** How busy all processors were since the last call, from 0 to 1; empty if that is not known. */
    OptionalDouble cpuLoad();

    int cores();

    Memory memory() throws IOException;

    Heap heap();

    /**
     * Main memory in bytes.
     *
     * @param available what programs can still get, caches that would give way included
     * @param exact whether caches could be told from what is in use; if not, {@code available} says too little
     */
    record Memory(long total, long available, boolean exact) {}

    /**
     * The Java heap in bytes.
     *
     * @param live what the last collections left over
     */
    record Heap(long used, long live, long max) {}
}
