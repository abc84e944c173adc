package dev.switchboard.execution.internal;

import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.LogHead;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Stores for tests: they keep everything in memory, outlive their closing as a disk does, and can be broken on purpose. */
final class MemoryStores {
    final Map<ProjectId, Project> projects = new ConcurrentHashMap<>();
    final Map<ProjectId, List<Message>> records = new ConcurrentHashMap<>();
    private final UUID epoch = UUID.randomUUID();
    private final ReentrantLock lock = new ReentrantLock();
    volatile boolean broken;
    /** Which operations fail, by name: {@code registry.update}, {@code log.delete}… */
    volatile Predicate<String> failing = operation -> false;
    /** Projects whose log cannot be opened. */
    final Set<ProjectId> unreadable = ConcurrentHashMap.newKeySet();

    ProjectRegistry openRegistry() {
        return new Registry();
    }

    MessageLog openLog() {
        return new Log();
    }

    List<Message> of(ProjectId project) {
        lock.lock();
        try {
            return List.copyOf(records.getOrDefault(project, List.of()));
        } finally {
            lock.unlock();
        }
    }

    private void check(String operation) {
        if (broken || failing.test(operation)) {
            throw new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, "broken on purpose");
        }
    }

    private final class Registry implements ProjectRegistry {
        @Override
        public void create(Project project) {
            check("registry.create");
            if (projects.putIfAbsent(project.id(), project) != null) {
                throw new IllegalArgumentException("there is one");
            }
        }

        @Override
        public Optional<Project> find(ProjectId id) {
            return Optional.ofNullable(projects.get(id));
        }

        @Override
        public List<Project> list() {
            return projects.values().stream()
                    .sorted(Comparator.comparing(Project::createdAt))
                    .toList();
        }

        @Override
        public Optional<Project> update(ProjectId id, UnaryOperator<Project> change) {
            check("registry.update");
            return Optional.ofNullable(projects.computeIfPresent(id, (key, project) -> change.apply(project)));
        }

        @Override
        public boolean remove(ProjectId id) {
            check("registry.remove");
            return projects.remove(id) != null;
        }

        @Override
        public List<String> openReport() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private final class Log implements MessageLog {
        @Override
        public List<Message> append(ProjectId project, List<NewMessage> batch) {
            check("log.append");
            lock.lock();
            try {
                List<Message> log = records.computeIfAbsent(project, id -> new ArrayList<>());
                List<Message> added = new ArrayList<>();
                for (NewMessage record : batch) {
                    Content kept = Content.of(record.content().toBytes());
                    Message message = new Message(
                            log.size() + 1, Instant.now(), record.direction(), record.type(), kept, record.origin());
                    log.add(message);
                    added.add(message);
                }
                return added;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public LogHead head(ProjectId project) {
            check("log.head");
            if (unreadable.contains(project)) {
                throw new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, "the log cannot be opened");
            }
            lock.lock();
            try {
                return new LogHead(
                        epoch,
                        1,
                        records.computeIfAbsent(project, id -> new ArrayList<>())
                                .size());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public MessagePage read(ProjectId project, MessageQuery query) {
            head(project);
            List<Message> found = new ArrayList<>(of(project).stream()
                    .filter(message -> query.types().isEmpty() || query.types().contains(message.type()))
                    .filter(message -> message.seq() > query.afterSeq() && message.seq() < query.beforeSeq())
                    .toList());
            if (query.order() == MessageQuery.Order.DESCENDING) {
                Collections.reverse(found);
            }
            List<Message> page = found.stream().limit(query.limit()).toList();
            return new MessagePage(page, List.of(), OptionalLong.empty(), Optional.empty(), head(project));
        }

        @Override
        public Optional<Message> lastFrom(ProjectId project, String agent) {
            return of(project).stream()
                    .filter(message -> message.origin()
                            .filter(o -> o.agent().equals(agent))
                            .isPresent())
                    .reduce((first, second) -> second);
        }

        @Override
        public void delete(ProjectId project) {
            check("log.delete");
            records.remove(project);
        }

        @Override
        public Set<ProjectId> projects() {
            return Set.copyOf(records.keySet());
        }

        @Override
        public void close() {}
    }
}
