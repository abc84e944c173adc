package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.switchboard.content.Content;
import dev.switchboard.execution.PermissionAnswer;
import dev.switchboard.execution.PermissionAnswer.Decision;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Stages;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Answers an agent's question. */
@Service
@Command(
        scope = "switchboard",
        name = "permission-answer",
        description = "Answers a question of a project's agent, once; permission-list shows what is open.")
public final class PermissionAnswerCommand extends ProjectCommand {
    @Argument(
            index = 1,
            name = "request",
            required = true,
            description = "The question's id, as permission-list shows it")
    @Completion(PermissionCompleter.class)
    String request;

    @Argument(index = 2, name = "decision", required = true, description = "allow or deny")
    @Completion(
            value = StringsCompleter.class,
            values = {"allow", "deny"})
    String decision;

    @Option(name = "--message", description = "With deny: what the agent is told")
    String message;

    @Option(name = "--input", description = "With allow: a JSON object that the tool is given instead")
    String input;

    @Option(name = "--remember", description = "With allow: do not ask such questions again in this session")
    boolean remember;

    @Option(name = "--json", description = "One JSON document")
    boolean json;

    @Override
    int run(Call call) {
        PermissionAnswer answer = answer();
        ProjectId id = project(call).project().id();
        Stages.await(call.services().executions().answer(id, answer, call.user()), Stages.SHORT, "the answer");
        if (json) {
            call.console()
                    .json(Json.object()
                            .put("project_id", id.toString())
                            .put("permission_id", answer.permissionId())
                            .put("decision", decision));
        } else {
            call.console().line(answer.decision() == Decision.ALLOW ? "Allowed" : "Denied");
        }
        return 0;
    }

    private PermissionAnswer answer() {
        boolean allow = decision.equals("allow");
        if (!allow && !decision.equals("deny")) {
            throw invalid(
                    "decision", "\"" + Printable.line(decision, 20) + "\" is no decision; expected allow or deny");
        }
        if (allow && message != null) {
            throw invalid("message", "--message goes with deny only");
        }
        if (!allow && (input != null || remember)) {
            throw invalid("decision", "--input and --remember go with allow only");
        }
        return new PermissionAnswer(
                request,
                allow ? Decision.ALLOW : Decision.DENY,
                Optional.ofNullable(message),
                Optional.ofNullable(input).map(PermissionAnswerCommand::object),
                remember);
    }

    private static Content object(String text) {
        try {
            if (Json.read(text.getBytes(StandardCharsets.UTF_8)).isObject()) {
                return Content.of(text);
            }
        } catch (JsonProcessingException e) {
            // answered below, as what is JSON and no object
        }
        throw invalid("input", "--input is not a JSON object; expected one like '{\"command\":\"ls\"}'");
    }
}
