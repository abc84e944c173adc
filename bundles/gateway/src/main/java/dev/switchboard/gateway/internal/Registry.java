package dev.switchboard.gateway.internal;

import dev.switchboard.concurrent.Agenda;
import dev.switchboard.project.ProjectId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open sessions, and which of them have to do with which project. Safe for use by many threads, publishers among them. */
final class Registry {
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Agenda<Session> agenda = new Agenda<>();
    private final Map<ProjectId, Set<Session>> byProject = new ConcurrentHashMap<>();

    void add(Session session) {
        sessions.put(session.id(), session);
        session.rounds().call();
    }

    void remove(Session session) {
        sessions.remove(session.id(), session);
        session.rounds().remove();
    }

    /** When which session has to be looked after. */
    Agenda<Session> agenda() {
        return agenda;
    }

    Optional<Session> find(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    Collection<Session> all() {
        return sessions.values();
    }

    /** The session has a lane for the project. */
    void opened(ProjectId project, Session session) {
        byProject.compute(project, (id, known) -> {
            Set<Session> all = known != null ? known : ConcurrentHashMap.newKeySet();
            all.add(session);
            return all;
        });
    }

    void closed(ProjectId project, Session session) {
        byProject.computeIfPresent(project, (id, all) -> {
            all.remove(session);
            return all.isEmpty() ? null : all;
        });
    }

    /** The sessions that have a lane for the project. */
    Collection<Session> of(ProjectId project) {
        return byProject.getOrDefault(project, Set.of());
    }

    /** How many sessions have joined the project. */
    int subscribers(ProjectId project) {
        int joined = 0; // a loop, as a list of projects asks for each of them
        for (Session session : of(project)) {
            if (session.hasJoined(project)) {
                joined++;
            }
        }
        return joined;
    }

    /** How many projects sessions have a lane for. */
    int projects() {
        return byProject.size();
    }
}
