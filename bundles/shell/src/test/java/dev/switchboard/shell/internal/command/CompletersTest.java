package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.connection.ConnectionStatus.Volume;
import dev.switchboard.content.Content;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.execution.ProjectStatus;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import dev.switchboard.shell.internal.ExecutorEntry;
import dev.switchboard.shell.internal.FakeServer;
import dev.switchboard.shell.internal.StoreEntry;
import dev.switchboard.shell.internal.StoreEntry.Provider;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.console.Candidate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** What Tab offers, and what it says of each; {@link DeclarationsTest} knows where. */
@DisplayName("H6 completion")
class CompletersTest {
    private final FakeServer server = new FakeServer();

    /** What is offered, with the words about it. */
    private Map<String, String> offers(ServerCompleter completer) {
        Map<String, String> offers = new LinkedHashMap<>();
        for (Candidate candidate : completer.candidates(server)) {
            offers.put(candidate.value(), candidate.descr());
        }
        return offers;
    }

    private void executor(String name, Optional<String> unavailable, boolean selected) {
        server.executors.add(new ExecutorEntry(
                name,
                0,
                selected,
                "some.bundle",
                new AgentCapabilities(Optional.empty(), Optional.empty(), unavailable, Set.of(), Set.of())));
    }

    private static ConnectionStatus connection(String id, Optional<Principal> who) {
        return new ConnectionStatus(
                id, who, "10.0.0.7", FakeServer.NOW, Set.of(), new Volume(0, 0), new Volume(0, 0), 0);
    }

    private void asks(ProjectId project, String id, String tool) {
        ProjectStatus before = server.status(project);
        PermissionRequest request =
                new PermissionRequest(id, tool, Content.of("{}"), Optional.empty(), Optional.empty(), Optional.empty());
        server.replace(before, before.project(), List.of(request), Optional.of(ExecutionId.random()));
    }

    /** Puts a framework without services behind a completer, as Karaf puts the real one. */
    private static void isolate(ServerCompleter completer) throws ReflectiveOperationException {
        Field context = ServerCompleter.class.getDeclaredField("context");
        context.setAccessible(true);
        context.set(
                completer,
                Proxy.newProxyInstance(
                        CompletersTest.class.getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (self, method, arguments) -> null));
    }

    @Test
    @DisplayName("an executor by its name, once, whether or not it is available")
    void executors() {
        executor("claude", Optional.empty(), true);
        executor("claude", Optional.of("outranked"), false);
        executor("echo", Optional.of("it is not\nthere"), true);
        assertEquals(Map.of("claude", "available", "echo", "it is not there"), offers(new ExecutorCompleter()));
    }

    @Test
    @DisplayName("a connection by its id, with whose it is and from where")
    void connections() {
        List<ConnectionStatus> connections = List.of(
                connection("c1", Optional.of(new Principal("t1", "phone\u0007", Role.VIEWER, Optional.empty()))),
                connection("c2", Optional.empty()));
        server.connections = Optional.of((ConnectionRegistry) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ConnectionRegistry.class},
                (self, method, arguments) -> connections));
        assertEquals(
                Map.of("c1", "phone\ufffd from 10.0.0.7", "c2", "- from 10.0.0.7"), offers(new ConnectionCompleter()));
    }

    @Test
    @DisplayName("an open question by its id, of any project, with what it is about")
    void permissions() {
        ProjectId named = server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
        ProjectId nameless = server.add("abcdef00-0000-4000-8000-000000000002", "/srv/two", Optional.empty());
        server.add("abcdef00-0000-4000-8000-000000000003", "/srv/three", Optional.empty());
        asks(named, "p1", "Bash\u001b[1m");
        asks(nameless, "p2", "Write");
        assertEquals(Map.of("p1", "one: Bash\ufffd[1m", "p2", "/srv/two: Write"), offers(new PermissionCompleter()));
    }

    @Test
    @DisplayName("C5 a key of the configuration, with what it is for, and no secret, which commands refuse")
    void settings() {
        Map<String, String> offers = offers(new SettingCompleter());
        assertEquals(ServerSettings.PORT.description(), offers.get(ServerSettings.PORT.key()));
        assertTrue(ServerSettings.AUTH_TOKEN.secret());
        assertFalse(offers.containsKey(ServerSettings.AUTH_TOKEN.key()));
        long secrets = ServerSettings.all().stream().filter(Setting::secret).count();
        assertEquals(ServerSettings.all().size() - secrets, offers.size());
    }

    @Test
    @DisplayName("a store by its name, with its bundle, if both of its halves are there")
    void stores() {
        Optional<Provider> projects = Optional.of(new Provider("projects.bundle", 5));
        Optional<Provider> messages = Optional.of(new Provider("messages.bundle", 0));
        server.stores.add(new StoreEntry("file", projects, messages));
        server.stores.add(new StoreEntry("half", projects, Optional.empty()));
        server.stores.add(new StoreEntry("other", Optional.empty(), messages));
        assertEquals(Map.of("file", "projects.bundle"), offers(new StoreCompleter()));
    }

    @Test
    @DisplayName("S1 what takes no service goes on without any; what takes one offers nothing, and does not fail")
    void withoutServices() throws ReflectiveOperationException {
        for (ServerCompleter completer : List.of(
                new ProjectCompleter(), new ConnectionCompleter(), new TokenCompleter(), new PermissionCompleter())) {
            isolate(completer);
            List<Candidate> candidates = new ArrayList<>();
            completer.completeCandidates(null, null, candidates);
            assertEquals(List.of(), candidates, completer.getClass().getSimpleName());
        }
        SettingCompleter settings = new SettingCompleter();
        isolate(settings);
        List<String> values = new ArrayList<>();
        settings.complete(null, null, values);
        assertEquals(List.copyOf(offers(settings).keySet()), values);
    }
}
