package dev.switchboard.broadcast;

/**
 * How much memory sending may take.
 *
 * @param ringBytes encoded frames kept per topic, in bytes
 * @param queueBytes output in flight per connection, in bytes; the largest frame that is kept in a ring
 */
public record QueueLimits(long ringBytes, long queueBytes) {
    public QueueLimits {
        if (ringBytes < 1 || queueBytes < 1) {
            throw new IllegalArgumentException("limits must be positive: " + ringBytes + ", " + queueBytes);
        }
    }
}
