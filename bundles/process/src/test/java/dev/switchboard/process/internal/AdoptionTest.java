package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.process.TerminationPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AdoptionTest extends CustodyTestBase {
    private static final String ECHO = "while read -r line; do echo \"got $line\"; done; exit 5";

    @Test
    @DisplayName("X8 an agent of a killed server is found, goes on being read, spoken to and ended")
    void serverKilled() throws Exception {
        List<String> command = ForkedServer.command("crash", data.toString(), project.toString(), ECHO);
        Process server = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String agentId = new BufferedReader(new InputStreamReader(server.getInputStream())).readLine();
        server.destroyForcibly().waitFor();

        ProcessCustodian adopter = server();
        custodian = (DetachedProcessCustodian) adopter;
        CustodyRecord agent = adopter.find(agentId).orElseThrow();
        assertTrue(agent.alive());
        assertEquals(Map.of("owner", "crashed", "turn", "1"), agent.labels());
        OutputRecorder output = tail(adopter, agent, "got one\n".length());
        output.awaitLine("got two");
        assertEquals(3, adopter.nextNumber(agentId));
        assertFalse(send(agent, 2, "two again"));
        assertTrue(send(agent, 3, "three"));
        adopter.endInput(agentId);

        assertEquals(OptionalInt.of(5), output.awaitExit().code());
        assertEquals(List.of("got two", "got three"), output.texts());
        assertEquals("got one\ngot two\ngot three\n", Files.readString(file(agent, "stdout")));
        adopter.release(agentId);
    }

    @Test
    @DisplayName("X8 an agent that ended while there was no server still tells how")
    void endedMeanwhile() throws Exception {
        CustodyRecord agent = script("read -r line; echo $line; echo gone >&2; exit 9");
        send(agent, 1, "go");
        custodian.close();
        eventually("the agent ends", () -> Files.exists(file(agent, "exit")));

        custodian = server();
        CustodyRecord found = custodian.find(agent.agentId()).orElseThrow();

        assertFalse(found.alive());
        assertEquals(Optional.of(new ProcessExit(OptionalInt.of(9), "gone")), found.exit());
        OutputRecorder output = tail(found);
        assertEquals(found.exit().get(), output.awaitExit());
        assertEquals(List.of("go"), output.texts());
        assertEquals(agent.launchedAt(), found.launchedAt());
        assertEquals(agent.pid(), found.pid());
    }

    @Test
    @DisplayName("X8 a message whose ring was lost with the server arrives when the next one is there")
    void lostRing() throws Exception {
        CustodyRecord agent = script(ECHO);
        OutputRecorder output = tail(agent);
        send(agent, 1, "one");
        output.awaitLine("got one");
        custodian.close();
        // As far as the server came: a message that is there all at once, as messages are, and no ring.
        Files.move(Files.writeString(file(agent, "in/2.part"), "two\n"), file(agent, "in/2"));

        custodian = server();
        OutputRecorder rest = tail(custodian, agent, "got one\n".length());

        assertEquals(3, custodian.nextNumber(agent.agentId()));
        rest.awaitLine("got two");
    }

    @Test
    @DisplayName("X8 messages that no server has seen fed are not given twice, whatever the adopter sends again")
    void numbersOverServers() throws Exception {
        CustodyRecord agent = script("sleep 0.5; " + ECHO);
        for (int n = 1; n <= 5; n++) {
            assertTrue(send(agent, n, "m" + n));
        }
        custodian.close();
        custodian = server();
        for (int n = 3; n <= 5; n++) {
            assertFalse(send(agent, n, "m" + n));
        }
        assertTrue(send(agent, 6, "m6"));
        custodian.endInput(agent.agentId());
        OutputRecorder output = tail(agent);
        output.awaitExit();

        assertEquals(List.of("got m1", "got m2", "got m3", "got m4", "got m5", "got m6"), output.texts());
    }

    @Test
    @DisplayName("X8 an adopted agent is ended as any other")
    void terminateAdopted() throws Exception {
        CustodyRecord agent = script("trap '' TERM INT; setsid sleep 120 & sleep 120");
        eventually("its child", () -> bearers(agentCookie(agent)).size() >= 5);
        custodian.close();
        custodian = server();

        assertEquals(0, kill(agent).survivors());
        OutputRecorder output = tail(agent);
        assertEquals(OptionalInt.of(128 + 9), output.awaitExit().code());
        assertEquals(List.of(), bearers(instance()));
    }

    @Test
    @DisplayName("X8 an agent that was killed with its wrapper is lost, and said to be")
    void lost() throws Exception {
        CustodyRecord agent = script("echo here; sleep 120");
        OutputRecorder output = tail(agent);
        output.awaitLine("here");
        bearers(instance()).forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));

        assertEquals(OptionalInt.empty(), output.awaitExit().code());
        CustodyRecord record = custodian.find(agent.agentId()).orElseThrow();
        assertFalse(record.alive());
        assertEquals(OptionalInt.empty(), record.exit().orElseThrow().code());
    }

    @Test
    @DisplayName("X8 an agent whose wrapper alone was killed is alive until it ends itself")
    void wrapperKilled() throws Exception {
        CustodyRecord agent = script("echo here; sleep 0.7; echo there");
        OutputRecorder output = tail(agent);
        output.awaitLine("here");
        ProcessHandle.of(agent.pid()).orElseThrow().destroyForcibly();

        eventually("the wrapper is gone", () -> ProcessHandle.of(agent.pid()).isEmpty());
        assertTrue(custodian.find(agent.agentId()).orElseThrow().alive());
        assertThrows(IllegalStateException.class, () -> custodian.release(agent.agentId()));
        assertEquals(OptionalInt.empty(), output.awaitExit().code());
        assertEquals(List.of("here", "there"), output.texts());
    }

    @Test
    @DisplayName("X8 labels last, and are replaced as a whole")
    void labels() throws Exception {
        CustodyRecord agent = script("sleep 120");
        assertEquals(Map.of("owner", "test"), agent.labels());
        Map<String, String> odd = Map.of("a\"b\n", "\u00e4\u2028", "", "");

        custodian.label(agent.agentId(), odd);

        assertEquals(odd, custodian.find(agent.agentId()).orElseThrow().labels());
        assertEquals(odd, server().find(agent.agentId()).orElseThrow().labels());
        custodian.label(agent.agentId(), Map.of());
        assertEquals(Map.of(), server().find(agent.agentId()).orElseThrow().labels());
        assertThrows(NoSuchElementException.class, () -> custodian.label("nobody", Map.of()));
    }

    @Test
    @DisplayName("X8 release forgets an agent that has ended, for this server and the next; never a living one")
    void release() throws Exception {
        CustodyRecord agent = script("sleep 120");
        assertThrows(IllegalStateException.class, () -> custodian.release(agent.agentId()));
        kill(agent);

        custodian.release(agent.agentId());

        assertFalse(Files.exists(file(agent, "")));
        assertEquals(Optional.empty(), custodian.find(agent.agentId()));
        assertEquals(List.of(), server().records());
        assertThrows(NoSuchElementException.class, () -> custodian.release(agent.agentId()));
        assertThrows(NoSuchElementException.class, () -> custodian.terminate(agent.agentId(), TerminationPlan.now()));
    }

    @Test
    @DisplayName("X8 the release of a lost agent ends its feeder too")
    void releaseOfLost() throws Exception {
        CustodyRecord agent = script("echo here; exec sleep 120");
        OutputRecorder output = tail(agent);
        output.awaitLine("here");
        for (long pid : List.of(
                agent.pid(), Long.parseLong(Files.readString(file(agent, "pid")).strip()))) {
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
        output.awaitExit();
        assertEquals(1, bearers(instance()).size(), "the feeder");

        custodian.release(agent.agentId());

        eventually("nothing is left", () -> bearers(agentCookie(agent)).isEmpty());
        assertFalse(Files.exists(data.resolve("agents/" + agent.agentId() + ".released")));
    }

    @Test
    @DisplayName("X4 a pid that belongs to another process by now is never signalled")
    void recycledPid() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "120").start();
        try {
            ProcessEntry entry =
                    ProcessTable.ofThisMachine().find(stranger.pid()).orElseThrow();
            // First only the pid is the stranger's, then its start time too, as after a very unlucky reboot.
            for (String start : List.of("", entry.start())) {
                CustodyRecord agent = script("sleep 120");
                custodian.close();
                List<Long> processes = bearers(instance());
                edit(agent, json -> {
                    for (String process : List.of("wrapper", "agent")) {
                        ObjectNode identity = (ObjectNode) json.get(process);
                        identity.put("pid", stranger.pid());
                        if (!start.isEmpty()) {
                            identity.put("start", start);
                        }
                    }
                });
                custodian = server();

                assertFalse(custodian.find(agent.agentId()).orElseThrow().alive());
                custodian.interrupt(agent.agentId());
                await(custodian, agent.agentId(), TerminationPlan.ladder(Duration.ofMillis(300)));
                assertEquals(List.of(), bearers(instance()), "found by their cookie: " + processes);
                custodian.release(agent.agentId());
                assertTrue(stranger.isAlive());
            }
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("X8 what cannot be understood is left alone, and the rest is found")
    void damaged() throws Exception {
        CustodyRecord good = script("exit 0");
        List<String> damages = List.of("", "{", "{}", "{\"format\":2}", "{\"format\":1,\"agent_id\":\"x\"}");
        for (int i = 0; i < damages.size(); i++) {
            Files.createDirectories(data.resolve("agents/damaged-" + i));
            Files.writeString(data.resolve("agents/damaged-" + i + "/agent.json"), damages.get(i));
        }
        Files.createDirectories(data.resolve("agents/stray/in"));

        custodian = server();
        custodian.sweep();

        assertEquals(
                List.of(good.agentId()),
                custodian.records().stream().map(CustodyRecord::agentId).toList());
        assertTrue(Files.exists(data.resolve("agents/damaged-3/agent.json")));
        assertFalse(Files.exists(data.resolve("agents/stray")), "what a crash in the middle of a launch left behind");
    }

    @Test
    @DisplayName("X8 the instance keeps its id")
    void instanceId() throws Exception {
        String id = instance();
        server();
        assertEquals(id, instance());
        Files.writeString(data.resolve("agents/instance.id"), "nonsense");
        server();
        assertTrue(instance().matches("[0-9a-f-]{36}"));
        Files.writeString(data.resolve("agents/instance.id"), id + "\n");
    }

    private void edit(CustodyRecord agent, Consumer<ObjectNode> change) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Path file = file(agent, "agent.json");
        ObjectNode manifest = (ObjectNode) json.readTree(file.toFile());
        change.accept(manifest);
        json.writeValue(file.toFile(), manifest);
    }
}
