package dev.switchboard.execution.internal;

import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionListener;
import dev.switchboard.project.ProjectEvent;
import dev.switchboard.project.ProjectListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told what happens. A listener that throws harms nobody. */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<ExecutionListener> executionListeners = new CopyOnWriteArrayList<>();
    private final List<ProjectListener> projectListeners = new CopyOnWriteArrayList<>();

    void add(ExecutionListener listener) {
        executionListeners.add(listener);
    }

    void remove(ExecutionListener listener) {
        executionListeners.remove(listener);
    }

    void addProjectListener(ProjectListener listener) {
        projectListeners.add(listener);
    }

    void removeProjectListener(ProjectListener listener) {
        projectListeners.remove(listener);
    }

    void tell(ExecutionEvent event) {
        for (ExecutionListener listener : executionListeners) {
            try {
                listener.on(event);
            } catch (RuntimeException e) {
                LOG.error(
                        "listener failed at {} of project {}", event.getClass().getSimpleName(), event.project(), e);
            }
        }
    }

    void tell(ProjectEvent event) {
        for (ProjectListener listener : projectListeners) {
            try {
                listener.changed(event);
            } catch (RuntimeException e) {
                LOG.error(
                        "listener failed at a change of project {}",
                        event.project().id(),
                        e);
            }
        }
    }
}
