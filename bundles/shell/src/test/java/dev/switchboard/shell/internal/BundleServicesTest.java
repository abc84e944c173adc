package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.message.LogMaintenance;
import dev.switchboard.message.LogReport;
import dev.switchboard.message.MessageLogProvider;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectStoreProvider;
import dev.switchboard.security.TokenRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BundleServicesTest {
    private final FakeRegistry registry = new FakeRegistry();

    /** An executor that tells only what it can do. */
    private record Telling(Supplier<AgentCapabilities> answer) implements AgentExecutor {
        @Override
        public AgentCapabilities capabilities() {
            return answer.get();
        }

        @Override
        public AgentTurn launch(AgentLaunch launch, AgentListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public AgentTurn adopt(AgentAdoption adoption, AgentListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> forget(ProjectId project) {
            throw new UnsupportedOperationException();
        }
    }

    private static AgentCapabilities version(String version) {
        return new AgentCapabilities(Optional.of(version), Optional.empty(), Optional.empty(), Set.of(), Set.of());
    }

    private void executor(String name, int ranking, Supplier<AgentCapabilities> answer) {
        registry.add(AgentExecutor.class, new Telling(answer), ranking, Map.of(AgentExecutor.NAME, name));
    }

    /** What tells itself apart only. */
    private record Maintaining(String name) implements LogMaintenance {
        @Override
        public LogReport verify(ProjectId project) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LogReport repair(ProjectId project) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    @DisplayName(
            "H6 S1 a log is maintained by the store that is configured, of several of one name by the one that is chosen")
    void maintainsConfiguredStore() {
        registry.add(Configuration.class, Configuration.of(Settings.defaults()), 0, Map.of());
        try (BundleServices services = new BundleServices(registry.context())) {
            registry.add(
                    LogMaintenance.class, new Maintaining("other"), 9, Map.of(MessageLogProvider.NAME, "postgresql"));
            SwitchboardException refusal = assertThrows(SwitchboardException.class, services::maintenance);
            assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refusal.code());
            registry.add(LogMaintenance.class, new Maintaining("low"), 0, Map.of(MessageLogProvider.NAME, "file"));
            registry.add(LogMaintenance.class, new Maintaining("high"), 5, Map.of(MessageLogProvider.NAME, "file"));
            assertEquals(new Maintaining("high"), services.maintenance());
        }
    }

    @Test
    @DisplayName("H6 S3 a store without maintenance says so, and not that its bundle is missing")
    void storeWithoutMaintenance() {
        registry.add(Configuration.class, Configuration.of(Settings.defaults()), 0, Map.of());
        registry.add(MessageLogProvider.class, () -> null, 0, Map.of(MessageLogProvider.NAME, "file"));
        try (BundleServices services = new BundleServices(registry.context())) {
            SwitchboardException refusal = assertThrows(SwitchboardException.class, services::maintenance);
            assertEquals(
                    "the store \"file\" has nothing to be verified or repaired here; use the tools of the database, or"
                            + " whatever else it keeps messages in",
                    refusal.getMessage());
        }
    }

    @Test
    @DisplayName("H6 S1 a service that is missing is named, with the bundle that has it")
    void saysWhatIsMissing() {
        try (BundleServices services = new BundleServices(registry.context())) {
            List<Runnable> calls = List.of(
                    services::projects,
                    services::executions,
                    services::tokens,
                    services::health,
                    services::configuration,
                    services::connections,
                    services::custodian,
                    services::editor,
                    services::maintenance);
            for (Runnable call : calls) {
                SwitchboardException refusal = assertThrows(SwitchboardException.class, call::run);
                assertEquals(ErrorCode.SERVICE_UNAVAILABLE, refusal.code());
                assertTrue(refusal.getMessage().contains(" is not available: the bundle "), refusal.getMessage());
            }
            assertEquals(List.of(), services.executors());
            assertEquals(List.of(), services.stores());
        }
    }

    @Test
    @DisplayName("S1 H6 a service that is swapped while a command runs is used from its next call on; none is kept")
    void followsSwaps() {
        FakeTokens first = new FakeTokens();
        FakeTokens second = new FakeTokens();
        registry.add(TokenRegistry.class, first, 0, Map.of());
        try (BundleServices services = new BundleServices(registry.context())) {
            assertSame(first, services.tokens());
            assertSame(first, services.tokens());
            assertEquals(1, registry.held);
            registry.add(TokenRegistry.class, second, 5, Map.of());
            assertSame(second, services.tokens());
            assertEquals(1, registry.held);
            registry.remove(second);
            assertSame(first, services.tokens());
            registry.remove(first);
            assertThrows(SwitchboardException.class, services::tokens);
            assertEquals(0, registry.held);
            registry.add(TokenRegistry.class, second, 0, Map.of());
            assertSame(second, services.tokens());
        }
        assertEquals(0, registry.held);
    }

    @Test
    @DisplayName("S2 H6 executors by name, the one that gets new runs first; one that fails to tell is listed too")
    void listsExecutors() {
        executor("claude", 0, () -> version("old"));
        executor("echo", 0, () -> {
            throw new IllegalStateException("broken");
        });
        executor("claude", 10, () -> version("new"));
        try (BundleServices services = new BundleServices(registry.context())) {
            List<ExecutorEntry> executors = services.executors();
            assertEquals(
                    List.of("claude", "claude", "echo"),
                    executors.stream().map(ExecutorEntry::name).toList());
            assertEquals(
                    List.of(10, 0, 0),
                    executors.stream().map(ExecutorEntry::ranking).toList());
            assertEquals(
                    List.of(true, false, true),
                    executors.stream().map(ExecutorEntry::selected).toList());
            assertEquals(Optional.of("new"), executors.get(0).capabilities().version());
            assertEquals("some.bundle", executors.get(0).bundle());
            assertTrue(executors.get(2).capabilities().unavailable().isPresent());
        }
        assertEquals(0, registry.held);
    }

    @Test
    @DisplayName("H6 S2 a store is whole with both of its halves, each the one that is chosen")
    void findsStores() {
        Map<String, ?> file = Map.of(ProjectStoreProvider.NAME, "file");
        registry.add(ProjectStoreProvider.class, () -> null, 5, file);
        registry.add(ProjectStoreProvider.class, () -> null, 1, file);
        registry.add(ProjectStoreProvider.class, () -> null, 0, Map.of(ProjectStoreProvider.NAME, "half"));
        registry.add(MessageLogProvider.class, () -> null, 0, Map.of(MessageLogProvider.NAME, "file"));
        try (BundleServices services = new BundleServices(registry.context())) {
            List<StoreEntry> stores = services.stores();
            assertEquals(
                    List.of("file", "half"),
                    stores.stream().map(StoreEntry::name).toList());
            assertEquals(
                    Optional.of(new StoreEntry.Provider("some.bundle", 5)),
                    stores.get(0).projects());
            assertTrue(stores.get(0).isWhole());
            assertFalse(stores.get(1).isWhole());
        }
        assertEquals(0, registry.held);
    }
}
