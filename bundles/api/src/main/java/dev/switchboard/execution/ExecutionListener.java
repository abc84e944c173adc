package dev.switchboard.execution;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Told what happens on all projects; registered as a service (whiteboard).
 *
 * <p>Called in order for each project, one call at a time for each, on a thread of the server that must get on: return
 * within microseconds, wait for nothing, do not call back into the services. What it throws is logged and changes nothing.
 * A listener that comes later learns the present state from {@link ProjectService}.
 */
@ConsumerType
@FunctionalInterface
public interface ExecutionListener {
    void on(ExecutionEvent event);
}
