package dev.switchboard.health.internal;

import java.util.OptionalDouble;

/** A machine that is as it is told to be. */
final class FakeMachine implements Machine {
    OptionalDouble load = OptionalDouble.of(0.5);
    Memory memory = new Memory(1000L << 20, 500L << 20, true);
    Heap heap = new Heap(50L << 20, 10L << 20, 100L << 20);

    @Override
    public OptionalDouble cpuLoad() {
        return load;
    }

    @Override
    public int cores() {
        return 4;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public Heap heap() {
        return heap;
    }
}
