package dev.switchboard.health.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.Broadcaster;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.ProjectService;
import dev.switchboard.health.CheckFigures;
import dev.switchboard.health.CheckStatus;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.process.ProcessCustodian;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.Credentials;
import dev.switchboard.security.Principal;
import dev.switchboard.security.TokenRegistry;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("H1 core services, the agent CLI and checks of others")
class ServiceProbesTest {
    private final CoreServices services = new CoreServices();

    @Test
    void aServiceThatIsMissingIsSaidToBeAndWhatThatMeans() throws IOException {
        List<Probe> probes = services.probes(() -> true);
        assertEquals(
                List.of("projects", "execution", "custodian", "broadcaster", "token_registry", "authenticator"),
                probes.stream().map(Probe::name).toList());
        for (Probe probe : probes) {
            Check check = probe.check();
            assertEquals(CheckStatus.CRITICAL, check.status(), probe.name());
            assertTrue(check.message().orElseThrow().startsWith("its bundle is not installed or not started: "));
        }
    }

    @Test
    void aServiceIsFineWhileItIsThere() throws IOException {
        services.authenticator = new Nobody();
        assertEquals(CheckStatus.HEALTHY, authenticator(true).status());
        services.authenticator = null;
        assertEquals(CheckStatus.CRITICAL, authenticator(true).status());
        assertEquals(CheckStatus.HEALTHY, authenticator(false).status(), "auth.mode=none needs none");
    }

    @Test
    void everyServiceIsFineWhileItIsThere() throws IOException {
        services.projects = there(ProjectService.class);
        services.execution = there(ExecutionService.class);
        services.custodian = there(ProcessCustodian.class);
        services.broadcaster = there(Broadcaster.class);
        services.tokens = there(TokenRegistry.class);
        services.authenticator = there(Authenticator.class);
        for (Probe probe : services.probes(() -> true)) {
            assertEquals(CheckStatus.HEALTHY, probe.check().status(), probe.name());
            assertEquals(Optional.empty(), probe.check().message(), probe.name());
        }
    }

    /** A service of which nothing is asked. */
    private static <T> T there(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    throw new AssertionError(method);
                }));
    }

    @Test
    void ofSeveralExecutorsTheHighestRankingCountsThenTheOldest() {
        AgentExecutor first = executor(Optional.empty());
        AgentExecutor second = executor(Optional.empty());
        AgentExecutor ranked = executor(Optional.empty());
        services.executors =
                List.of(entry("claude", 7L, 0, second), entry("claude", 5L, 0, first), entry("x", 1L, 9, ranked));
        assertSame(first, services.executor("claude").orElseThrow());
        services.executors = List.of(entry("claude", 5L, 0, first), entry("claude", 9L, 1, ranked));
        assertSame(ranked, services.executor("claude").orElseThrow());
        assertEquals(Optional.empty(), services.executor("other"));
    }

    @Test
    void theExecutorOfProjectsThatNameNoneMustBeThere() {
        ExecutorProbe probe = new ExecutorProbe(() -> "claude", services::executor);
        assertEquals(CheckStatus.CRITICAL, probe.check().status());
        assertTrue(probe.check().message().orElseThrow().contains("executor.default"));
        services.executors = List.of(entry("claude", 1L, 0, executor(Optional.empty())));
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
    }

    @Test
    @DisplayName("X10 health says where the CLI is, or that it is missing and what would help")
    void theCliIsShown() {
        ClaudeProbe probe = new ClaudeProbe(() -> "claude", services::executor);
        assertEquals(CheckStatus.CRITICAL, probe.check().status());
        assertEquals(Map.of("path", "claude"), probe.check().figures());
        services.executors = List.of(entry("claude", 1L, 0, executor(Optional.of("install it"))));
        assertEquals(CheckStatus.CRITICAL, probe.check().status());
        assertEquals(Optional.of("install it"), probe.check().message());
        services.executors = List.of(entry("claude", 1L, 0, executor(Optional.empty())));
        assertEquals(CheckStatus.HEALTHY, probe.check().status());
        assertEquals(
                Map.of("path", "claude", "resolved_path", "/usr/bin/claude", "version", "2.0.1"),
                probe.check().figures());
    }

    @ParameterizedTest
    @CsvSource({
        "OK, HEALTHY",
        "WARN, WARNING",
        "TEMPORARILY_UNAVAILABLE, CRITICAL",
        "CRITICAL, CRITICAL",
        "HEALTH_CHECK_ERROR, ERROR"
    })
    void felixStatusesMeanOurs(Result.Status felix, CheckStatus ours) {
        Check check = new FelixProbe("x", () -> new Result(felix, "as it is")).check();
        assertEquals(ours, check.status());
        assertEquals(ours == CheckStatus.HEALTHY ? Optional.empty() : Optional.of("as it is"), check.message());
    }

    @Test
    void onlyWhatIsWrongIsPassedOn() {
        FormattingResultLog log = new FormattingResultLog();
        log.info("this is fine");
        log.warn("this is {}", "not");
        log.critical("nor this");
        Check check = new FelixProbe("x", () -> new Result(log)).check();
        assertEquals(Optional.of("this is not; nor this"), check.message());
    }

    @Test
    void figuresOfACheckThatHasThemAreShownWhateverItsStatus() {
        for (Result.Status status : Result.Status.values()) {
            Check check = new FelixProbe("x", new MeasuredCheck(status)).check();
            assertEquals(Map.of("survivors", 3), check.figures());
        }
        assertEquals(
                Map.of(),
                new FelixProbe("x", () -> new Result(Result.Status.OK, ""))
                        .check()
                        .figures());
    }

    private record MeasuredCheck(Result.Status status) implements HealthCheck, CheckFigures {
        @Override
        public Result execute() {
            return new Result(status, "");
        }

        @Override
        public Map<String, Object> figures() {
            return Map.of("survivors", 3);
        }
    }

    @Test
    void aLongMessageIsCut() {
        assertEquals(500, message(500).length());
        assertEquals("y".repeat(499) + "…", message(501));
    }

    private static String message(int length) {
        return new FelixProbe("x", () -> new Result(Result.Status.WARN, "y".repeat(length)))
                .check()
                .message()
                .orElseThrow();
    }

    private Check authenticator(boolean needed) throws IOException {
        List<Probe> probes = services.probes(() -> needed);
        return probes.get(probes.size() - 1).check();
    }

    private static Map.Entry<Map<String, Object>, AgentExecutor> entry(
            String name, long id, int ranking, AgentExecutor executor) {
        return Map.entry(Map.of(AgentExecutor.NAME, name, "service.id", id, "service.ranking", ranking), executor);
    }

    private static final class Nobody implements Authenticator {
        @Override
        public Optional<Principal> authenticate(Credentials credentials) {
            return Optional.empty();
        }

        @Override
        public boolean isValid(Principal principal) {
            return false;
        }
    }

    /** An executor of which nothing but its capabilities is asked. */
    private static AgentExecutor executor(Optional<String> unavailable) {
        Optional<String> version = unavailable.isPresent() ? Optional.empty() : Optional.of("2.0.1");
        Optional<String> program = unavailable.isPresent() ? Optional.empty() : Optional.of("/usr/bin/claude");
        AgentCapabilities capabilities = new AgentCapabilities(version, program, unavailable, Set.of(), Set.of());
        return (AgentExecutor) Proxy.newProxyInstance(
                AgentExecutor.class.getClassLoader(),
                new Class<?>[] {AgentExecutor.class},
                (proxy, method, arguments) -> {
                    assertEquals("capabilities", method.getName());
                    return capabilities;
                });
    }
}
