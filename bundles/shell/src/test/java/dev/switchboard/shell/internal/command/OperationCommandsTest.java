package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.config.ConfigurationEntry.Source;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.connection.ConnectionStatus.Volume;
import dev.switchboard.connection.TrafficStatus;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.process.CustodyCounts;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.process.ProcessExit;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.FakeExecutions;
import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.StoreEntry;
import dev.switchboard.shell.internal.StoreEntry.Provider;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H6 connections, figures, custody, stores and configuration")
class OperationCommandsTest {
    private final Calls calls = new Calls();
    private final List<String> edits = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();

    private JsonNode json(ServerCommand command, String... words) throws Exception {
        Calls other = new Calls();
        Calls.prepare(command, words);
        assertEquals(0, command.run(new Call(calls.server, other.output.console, "anna")));
        return other.output.json();
    }

    private String refusal(ServerCommand command, String... words) {
        SwitchboardException refusal = assertThrows(SwitchboardException.class, () -> calls.call(command, words));
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        return refusal.getMessage();
    }

    private void connect() {
        ConnectionStatus known = new ConnectionStatus(
                "c1",
                Optional.of(new Principal("t1", "phone\u0007", Role.OPERATOR, Optional.empty())),
                "10.0.0.7",
                FakeServer.NOW,
                Set.of(ProjectId.parse("abcdef00-0000-4000-8000-000000000001")),
                new Volume(3, 300),
                new Volume(40, 4000),
                17);
        ConnectionStatus unknown = new ConnectionStatus(
                "c2", Optional.empty(), "::1", FakeServer.NOW, Set.of(), new Volume(0, 0), new Volume(0, 0), 0);
        calls.server.connections = Optional.of(new ConnectionRegistry() {
            @Override
            public List<ConnectionStatus> list() {
                return List.of(known, unknown);
            }

            @Override
            public boolean close(String id) {
                return id.equals("c1") && closed.add(id);
            }

            @Override
            public TrafficStatus traffic() {
                return new TrafficStatus(2, new Volume(3, 300), new Volume(40, 4000), 1.5);
            }
        });
    }

    @Test
    void listsConnections() throws Exception {
        connect();
        calls.call(new ConnectionListCommand());
        String row = calls.output.lines().get(2);
        assertTrue(
                row.matches(
                        "c1 +│ phone\ufffd +│ operator +│ 10.0.0.7 +│ 2026-01-31T10:15:30Z +│ 1 +│ 3 \\(300 bytes\\) +│"
                                + " 40 \\(4000 bytes\\) +│ 17 *"),
                row);
        JsonNode list = json(new ConnectionListCommand(), "--json");
        assertEquals(2, list.get("total").asInt());
        assertEquals("t1", list.at("/connections/0/token_id").asText());
        assertEquals(4000, list.at("/connections/0/sent/bytes").asInt());
        assertTrue(list.at("/connections/1/name").isMissingNode());
    }

    @Test
    void closesAConnection() throws Exception {
        connect();
        assertEquals(0, calls.call(new ConnectionCloseCommand(), "c1"));
        assertEquals(List.of("c1"), closed);
        assertEquals(List.of("Closed connection c1 with code 1008"), calls.output.lines());
        assertEquals(
                "{\"id\":\"c1\",\"status\":\"closed\",\"code\":1008}",
                json(new ConnectionCloseCommand(), "--json", "c1").toString());
        assertTrue(refusal(new ConnectionCloseCommand(), "c3").startsWith("there is no such connection"));
    }

    @Test
    void showsFigures() throws Exception {
        connect();
        calls.server.execution = Optional.of(new FakeExecutions(calls.server, run -> {}));
        assertEquals(0, calls.call(new StatsCommand()));
        String text = calls.output.text();
        assertTrue(
                text.contains("runs          1 active, 7 in all, 4 completed, 2 failed, 1500 ms on average\n"), text);
        assertTrue(text.contains("sent          40 messages, 4000 bytes\n"), text);
        JsonNode stats = json(new StatsCommand(), "--json");
        assertEquals(7, stats.at("/executions/total").asInt());
        assertEquals(3, stats.at("/messages/received").asInt());
        assertEquals(1.5, stats.at("/messages/rate_per_sec").asDouble());
        assertTrue(refusal(new StatsCommand(), "--every", "0").startsWith("--every 0 is out of range"));
    }

    @Test
    void watchesFiguresUntilInterruptedOrLeft() throws Exception {
        connect();
        calls.server.execution = Optional.of(new FakeExecutions(calls.server, run -> {}));
        Thread.currentThread().interrupt();
        assertEquals(0, calls.call(new StatsCommand(), "--watch", "--json"));
        assertTrue(Thread.interrupted(), "it stays set for who asks next");
        assertEquals(1, calls.output.lines().size());
        calls.output.left = true;
        assertEquals(0, calls.call(new StatsCommand(), "--watch", "--json"));
    }

    @Test
    void showsCustody() throws Exception {
        List<CustodyRecord> agents = List.of(
                new CustodyRecord(
                        "a2",
                        12,
                        FakeServer.NOW.plusSeconds(1),
                        true,
                        Optional.empty(),
                        99,
                        Map.of(AgentExecutor.LABEL_PROJECT, "p", AgentExecutor.LABEL_EXECUTION, "r")),
                new CustodyRecord(
                        "a1",
                        11,
                        FakeServer.NOW,
                        false,
                        Optional.of(new ProcessExit(OptionalInt.of(3), "")),
                        5,
                        Map.of()));
        calls.server.custodian = Optional.of((ProcessCustodian) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ProcessCustodian.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "counts" -> new CustodyCounts(9, 1, 20, 2);
                    case "records" -> agents;
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
        calls.call(new CustodyCommand());
        List<String> lines = calls.output.lines();
        assertEquals("launched 9, living 1, killed processes 20, survivors 2", lines.get(0));
        assertTrue(
                lines.get(3).matches("a1 +│ 11 +│ ended +│ 2026-01-31T10:15:30Z +│ - +│ - +│ 5 bytes *"), lines.get(3));
        assertTrue(
                lines.get(4).matches("a2 +│ 12 +│ at work +│ 2026-01-31T10:15:31Z +│ p +│ r +│ 99 bytes *"),
                lines.get(4));
        JsonNode custody = json(new CustodyCommand(), "--json");
        assertEquals(2, custody.get("survivors").asInt());
        assertEquals(3, custody.at("/agents/0/exit_code").asInt());
        assertEquals("r", custody.at("/agents/1/execution_id").asText());
    }

    @Test
    void showsWhichServerThisIs() throws Exception {
        calls.call(new InfoCommand());
        assertTrue(calls.output.lines().contains("version   0.1.0.test"), calls.output.text());
        JsonNode info = json(new InfoCommand(), "--json");
        assertEquals(ProcessHandle.current().pid(), info.get("pid").asLong());
        assertEquals("file", info.get("store").asText());
    }

    private void stores() {
        Optional<Provider> some = Optional.of(new Provider("some.bundle", 5));
        calls.server.stores.add(new StoreEntry("file", some, some));
        calls.server.stores.add(new StoreEntry("half", some, Optional.empty()));
        calls.server.stores.add(new StoreEntry("postgresql", some, some));
        edit();
    }

    private void edit() {
        calls.server.editor = Optional.of(new ConfigurationEditor() {
            @Override
            public List<ConfigurationEntry> entries() {
                return List.of(
                        new ConfigurationEntry(ServerSettings.STORE, "file", Source.FILE, "/etc/x.cfg"),
                        new ConfigurationEntry(
                                ServerSettings.AUTH_TOKEN, "hunter2", Source.ENVIRONMENT, "SWITCHBOARD_X"),
                        new ConfigurationEntry(ServerSettings.HOST, "localhost", Source.DEFAULT, ""));
            }

            @Override
            public ConfigurationEntry entry(String key) {
                return entries().get(0);
            }

            @Override
            public Change set(String key, String value) {
                edits.add(key + " = " + value);
                Setting<?> setting = key.equals("host") ? ServerSettings.HOST : ServerSettings.STORE;
                return new Change(
                        new ConfigurationEntry(setting, "file", Source.FILE, "/etc/x.cfg"),
                        new ConfigurationEntry(setting, value, Source.FILE, "/etc/x.cfg"),
                        key.equals("host") ? Optional.empty() : Optional.of("/etc/x.cfg"));
            }

            @Override
            public Change unset(String key) {
                return set(key, "(unset)");
            }
        });
    }

    @Test
    void listsStores() throws Exception {
        stores();
        calls.call(new StoreListCommand());
        List<String> lines = calls.output.lines();
        assertTrue(lines.get(2).matches("file +│ usable, in use +│ some.bundle +│ some.bundle *"), lines.get(2));
        assertTrue(
                lines.get(3).matches("half +│ not usable, half of it is missing +│ some.bundle +│ - *"), lines.get(3));
        JsonNode list = json(new StoreListCommand(), "--json");
        assertEquals("file", list.get("used").asText());
        assertFalse(list.at("/stores/1/usable").asBoolean());
    }

    @Test
    void usesAStoreThatCanBeUsed() throws Exception {
        stores();
        calls.call(new StoreUseCommand(), "file");
        assertEquals(List.of(), edits);
        assertEquals(List.of("The store is file already"), calls.output.lines());
        calls.call(new StoreUseCommand(), "postgresql");
        assertEquals(List.of("store = postgresql"), edits);
        assertEquals(
                "store is now \"postgresql\" (was \"file\")",
                calls.output.lines().get(1));
        assertEquals("(written to /etc/x.cfg)", calls.output.lines().get(2));
        JsonNode changed = json(new StoreUseCommand(), "--json", "postgresql");
        assertEquals("postgresql", changed.get("value").asText());
        assertEquals("file", changed.get("before").asText());
        assertEquals("/etc/x.cfg", changed.get("file").asText());
        JsonNode same = json(new StoreUseCommand(), "--json", "file");
        assertEquals(same.get("before"), same.get("value"));
        assertTrue(same.path("file").isMissingNode(), "nothing was written");
        assertEquals(2, edits.size());
        assertEquals(
                "no store \"half\" can be used; there is file, postgresql", refusal(new StoreUseCommand(), "half"));
    }

    @Test
    @DisplayName("H4 C5 the configuration is shown with its sources, and no secret")
    void showsTheConfiguration() throws Exception {
        edit();
        calls.call(new ConfigCommand());
        String text = calls.output.text();
        assertTrue(text.contains("(secret)") && !text.contains("hunter2"), text);
        assertTrue(calls.output.lines().get(2).matches("store +│ file +│ file +│ /etc/x.cfg *"), text);
        JsonNode document = json(new ConfigCommand(), "--json", "--set");
        assertEquals(2, document.get("settings").size());
        assertEquals("(secret)", document.at("/settings/1/value").asText());
        assertEquals("environment", document.at("/settings/1/source").asText());
        assertEquals(0, document.get("problems").size());
        assertEquals(
                "store", json(new ConfigCommand(), "--json", "store").get("key").asText());
        Calls other = new Calls();
        other.server.editor = calls.server.editor;
        other.call(new ConfigCommand(), "store");
        assertTrue(other.output.lines().contains("origin       /etc/x.cfg"), other.output.text());
    }

    @Test
    void tellsAsADocumentWhatAnEditCameTo() throws Exception {
        edit();
        JsonNode set = json(new ConfigSetCommand(), "--json", "store", "x");
        assertEquals("store", set.get("key").asText());
        assertEquals("x", set.get("value").asText());
        assertEquals("file", set.get("before").asText());
        assertEquals("/etc/x.cfg", set.get("file").asText());
        assertTrue(set.get("live").asBoolean());
        JsonNode unset = json(new ConfigUnsetCommand(), "--json", "host");
        assertEquals("(unset)", unset.get("value").asText());
        assertFalse(unset.get("live").asBoolean(), "it takes effect after a restart");
        assertTrue(unset.path("file").isMissingNode(), "there is none");
        assertEquals(List.of("store = x", "host = (unset)"), edits);
    }

    @Test
    void editsTheConfiguration() throws CommandException {
        edit();
        calls.call(new ConfigSetCommand(), "store", "x");
        calls.call(new ConfigUnsetCommand(), "host");
        assertEquals(List.of("store = x", "host = (unset)"), edits);
        assertEquals(
                List.of(
                        "store is now \"x\" (was \"file\")",
                        "(written to /etc/x.cfg)",
                        "host takes effect after a restart; until then it is \"(unset)\"",
                        "(kept by Configuration Admin; there is no file)"),
                calls.output.lines());
    }
}
