package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.health.HealthReport;
import dev.switchboard.health.HealthReport.Check;
import dev.switchboard.health.HealthStatus;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.Timestamps;
import dev.switchboard.shell.internal.Printable;
import dev.switchboard.shell.internal.Times;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Shows how the server is. */
@Service
@Command(
        scope = "switchboard",
        name = "health",
        description = "Shows how the server is, as last sampled. Exit status 1 if it is unhealthy.")
public final class HealthCommand extends ServerCommand {
    @Option(name = "--json", description = "One JSON document instead of a table")
    boolean json;

    @Override
    int run(Call call) {
        HealthReport report = call.services().health().report();
        if (json) {
            call.console().json(document(report));
        } else {
            call.console().line(report.status().wireName() + ", as of " + Times.show(report.at()));
            call.console().table(table(report));
        }
        return report.status() == HealthStatus.UNHEALTHY ? BAD_NEWS : 0;
    }

    private static ObjectNode document(HealthReport report) {
        ObjectNode document = Json.object();
        document.put("status", report.status().wireName());
        document.put("timestamp", Timestamps.format(report.at()));
        ObjectNode checks = document.putObject("checks");
        report.checks().forEach((name, check) -> {
            ObjectNode item = checks.putObject(name);
            item.put("status", check.status().wireName());
            check.message().ifPresent(message -> item.put("message", message));
            check.figures().forEach(item::putPOJO);
        });
        return document;
    }

    private static ShellTable table(HealthReport report) {
        ShellTable table = new ShellTable();
        List.of("Check", "Status", "Details").forEach(table::column);
        report.checks()
                .forEach((name, check) -> table.addRow()
                        .addContent(
                                Printable.line(name, 64),
                                check.status().wireName(),
                                Printable.line(details(check), 300)));
        return table;
    }

    private static String details(Check check) {
        String figures = check.figures().entrySet().stream()
                .map(figure -> figure.getKey() + " " + figure.getValue())
                .collect(Collectors.joining(", "));
        return check.message()
                .map(message -> figures.isEmpty() ? message : message + " (" + figures + ")")
                .orElse(figures);
    }
}
