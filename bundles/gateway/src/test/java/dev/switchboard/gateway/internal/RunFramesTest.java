package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionOptions.Ask;
import dev.switchboard.execution.QueuedExecution;
import dev.switchboard.project.ProjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@DisplayName("X1 C2 runs: who gets which frames, in which order")
class RunFramesTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/p");
    private final Client client = world.admin();
    private final Client stranger = world.client("viewer");

    @AfterEach
    void close() {
        stranger.nothing();
        world.close();
    }

    @Test
    @DisplayName("two on one project see the run alike; the ack comes behind the prompt")
    void showsARun() {
        client.join(project);
        Client second = world.client("viewer").join(project);
        client.send(
                "{'type':'execute','request_id':'e','data':{'project_id':'" + project + "','prompt':'say \\u00e9'}}");
        List<JsonNode> begin = client.nexts("project_state", "prompt", "execute");
        assertEquals("EXECUTING", begin.get(0).at("/data/state").asText());
        assertEquals("say é", begin.get(1).at("/data/prompt").asText());
        assertEquals("started", begin.get(2).at("/data/status").asText());
        assertEquals("e", begin.get(2).get("request_id").asText());
        assertFalse(begin.get(2).has("seq"));
        assertEquals(begin.get(1).at("/data/execution_id"), begin.get(2).at("/data/execution_id"));
        world.server.agents(project, 5);
        world.server.finish(project);
        for (int i = 0; i < 5; i++) {
            assertEquals(3 + i, client.next("agent_message").get("seq").asInt());
        }
        assertEquals("IDLE", client.next("project_state").at("/data/state").asText());
        List<JsonNode> seen = second.nexts(
                "project_state",
                "prompt",
                "agent_message",
                "agent_message",
                "agent_message",
                "agent_message",
                "agent_message",
                "project_state");
        for (int i = 0; i < seen.size(); i++) {
            assertEquals(i + 1, seen.get(i).get("seq").asInt());
        }
        client.nothing();
        second.nothing();
    }

    @RepeatedTest(20)
    @DisplayName("the ack keeps its place although the agent's lines are out before the service has answered")
    void placesTheAckBeforeTheFirstLine() {
        client.join(project);
        world.server.beforeAnswering.set(() -> {
            world.server.agents(project, 50);
            Thread.yield();
        });
        client.send("execute", project, "{'prompt':'hi'}");
        client.nexts("project_state", "prompt", "execute");
        for (int i = 0; i < 50; i++) {
            assertEquals(3 + i, client.next("agent_message").get("seq").asInt());
        }
    }

    @RepeatedTest(20)
    @DisplayName("one who has not joined gets the run that it began, and nothing of the next one's")
    void showsARunToARequesterWhoHasNotJoined() {
        world.server.agents(project, 3);
        client.send("{'type':'project_list'}").next("project_list");
        world.server.beforeAnswering.set(() -> {
            world.server.agents(project, 2);
            world.server.finish(project);
        });
        client.send("execute", project, "{'prompt':'hi'}");
        List<JsonNode> frames =
                client.nexts("project_state", "prompt", "execute", "agent_message", "agent_message", "project_state");
        assertEquals(4, frames.get(0).get("seq").asInt());
        assertEquals(8, frames.get(5).get("seq").asInt());
        world.server.beforeAnswering.set(() -> {});
        Client other = world.client("operator");
        other.send("execute", project, "{'prompt':'mine'}").nexts("project_state", "prompt", "execute");
        world.server.agents(project, 1);
        assertEquals(
                "EXECUTING", client.next("project_update").at("/data/state").asText());
        client.nothing();
        Await.until("only the other's lane is open", () -> world.broadcaster.open.get() == 1);
        world.server.finish(project);
        other.nexts("agent_message", "project_state");
    }

    @Test
    @DisplayName("one whose run is over before it is answered is told of the run that another one has begun meanwhile")
    void showsWhatAnotherRunDoesThatBeganMeanwhile() {
        client.send("{'type':'project_list'}").next("project_list");
        world.server.beforeAnswering.set(() -> {
            world.server.beforeAnswering.set(() -> {});
            world.server.finish(project);
            world.server
                    .execute(world.server.lastRequest.get())
                    .toCompletableFuture()
                    .join();
        });
        client.send("execute", project, "{'prompt':'hi'}");
        // The update and the project's own frames have no order.
        List<String> frames = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            JsonNode frame = client.next();
            frames.add(
                    frame.get("type").asText() + " " + frame.at("/data/state").asText());
        }
        assertTrue(frames.remove("project_update EXECUTING"), frames::toString);
        assertEquals(List.of("project_state EXECUTING", "prompt ", "execute ", "project_state IDLE"), frames);
        client.nothing();
    }

    @Test
    void joinsDuringItsOwnRun() {
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        world.server.agents(project, 1);
        client.next("agent_message");
        client.join(project);
        world.server.agents(project, 1);
        assertEquals(4, client.next("agent_message").get("seq").asInt());
        world.server.finish(project);
        client.next("project_state");
        world.server.agents(project, 1);
        assertEquals(6, client.next("agent_message").get("seq").asInt());
        client.nothing();
    }

    @Test
    void refusesWithAnErrorAndNothingElse() {
        Client second = world.client("operator").join(project);
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        second.nexts("project_state", "prompt");
        second.send("execute", project, "{'prompt':'me too'}").nextError("PROCESS_ACTIVE");
        second.nothing();
        client.nothing();
        Client third = world.client("operator");
        third.send("execute", project, "{'prompt':'me too'}").nextError("PROCESS_ACTIVE");
        Await.until("the third follows nothing", () -> world.broadcaster.open.get() == 2);
        world.server.agents(project, 1);
        third.nothing();
        client.next("agent_message");
        second.next("agent_message");
    }

    @Test
    void checksPromptAndOptionsFirst() {
        assertEquals(
                "prompt",
                client.send("execute", project, "{}")
                        .nextError("VALIDATION_FAILED")
                        .at("/data/details/field")
                        .asText());
        assertEquals(
                "options.speed",
                client.send("execute", project, "{'prompt':'x','options':{'speed':9}}")
                        .nextError("VALIDATION_FAILED")
                        .at("/data/details/field")
                        .asText());
        assertEquals(null, world.server.lastRequest.get());
    }

    @Test
    void kills() {
        client.join(project);
        Client second = world.client("operator").join(project);
        client.send("agent_kill", project, "{}").nextError("PROCESS_NOT_FOUND");
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        second.send("agent_kill", project, "{}");
        second.nexts("project_state", "prompt");
        List<JsonNode> end = second.nexts("project_state", "process_killed", "agent_kill", "execution_killed");
        assertEquals("IDLE", end.get(0).at("/data/state").asText());
        assertEquals("killed", end.get(2).at("/data/status").asText());
        assertEquals("process_killed", end.get(3).at("/data/reason").asText());
        client.nexts("project_state", "process_killed");
        client.nothing();
        second.nothing();
        Client third = world.admin();
        third.send("agent_kill", project, "{}").nextError("PROCESS_NOT_FOUND");
    }

    @Test
    @DisplayName("X7 interrupt")
    void interrupts() {
        client.join(project);
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        client.send("agent_interrupt", project, "{}");
        assertEquals(
                "interrupted",
                client.nexts("project_state", "agent_interrupt")
                        .get(1)
                        .at("/data/status")
                        .asText());
        client.nothing();
    }

    @Test
    @DisplayName("X6 a new session")
    void beginsANewSession() {
        Client second = world.client("viewer").join(project);
        client.send("agent_new_session", project, "{'session_id':'s-1'}");
        List<JsonNode> own = client.nexts("session_reset", "agent_new_session");
        assertEquals(1, own.get(0).get("seq").asInt());
        assertEquals("", own.get(1).at("/data/old_session_id").asText());
        List<JsonNode> others = second.nexts("project_state", "session_reset");
        assertEquals("s-1", others.get(0).at("/data/session_id").asText());
        assertFalse(others.get(0).has("seq"));
        client.join(project);
        client.send("agent_new_session", project, "{}").nexts("project_state", "session_reset", "agent_new_session");
        client.send("agent_new_session", project, "{'fork':true}").nextError("VALIDATION_FAILED");
        assertEquals(
                "s-1",
                client.send("session_list", project, "{}")
                        .next("session_list")
                        .at("/data/sessions/0/session_id")
                        .asText());
        client.nothing();
    }

    @Test
    @DisplayName("X7 permission questions go to those who can answer them")
    void answersPermissions() {
        client.join(project);
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        assertEquals(Ask.DENY, world.server.lastRequest.get().options().ask());
        client.send("agent_kill", project, "{}")
                .nexts("project_state", "process_killed", "agent_kill", "execution_killed");
        client.send("{'type':'hello','data':{'capabilities':['permissions']}}").next("hello");
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        assertEquals(Ask.REMOTE, world.server.lastRequest.get().options().ask());
        client.send(
                "permission_response",
                project,
                "{'permission_id':'p-1','decision':'allow','updated_input':{'n':1.0e2},'remember':true}");
        client.nexts("permission_resolved", "permission_response");
        assertEquals(
                "{\"n\":1.0e2}",
                world.server.lastAnswer.get().updatedInput().orElseThrow().toText());
        client.send("permission_response", project, "{'permission_id':'p-1'}").nextError("VALIDATION_FAILED");
        client.send("permission_response", project, "{'permission_id':'p','decision':'allow','updated_input':1}")
                .nextError("VALIDATION_FAILED");
    }

    @Test
    @DisplayName(
            "X7 the reply to a permission's answer comes directly behind the answer, however fast the agent goes on")
    void repliesBeforeTheAgentGoesOn() {
        client.join(project);
        Client other = world.client("operator").join(project);
        client.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        other.nexts("project_state", "prompt");
        world.server.beforeAnswering.set(() -> {
            world.server.agents(project, 1);
            other.nexts("permission_resolved", "agent_message"); // so it could have been sent to the first one too
        });
        client.send("permission_response", project, "{'permission_id':'p-1','decision':'deny'}");
        client.nexts("permission_resolved", "permission_response", "agent_message");
        world.server.beforeAnswering.set(() -> {});
    }

    @Test
    @DisplayName("X7 pieces of lines go only to who asked, and before the finished line")
    void showsPartials() {
        client.join(project);
        Client second = world.client("operator").join(project);
        client.send("execute", project, "{'prompt':'hi','options':{'include_partial_messages':true}}")
                .nexts("project_state", "prompt", "execute");
        world.server.partial(project, "{\"type\":\"stream_event\",\"n\":1.50}");
        world.server.partial(project, "{\"type\":\"stream_event\"}");
        world.server.agents(project, 1);
        JsonNode piece = client.next("agent_message");
        assertEquals("stream_event", piece.at("/data/type").asText());
        assertFalse(piece.has("seq"));
        assertEquals(
                "stream_event", client.next("agent_message").at("/data/type").asText());
        assertEquals(3, client.next("agent_message").get("seq").asInt());
        second.nexts("project_state", "prompt");
        assertEquals(3, second.next("agent_message").get("seq").asInt());
        world.server.finish(project);
        second.next("project_state");
        client.next("project_state");
        second.send("execute", project, "{'prompt':'hi'}").nexts("project_state", "prompt", "execute");
        client.nexts("project_state", "prompt");
        world.server.partial(project, "{\"type\":\"stream_event\"}");
        client.nothing();
        second.nothing();
    }

    @Test
    @DisplayName("X7 a piece comes before its finished line also when both come while the session is being served")
    void showsAPieceInItsPlace() {
        client.join(project);
        client.send("execute", project, "{'prompt':'hi','options':{'include_partial_messages':true}}")
                .nexts("project_state", "prompt", "execute");
        world.broadcaster.beforePoll.set(() -> {
            world.server.partial(project, "{\"type\":\"stream_event\"}");
            world.server.agents(project, 1);
        });
        world.server.agents(project, 1);
        assertEquals(3, client.next("agent_message").get("seq").asInt());
        assertEquals(
                "stream_event", client.next("agent_message").at("/data/type").asText());
        assertEquals(4, client.next("agent_message").get("seq").asInt());
        client.nothing();
    }

    @RepeatedTest(10)
    @DisplayName("X7 a queued run is shown to who asked for it when it begins")
    void showsAQueuedRun() {
        Client other = world.admin();
        other.send("execute", project, "{'prompt':'first'}").nexts("project_state", "prompt", "execute");
        world.server.beforeAnswering.set(() -> {
            world.server.finish(project);
            world.server.startQueued(project);
        });
        client.send("execute", project, "{'prompt':'then','queue':true}");
        JsonNode ack = client.next("execute");
        world.server.beforeAnswering.set(() -> {});
        assertEquals("queued", ack.at("/data/status").asText());
        assertEquals(1, ack.at("/data/position").asInt());
        JsonNode state = client.next("project_state");
        assertEquals("EXECUTING", state.at("/data/state").asText());
        assertEquals(4, state.get("seq").asInt());
        world.server.finish(project);
        assertEquals(5, client.next("project_state").get("seq").asInt());
        world.server.agents(project, 1);
        client.nothing();
        assertEquals(3, other.next("project_state").get("seq").asInt());
        other.nothing();
    }

    @Test
    @DisplayName("X7 who has not joined is shown that its queued run was taken out, and nothing else")
    void showsACancelledRun() {
        Client other = world.admin();
        other.send("execute", project, "{'prompt':'first'}").nexts("project_state", "prompt", "execute");
        JsonNode ack = client.send("execute", project, "{'prompt':'then','queue':true}")
                .next("execute");
        world.server.agents(project, 1);
        Client third = world.admin();
        JsonNode reply = third.send(
                        "queue_cancel",
                        project,
                        "{'execution_id':'" + ack.at("/data/execution_id").asText() + "'}")
                .next("queue_cancel");
        assertEquals("cancelled", reply.at("/data/status").asText());
        assertEquals(
                ack.at("/data/execution_id").asText(),
                reply.at("/data/execution_id").asText());
        JsonNode update = client.next("queue_update");
        assertEquals(4, update.get("seq").asInt());
        assertEquals(0, update.at("/data/items").size());
        world.server.agents(project, 1);
        client.nothing();
        third.nothing();
        assertEquals(
                List.of(3, 4, 5),
                List.of(
                        other.next("agent_message").get("seq").asInt(),
                        other.next("queue_update").get("seq").asInt(),
                        other.next("agent_message").get("seq").asInt()));
    }

    @RepeatedTest(10)
    @DisplayName("X7 a run that is taken out before its requester has been answered is missed all the same")
    void showsARunThatWasCancelledMeanwhile() {
        Client other = world.admin();
        other.send("execute", project, "{'prompt':'first'}").nexts("project_state", "prompt", "execute");
        world.server.beforeAnswering.set(() -> world.server.cancelQueued(project));
        client.send("execute", project, "{'prompt':'then','queue':true}");
        client.next("execute");
        world.server.beforeAnswering.set(() -> {});
        assertEquals(3, client.next("queue_update").get("seq").asInt());
        world.server.agents(project, 1);
        client.nothing();
    }

    @Test
    @DisplayName("X7 who joins is shown what waits")
    void showsTheQueueToWhoJoins() throws Exception {
        world.server.queue(project, new QueuedExecution(ExecutionId.random(), "ann", "then", Instant.EPOCH));
        JsonNode state = client.send("project_join", project, "{}").next("project_state");
        JsonNode item = state.at("/data/queue/0");
        assertEquals("ann", item.get("by").asText());
        assertEquals("then", item.get("prompt").asText());
        assertEquals("1970-01-01T00:00:00.000000Z", item.get("queued_at").asText());
        assertEquals(4, item.size());
    }
}
