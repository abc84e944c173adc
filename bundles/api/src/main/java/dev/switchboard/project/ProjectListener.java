package dev.switchboard.project;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Told about projects that come, change or go; registered as a service (whiteboard). Called by the project service, after the change has been
 * stored, in order per project, on a thread of the server: it must return quickly and not wait for anything. What it
 * throws is logged and changes nothing.
 */
@ConsumerType
@FunctionalInterface
public interface ProjectListener {
    void changed(ProjectEvent event);
}
