package dev.switchboard.shell.internal.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.audit.AuditRecord;
import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.Execution;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.ExecutionService;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionRequest;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry;
import dev.switchboard.security.TokenRegistry.IssuedToken;
import dev.switchboard.security.TokenRegistry.NewToken;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H3 H6 what the audit log is told of a user of the shell")
class ShellAuditTest {
    private final List<AuditRecord> records = new ArrayList<>();
    private final ShellAudit audit = new ShellAudit(records::add, "alice");

    /** Gives the same answer to every call. */
    private static <T> T answering(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                ShellAuditTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (answer instanceof RuntimeException failure) {
                        throw failure;
                    }
                    return answer;
                }));
    }

    /** Of projects that have one question open. */
    private ExecutionService executions(Object answer) {
        PermissionRequest question = new PermissionRequest(
                "p-1", "Bash", Content.of("{}"), Optional.empty(), Optional.empty(), Optional.empty());
        return audit.executions(answering(ExecutionService.class, answer), project -> List.of(question));
    }

    private AuditRecord only() {
        assertEquals(1, records.size());
        assertEquals(Optional.of("shell:alice"), records.get(0).actor().name());
        return records.get(0);
    }

    @Test
    @DisplayName("which token is made, and never its secret")
    void tokenCreate() {
        TokenInfo info = new TokenInfo("id-1", "phone", Role.VIEWER, Optional.empty(), Instant.EPOCH, Optional.empty());
        TokenRegistry tokens = audit.tokens(answering(TokenRegistry.class, new IssuedToken(info, "the-secret")));
        tokens.create(new NewToken("phone", Role.VIEWER, Optional.empty(), Optional.empty()));
        assertEquals("token_create", only().action());
        assertEquals(Map.of("name", "phone", "role", "viewer", "projects", "all", "id", "id-1"), only().details());
        assertFalse(records.toString().contains("the-secret"));
    }

    @Test
    @DisplayName("which token is revoked; what names none may be a secret")
    void tokenRevoke() {
        audit.tokens(answering(TokenRegistry.class, true)).revoke("phone");
        assertEquals(Map.of("token", "phone"), only().details());
        records.clear();
        audit.tokens(answering(TokenRegistry.class, false)).revoke("the-secret");
        assertEquals(Optional.of(ErrorCode.VALIDATION_FAILED), only().failure());
        assertEquals(Map.of(), only().details());
    }

    @Test
    @DisplayName("a run that is killed, and one that cannot be")
    void kill() {
        ProjectId project = ProjectId.random();
        ExecutionId run = ExecutionId.random();
        Execution execution = new Execution(run, project, Execution.Status.ENDED, 0, Instant.EPOCH, 0, 1);
        executions(CompletableFuture.completedFuture(execution)).kill(project, "alice");
        assertEquals("agent_kill", only().action());
        assertEquals(Optional.of(run), only().execution());
        records.clear();
        SwitchboardException none = new SwitchboardException(ErrorCode.PROCESS_NOT_FOUND, "none");
        executions(CompletableFuture.failedFuture(none)).kill(project, "alice");
        assertEquals(Optional.of(ErrorCode.PROCESS_NOT_FOUND), only().failure());
        records.clear();
        ExecutionService refusing = executions(none);
        assertThrows(SwitchboardException.class, () -> refusing.kill(project, "alice"));
        assertEquals(Optional.of(ErrorCode.PROCESS_NOT_FOUND), only().failure());
    }

    @Test
    @DisplayName("how a question was answered")
    void answer() {
        ProjectId project = ProjectId.random();
        executions(CompletableFuture.completedFuture(7L)).answer(project, PermissionAnswer.deny("p-1", "no"), "alice");
        assertEquals("permission_response", only().action());
        assertEquals(Map.of("permission_id", "p-1", "decision", "deny", "tool_name", "Bash"), only().details());
        assertTrue(only().failure().isEmpty());
    }

    @Test
    @DisplayName("which key is set to what; what is refused may be a secret")
    void config() {
        audit.editor(answering(ConfigurationEditor.class, null)).set("limits.projects", "7");
        assertEquals("config_set", only().action());
        assertEquals(Map.of("key", "limits.projects", "value", "7"), only().details());
        records.clear();
        ConfigurationEditor refusing = audit.editor(answering(
                ConfigurationEditor.class, new SwitchboardException(ErrorCode.VALIDATION_FAILED, "a secret")));
        assertThrows(SwitchboardException.class, () -> refusing.set("auth.token", "the-secret"));
        assertEquals(Map.of("key", "auth.token"), only().details());
        assertEquals(Optional.of(ErrorCode.VALIDATION_FAILED), only().failure());
    }
}
