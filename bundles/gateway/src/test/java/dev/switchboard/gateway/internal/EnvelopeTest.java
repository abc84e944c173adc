package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.security.Role;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C2 C4 envelopes, routing and limits of requests")
class EnvelopeTest {
    private final World world = new World();
    private final Client client = world.admin();

    @AfterEach
    void close() {
        world.close();
    }

    private static FrameHandler handler(FrameRule rule, Consumer<FrameContext> action) {
        return new FrameHandler() {
            @Override
            public FrameRule rule() {
                return rule;
            }

            @Override
            public void handle(FrameContext frame) {
                action.accept(frame);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "[]",
                "1",
                "{'data':{}}",
                "{'type':7}",
                "{'type':''}",
                "{'type':'ping','data':[]}",
                "{'type':'ping','request_id':{}}",
                "{'type':'ping'} {}",
                "{'type':'ping','project_id':5}"
            })
    void answersWhatIsNoEnvelopeAndStaysOpen(String text) {
        client.send(text).nextError("INVALID_MESSAGE");
        client.nothing();
        assertEquals(0, client.connection.closeCode);
    }

    @Test
    void namesAnUnknownTypeAndEchoesTheRequestId() {
        JsonNode error = client.send("{'type':'dance','request_id':7}").nextError("VALIDATION_FAILED");
        assertEquals("unknown message type: dance", error.at("/data/message").asText());
        assertEquals(error.at("/data/message"), error.at("/data/error"));
        assertEquals("dance", error.at("/data/details/message_type").asText());
        assertEquals(
                Json.object().put("n", 7).get("n").asInt(),
                error.get("request_id").asInt());
        assertTrue(error.get("request_id").isNumber());
        assertTrue(error.get("timestamp").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z"));
    }

    @Test
    void echoesTheRequestIdWhenTheRestIsWrong() {
        JsonNode error =
                client.send("{'type':'ping','request_id':'x','data':7}").nextError("INVALID_MESSAGE");
        assertEquals("x", error.get("request_id").asText());
    }

    @Test
    void takesTheOnlyJoinedProjectIfNoneIsNamed() {
        ProjectId first = world.server.seed("/a");
        ProjectId second = world.server.seed("/b");
        client.send("{'type':'get_messages'}").nextError("VALIDATION_FAILED");
        client.join(first);
        assertEquals(
                first.toString(),
                client.send("{'type':'get_messages'}")
                        .next("get_messages")
                        .get("project_id")
                        .asText());
        client.join(second);
        JsonNode error = client.send("{'type':'get_messages'}").nextError("VALIDATION_FAILED");
        assertEquals("project_id", error.at("/data/details/field").asText());
    }

    @Test
    void takesTheProjectFromEnvelopeOrDataAndRefusesTwo() {
        ProjectId project = world.server.seed("/a");
        client.send("{'type':'get_messages','data':{'project_id':'" + project + "'}}")
                .next("get_messages");
        client.send("get_messages", project, "{'project_id':'" + project + "'}").next("get_messages");
        client.send("get_messages", project, "{'project_id':'" + ProjectId.random() + "'}")
                .nextError("VALIDATION_FAILED");
        client.send("{'type':'get_messages','project_id':'17'}").nextError("VALIDATION_FAILED");
    }

    @Test
    void saysWhichProjectIsNotThere() {
        ProjectId nowhere = ProjectId.random();
        JsonNode error = client.send("project_join", nowhere, "{}").nextError("PROJECT_NOT_FOUND");
        assertEquals(nowhere.toString(), error.at("/data/details/project_id").asText());
        assertEquals("project_join", error.at("/data/details/message_type").asText());
    }

    @Test
    void hidesAProjectFromWhoMayNotSeeIt() {
        ProjectId hidden = world.server.seed("/a");
        ProjectId shown = world.server.seed("/b");
        world.limitedTo.add(shown);
        Client limited = world.client("limited");
        JsonNode error = limited.send("project_join", hidden, "{}").nextError("PROJECT_NOT_FOUND");
        assertFalse(error.toString().contains("/a"));
        limited.join(shown);
        JsonNode list = limited.send("{'type':'project_list'}").next("project_list");
        assertEquals(1, list.at("/data/total").asInt());
        limited.send("{'type':'project_create','data':{'path':'/c'}}").nextError("PERMISSION_DENIED");
    }

    /** Handles requests where they come from. */
    private record Prompt(FrameRule rule, Consumer<FrameContext> action) implements PromptHandler {
        @Override
        public void handle(FrameContext frame) {
            action.accept(frame);
        }
    }

    @Test
    @DisplayName("C4 only small requests that wait for nothing are handled by the thread that reads the socket")
    void handlesPromptRequestsWhereTheyCome() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        FrameRule rule = FrameRule.server(Role.VIEWER);
        Consumer<FrameContext> note = frame -> threads.add(Thread.currentThread());
        world.gateway.bindHandler(new Prompt(rule, note), Map.of(FrameHandler.TYPE, "prompt"));
        world.gateway.bindHandler(handler(rule, note), Map.of(FrameHandler.TYPE, "usual"));
        String request = "{'type':'prompt','data':{}}";
        client.send(request + " ".repeat(4096 - request.length()));
        assertEquals(List.of(Thread.currentThread()), threads);
        client.send(request + " ".repeat(4097 - request.length()));
        client.send("{'type':'usual'}");
        assertEquals(
                List.of(true, true),
                threads.stream()
                        .skip(1)
                        .map(thread -> thread.getName().startsWith("switchboard-gateway-"))
                        .toList());
    }

    @Test
    @DisplayName("C6 a flood of prompt requests does not keep the thread that reads all sockets")
    void letsGoOfTheReadingThread() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        world.gateway.bindHandler(
                new Prompt(FrameRule.server(Role.VIEWER), frame -> threads.add(Thread.currentThread())),
                Map.of(FrameHandler.TYPE, "prompt"));
        int inARow = Session.MOST_IN_A_ROW;
        for (int i = 0; i <= inARow + 1; i++) {
            client.send("{'type':'prompt'}");
        }
        Thread here = Thread.currentThread();
        assertEquals(Collections.nCopies(inARow, here), threads.subList(0, inARow));
        assertTrue(threads.get(inARow).getName().startsWith("switchboard-gateway-"));
        assertEquals(here, threads.get(inARow + 1));
    }

    @Test
    void turnsWhatAHandlerThrowsIntoAnIncidentAndLivesOn() {
        world.gateway.bindHandler(
                handler(FrameRule.server(Role.VIEWER), frame -> {
                    throw new IllegalStateException("the secret of " + frame.type());
                }),
                Map.of(FrameHandler.TYPE, "boom"));
        JsonNode error = client.send("{'type':'boom','request_id':'r'}").nextError("INTERNAL_ERROR");
        assertTrue(error.at("/data/details/incident").asText().length() >= 8);
        assertFalse(error.toString().contains("secret"));
        client.nothing();
    }

    @Test
    @DisplayName("S4 of several handlers for one type the highest ranking is asked, and the next when it goes")
    void prefersTheHighestRanking() {
        FrameHandler better = handler(
                FrameRule.server(Role.VIEWER),
                frame -> frame.reply("hello", Json.object().put("from", "extension")));
        world.gateway.bindHandler(better, Map.of(FrameHandler.TYPE, "hello", "service.ranking", 5));
        assertEquals(
                "extension",
                client.send("{'type':'hello'}").next("hello").at("/data/from").asText());
        world.gateway.unbindHandler(better);
        assertEquals(
                1,
                client.send("{'type':'hello'}")
                        .next("hello")
                        .at("/data/protocol")
                        .asInt());
    }

    @Test
    @DisplayName("S4 a type of the protocol whose handler is not there yet, or just now, is to be asked for again")
    void isUnavailableWithoutTheHandler() {
        FrameHandler hello =
                world.gateway.handlers().find("hello").orElseThrow().handler();
        world.gateway.unbindHandler(hello);
        JsonNode error = client.send("{'type':'hello'}").nextError("SERVICE_UNAVAILABLE");
        assertTrue(error.at("/data/details/retry_after_ms").asInt() > 0);
        world.gateway.bindHandler(hello, Map.of(FrameHandler.TYPE, "hello"));
        client.send("{'type':'hello'}").next("hello");
    }

    @ParameterizedTest
    @CsvSource({"5, 5, 1", "1, 1, 1"})
    @DisplayName("C4 as many requests at once as a second may have, and not one more")
    void limitsRequests(int limit, int allowed, int refused) {
        world.set(ServerSettings.LIMITS_REQUESTS_PER_SECOND, limit);
        world.freeze();
        Client other = world.admin();
        for (int i = 0; i < allowed; i++) {
            other.send("{'type':'hello'}").next("hello");
        }
        for (int i = 0; i < refused; i++) {
            JsonNode error = other.send("{'type':'hello','request_id':'late'}").nextError("RESOURCE_LIMIT");
            assertEquals("late", error.get("request_id").asText());
            assertEquals(limit, error.at("/data/details/limit").asInt());
            assertTrue(error.at("/data/details/retry_after_ms").asInt() > 0);
        }
        world.extraNanos.addAndGet(1_000_000_000L / limit);
        other.send("{'type':'hello'}").next("hello");
        other.send("{'type':'hello'}").nextError("RESOURCE_LIMIT");
    }

    @Test
    void countsPingsAndHeartbeatsWithoutAnAnswer() {
        client.send("{'type':'ping'}").send("{'type':'heartbeat','data':null}").nothing();
    }
}
