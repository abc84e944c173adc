package dev.switchboard.execution.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.message.NewMessage;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Payloads;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits in a project's queue; does not change. Each run is an attribute of the project, named so that their order is that of
 * the names. The log says which of them still wait: a run is kept before the record that shows it, and forgotten after the record
 * that does not, so that a crash in between leaves too much, never too little.
 */
record QueueItems(Map<String, QueuedRun> runs, List<QueuedExecution> shown) {
    private static final Logger LOG = LoggerFactory.getLogger(QueueItems.class);
    private static final String PREFIX = "queue.";

    static final QueueItems NONE = new QueueItems(Map.of(), List.of());

    private static QueueItems of(Map<String, QueuedRun> runs) {
        return new QueueItems(
                new TreeMap<>(runs),
                runs.values().stream().map(QueuedRun::shown).toList());
    }

    /** What is kept with a project. */
    static QueueItems of(Project project) {
        Map<String, QueuedRun> runs = new TreeMap<>();
        project.attributes().forEach((name, text) -> {
            if (name.startsWith(PREFIX)) {
                try {
                    runs.put(name, QueuedRun.read(text));
                } catch (IllegalArgumentException e) {
                    LOG.error("project {}: {} cannot be read, and will not run", project.id(), name, e);
                }
            }
        });
        return of(runs);
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    int size() {
        return runs.size();
    }

    /** Those that wait, the next one first. */
    Collection<QueuedRun> all() {
        return runs.values();
    }

    /** How much is kept, in characters: prompts and options. */
    static long keptCharacters(Project project) {
        return project.attributes().entrySet().stream()
                .filter(attribute -> attribute.getKey().startsWith(PREFIX))
                .mapToLong(attribute -> attribute.getValue().length())
                .sum();
    }

    /** With another one at the end. */
    QueueItems with(QueuedRun run) {
        TreeMap<String, QueuedRun> changed = new TreeMap<>(runs);
        long number = changed.isEmpty() ? 1 : Long.parseLong(changed.lastKey().substring(PREFIX.length())) + 1;
        changed.put(PREFIX + String.format("%012d", number), run);
        return of(changed);
    }

    private QueueItems only(Set<String> ids) {
        return left(run -> ids.contains(run.id().toString()));
    }

    /** Without one of them. */
    QueueItems without(ExecutionId id) {
        return without(id.toString());
    }

    private QueueItems without(String id) {
        return left(run -> !run.id().toString().equals(id));
    }

    private QueueItems left(Predicate<QueuedRun> condition) {
        Map<String, QueuedRun> left = new TreeMap<>(runs);
        left.values().removeIf(condition.negate());
        return of(left);
    }

    Optional<QueuedRun> find(ExecutionId id) {
        return all().stream().filter(run -> run.id().equals(id)).findFirst();
    }

    /** A project with exactly these as what is kept with it. */
    Project keptWith(Project project) {
        Project changed = project;
        for (String name : project.attributes().keySet()) {
            if (name.startsWith(PREFIX) && !runs.containsKey(name)) {
                changed = changed.withAttribute(name, Optional.empty());
            }
        }
        for (Map.Entry<String, QueuedRun> run : runs.entrySet()) {
            if (!project.attributes().containsKey(run.getKey())) {
                changed = changed.withAttribute(
                        run.getKey(), Optional.of(run.getValue().write()));
            }
        }
        return changed;
    }

    /** What others are shown of what is kept with a project that is about to be these items' project. */
    List<QueuedExecution> shownWith(Project project) {
        Set<String> kept = new HashSet<>(project.attributes().keySet());
        return runs.entrySet().stream()
                .filter(run -> kept.contains(run.getKey()))
                .map(run -> run.getValue().shown())
                .toList();
    }

    /** The record that says that these wait. */
    NewMessage record() {
        return Records.server(Records.QUEUE_UPDATE, Payloads.queueUpdate(shown));
    }

    /**
     * Without those that do not wait any more as far as the log tells: they are not in its last record of the queue, or its last
     * state is about them. A log that has no record of a queue, because retention took it or it is another log, tells nothing.
     *
     * @throws SwitchboardException if the log cannot be read
     */
    QueueItems provenBy(Stores stores, ProjectId project) {
        QueueItems left = last(stores, project, Records.QUEUE_UPDATE)
                .map(data -> only(ids(data.path("items"))))
                .orElse(this);
        return last(stores, project, Records.PROJECT_STATE)
                .map(data -> left.without(data.path("execution_id").asText()))
                .orElse(left);
    }

    private static Optional<JsonNode> last(Stores stores, ProjectId project, String type) {
        MessageQuery query = MessageQuery.all()
                .withTypes(Set.of(type))
                .withDirections(Set.of(Direction.SERVER))
                .withOrder(MessageQuery.Order.DESCENDING)
                .withLimit(1);
        return stores.log(log -> log.read(project, query)).messages().stream()
                .findFirst()
                .map(QueueItems::parse);
    }

    private static JsonNode parse(Message record) {
        try {
            return Json.read(record.content().toBytes());
        } catch (JsonProcessingException e) {
            LOG.error("record {} is not JSON", record.seq(), e);
            return Json.object();
        }
    }

    private static Set<String> ids(JsonNode items) {
        Set<String> ids = new HashSet<>();
        items.forEach(item -> ids.add(item.path("execution_id").asText()));
        return ids;
    }
}
