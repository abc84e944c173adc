package dev.switchboard.gateway.internal.output;

import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A session's lanes, one for each project that it has to do with. Used under the outbox's lock. */
final class Lanes {
    private final Function<ProjectId, ProjectLane> factory;
    private final LaneWatcher watcher;
    private final Map<ProjectId, ProjectLane> lanes = new LinkedHashMap<>();
    private ProjectLane reader;

    Lanes(Function<ProjectId, ProjectLane> factory, LaneWatcher watcher) {
        this.factory = factory;
        this.watcher = watcher;
    }

    /** The project's lane, or {@code null}. */
    ProjectLane get(ProjectId project) {
        return lanes.get(project);
    }

    /**
     * The project's lane, which is made if there is none.
     *
     * @param keep false if the session is over, so that nothing may stay behind
     */
    ProjectLane getOrOpen(ProjectId project, boolean keep) {
        ProjectLane lane = lanes.get(project);
        if (lane == null) {
            lane = factory.apply(project);
            if (keep) {
                lanes.put(project, lane);
                watcher.opened(project);
            }
        }
        return lane;
    }

    void with(ProjectId project, Consumer<ProjectLane> action) {
        ProjectLane lane = lanes.get(project);
        if (lane != null) {
            action.accept(lane);
        }
    }

    void forEach(Consumer<ProjectLane> action) {
        lanes.values().forEach(action);
    }

    boolean anyDue() {
        return any(ProjectLane::isDue);
    }

    boolean anyBehind() {
        return any(ProjectLane::isBehind);
    }

    /** By a loop: done for each send to each session, where a stream would be a tenth of all garbage. */
    private boolean any(Predicate<ProjectLane> condition) {
        for (ProjectLane lane : lanes.values()) {
            if (condition.test(lane)) {
                return true;
            }
        }
        return false;
    }

    /** Adds what is due to a send, from one lane after the other. */
    void fill(Assembly send) {
        for (ProjectLane lane : new ArrayList<>(lanes.values())) {
            if (!send.hasRoom()) {
                return;
            }
            if (lane.isDue()) {
                boolean done = lane.fill(send);
                lanes.remove(lane.project());
                if (done) {
                    lane.close();
                    watcher.closed(lane.project());
                } else {
                    lanes.put(lane.project(), lane); // at the end: the others come first with the next send
                }
            }
        }
    }

    /** Whether this lane may read a page from the log now: one page is held at a time. */
    boolean mayRead(ProjectLane lane) {
        if (reader != null) {
            return false;
        }
        reader = lane;
        return true;
    }

    void doneReading(ProjectLane lane) {
        if (reader == lane) {
            reader = null;
            forEach(ProjectLane::wake);
        }
    }

    void close() {
        forEach(lane -> {
            lane.close();
            watcher.closed(lane.project());
        });
        lanes.clear();
    }
}
