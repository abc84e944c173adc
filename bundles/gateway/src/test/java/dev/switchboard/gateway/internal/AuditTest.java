package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.audit.AuditLog;
import dev.switchboard.audit.AuditRecord;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.logging.LogContext;
import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayName("H3 what the audit log is told of clients")
class AuditTest {
    private final World world = new World();
    private final ProjectId project = world.server.seed("/p");
    private final Memory memory = new Memory();

    /** Keeps records as they are handed over, and what the log lines of that moment tell. */
    private static final class Memory implements AuditLog {
        private final List<AuditRecord> records = new CopyOnWriteArrayList<>();
        private final List<String> contexts = new CopyOnWriteArrayList<>();

        @Override
        public void record(AuditRecord entry) {
            contexts.add(LogContext.current().toString());
            records.add(entry);
        }

        /** Action, who, and what came of it. */
        List<String> told() {
            List<String> told = new ArrayList<>();
            records.forEach(entry ->
                    told.add(entry.action() + " " + entry.actor().name().orElse("-") + " "
                            + entry.failure().map(Enum::name).orElse("ok")));
            return told;
        }

        AuditRecord last() {
            return records.get(records.size() - 1);
        }
    }

    @BeforeEach
    void bind() {
        world.services.bindAudit(memory);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    @DisplayName("who comes with a token, or shows it later, and goes; and who shows one that is not good")
    void connections() {
        Client early = world.client("operator");
        Client late = world.client(Optional.empty());
        assertEquals(List.of("connect operator ok"), memory.told());
        late.send("{'type':'auth','data':{'token':'viewer'}}").next("auth");
        assertEquals("connect viewer ok", memory.told().get(1));
        assertEquals(Optional.of("127.0.0.1"), memory.last().actor().address());
        early.close();
        assertEquals("disconnect operator ok", memory.told().get(2));
        assertThrows(
                SwitchboardException.class,
                () -> world.gateway.admit(new ConnectRequest("192.0.2.1", Optional.of("stolen"))));
        assertThrows(
                SwitchboardException.class,
                () -> world.gateway.authenticate(new ConnectRequest("192.0.2.2", Optional.of("stolen"))));
        Client guesser = world.client(Optional.empty());
        guesser.post("{'type':'auth','data':{'token':'stolen'}}");
        guesser.nextError("UNAUTHORIZED");
        guesser.awaitClosed(1008);
        assertEquals(
                List.of("connect - UNAUTHORIZED", "http_request - UNAUTHORIZED", "connect - UNAUTHORIZED"),
                memory.told().subList(3, 6));
        assertTrue(memory.records.toString().indexOf("stolen") < 0, "a token is shown");
    }

    @Test
    @DisplayName("each request that changes something once, with its project and run; none that only looks")
    void requests() {
        Client client = world.client("operator").join(project);
        client.send("project_list", project, "{}").next("project_list");
        client.send("{'type':'execute','request_id':'r1','data':{'project_id':'" + project + "','prompt':'do it'}}");
        String run = client.nexts("project_state", "prompt", "execute")
                .get(2)
                .at("/data/execution_id")
                .asText();
        assertEquals(List.of("connect operator ok", "execute operator ok"), memory.told());
        assertEquals(Optional.of(project), memory.last().project());
        assertEquals(run, memory.last().execution().orElseThrow().toString());
        assertEquals(Optional.of("do it"), memory.last().prompt());
        assertTrue(
                memory.contexts
                        .get(1)
                        .matches("LogContext\\[correlation=r1, session=[-0-9a-f]+, project=" + project + "]"),
                memory.contexts.get(1));
        client.send("execute", project, "{'prompt':'again'}").nextError("PROCESS_ACTIVE");
        assertEquals("execute operator PROCESS_ACTIVE", memory.told().get(2));
        client.send("agent_kill", project, "{}");
        client.nexts("project_state", "process_killed", "agent_kill", "execution_killed");
        assertEquals("agent_kill operator ok", memory.told().get(3));
        assertEquals(run, memory.last().execution().orElseThrow().toString());
        client.send("{'type':'project_create','data':{'path':'/q'}}").next("project_state");
        assertEquals("project_create operator ok", memory.told().get(4));
        assertEquals("/q", memory.last().details().get("path"));
        assertTrue(memory.last().project().isPresent());
        assertEquals(5, memory.records.size());
    }

    @Test
    @DisplayName("what somebody may not do, and what is not about a project of theirs")
    void refusals() {
        Client viewer = world.client("viewer");
        viewer.send("execute", project, "{'prompt':'x'}").nextError("PERMISSION_DENIED");
        assertEquals("execute viewer PERMISSION_DENIED", memory.told().get(1));
        assertEquals(Optional.of(project), memory.last().project());
        Client stranger = world.client(Optional.empty());
        stranger.send("execute", project, "{'prompt':'x'}").nextError("UNAUTHORIZED");
        assertEquals(2, memory.records.size(), "nobody is known yet who could have done it");
    }

    @Test
    @DisplayName("without an audit log everything goes on")
    void toleratesNone() {
        world.services.unbindAudit(memory);
        Client client = world.client("operator").join(project);
        client.send("execute", project, "{'prompt':'x'}").nexts("project_state", "prompt", "execute");
        assertEquals(List.of(), memory.records);
        world.server.finish(project);
        client.next("project_state");
    }
}
