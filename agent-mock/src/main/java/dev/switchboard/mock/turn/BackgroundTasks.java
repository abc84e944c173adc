package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands and subagents that go on when the turn that started them is over. When one ends the agent takes a turn that nobody asked
 * for. The older release says less about them, and does not wait for them at the end of the input. Turn thread only.
 */
public final class BackgroundTasks {

    /**
     * A task that runs.
     *
     * @param call        the tool call that started it
     * @param agentType   the kind of subagent, or null if it is a command
     * @param description what it is for, in few words
     * @param script      the prompt of the turn that its end sets off
     * @param endNanos    when it ends, by {@link System#nanoTime}
     */
    record Task(
            String id,
            String runId,
            ToolCall call,
            String agentType,
            String description,
            String script,
            long endNanos) {

        /** The fields by which every line names it. */
        private JsonObject named(Agent agent, String subtype) {
            JsonObject line =
                    JsonObject.of("type", "system").put("subtype", subtype).put("task_id", id);
            return agent.version().isCurrent() ? line.put("run_id", runId) : line;
        }

        /** What a result says that came of it. */
        JsonObject origin() {
            return JsonObject.of("kind", "task-notification")
                    .put("producer", "session-task")
                    .put("runId", runId);
        }

        private JsonObject listed() {
            return JsonObject.of("task_id", id)
                    .put("run_id", runId)
                    .put("task_type", type())
                    .putIfPresent("subagent_type", agentType)
                    .put("description", description);
        }

        private String type() {
            return agentType == null ? "local_bash" : "local_agent";
        }
    }

    private final Agent agent;
    private final List<Task> tasks = new ArrayList<>();

    BackgroundTasks(Agent agent) {
        this.agent = agent;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /**
     * Starts a task and announces it.
     *
     * @param agentType the kind of subagent, or null for a command
     * @param script    the prompt of the turn that its end sets off
     * @return its id
     */
    public String start(ToolCall call, String agentType, long millis, String script) {
        String id = agent.session().ids().prefixed(agentType == null ? "b" : "a");
        Task task = new Task(
                id,
                agent.session().ids().prefixed("run-"),
                call,
                agentType,
                call.input().string("description"),
                script,
                System.nanoTime() + millis * 1_000_000);
        tasks.add(task);
        changed();
        JsonObject line = task.named(agent, "task_started")
                .put("tool_use_id", call.id())
                .put("description", task.description())
                .putIfPresent("subagent_type", agentType);
        if (agent.version().isCurrent()) {
            line.put("is_backgrounded", true);
        }
        if (agentType != null) {
            line.put("spawn_depth", 1).put("prompt", call.input().string("prompt"));
        }
        agent.output().line(agent.identified(line.put("task_type", task.type())));
        return id;
    }

    /** The file that the output of a task would be in. */
    public String outputFile(String id) {
        return "/tmp/claude-mock/" + agent.session().id() + "/tasks/" + id + ".output";
    }

    /** How long it takes until the next one ends; negative if there is none. */
    long millisToNext() {
        if (tasks.isEmpty()) {
            return -1;
        }
        long rest = next().endNanos() - System.nanoTime();
        return rest <= 0 ? 0 : rest / 1_000_000 + 1;
    }

    private Task next() {
        Task next = tasks.get(0);
        for (Task task : tasks) {
            if (task.endNanos() - next.endNanos() < 0) {
                next = task;
            }
        }
        return next;
    }

    /** Ends the next one, and says so. */
    Task end() {
        Task task = next();
        tasks.remove(task);
        JsonObject patch = JsonObject.of("status", "completed").put("end_time", System.currentTimeMillis());
        agent.output().line(agent.identified(task.named(agent, "task_updated").put("patch", patch)));
        JsonObject line = task.named(agent, "task_notification")
                .put("tool_use_id", task.call().id())
                .put("status", "completed")
                .put("output_file", outputFile(task.id()));
        if (task.agentType() == null) {
            line.put("summary", "Background command \"" + task.description() + "\" completed (exit code 0)");
        } else {
            line.put("summary", "The subagent is done.");
            if (agent.version().isCurrent()) {
                line.put("summary_is_report", true);
            }
        }
        agent.output().line(agent.identified(line));
        changed();
        return task;
    }

    /** Says which tasks there are, which only the current release does. */
    void changed() {
        if (agent.version().isCurrent()) {
            List<JsonObject> listed = new ArrayList<>();
            for (Task task : tasks) {
                listed.add(task.listed());
            }
            agent.output()
                    .line(agent.identified(JsonObject.of("type", "system")
                            .put("subtype", "background_tasks_changed")
                            .put("tasks", listed)));
        }
    }

    /** Forgets all tasks: nobody will be told of their end. */
    void drop() {
        tasks.clear();
    }
}
