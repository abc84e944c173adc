package dev.switchboard.execution.internal;

import static dev.switchboard.execution.internal.World.await;
import static dev.switchboard.execution.internal.World.get;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.Setting;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentEvent.Verdict;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionEvent;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectState;
import dev.switchboard.protocol.Fields;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OptionsReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A project with a run that is active, so that others can be queued behind it. */
abstract class QueueTestBase {
    @TempDir
    Path directory;

    World world;
    ProjectId project;
    Execution first;
    ScriptedExecutor.Turn turn;

    @BeforeEach
    void begin() throws Exception {
        world = new World(new MemoryStores(), directory);
        project = world.create(directory, "p");
        first = get(world.execute(project));
        turn = world.executor.next();
    }

    @AfterEach
    void end() throws Exception {
        world.close();
    }

    <T> void set(Setting<T> setting, T value) {
        world.settings.set(world.settings.get().with(setting, value));
    }

    static ExecutionOptions options(String json) throws Exception {
        return OptionsReader.read(
                Fields.of((ObjectNode) Json.read(("{\"options\":" + json + "}").getBytes())),
                ExecutionOptions.Ask.DENY);
    }

    static String text(Content content) {
        return new String(content.toBytes(), StandardCharsets.UTF_8);
    }

    static JsonNode data(Message message) throws Exception {
        return Json.read(message.content().toBytes());
    }

    Execution queue(String prompt) throws Exception {
        return get(world.queue(project, prompt));
    }

    List<ExecutionId> queued() {
        return world.projects.status(project).queue().stream()
                .map(QueuedExecution::id)
                .toList();
    }

    List<ExecutionId> cancelled() {
        return world.events.stream()
                .filter(ExecutionEvent.Cancelled.class::isInstance)
                .map(event -> ((ExecutionEvent.Cancelled) event).execution().id())
                .toList();
    }

    ProjectState state() {
        return world.projects.status(project).state();
    }

    /** Ends the present turn well, and takes the next. */
    ScriptedExecutor.Turn finish() throws Exception {
        get(turn.end(Verdict.COMPLETED));
        turn = world.executor.next();
        return turn;
    }

    void awaitIdle() throws Exception {
        await("nothing runs", () -> world.projects.status(project).execution().isEmpty());
    }

    /** What was recorded behind the beginning of the first run. */
    List<String> recorded() {
        List<String> all = world.recorded(project);
        return all.subList(2, all.size());
    }
}
