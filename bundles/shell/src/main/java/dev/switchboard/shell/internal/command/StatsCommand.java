package dev.switchboard.shell.internal.command;

import dev.switchboard.connection.ConnectionStatus.Volume;
import dev.switchboard.connection.TrafficStatus;
import dev.switchboard.execution.ExecutionService.ExecutionStats;
import dev.switchboard.protocol.Payloads;
import dev.switchboard.shell.internal.Fields;
import dev.switchboard.shell.internal.Times;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows the server's figures. */
@Service
@Command(
        scope = "switchboard",
        name = "stats",
        description = "Shows the figures of server_stats; with --watch again and again, until Ctrl-C.")
public final class StatsCommand extends ServerCommand {
    private static final int LONGEST = 3600;

    @Option(name = "--watch", description = "Goes on until Ctrl-C")
    boolean watch;

    @Option(name = "--every", description = "With --watch: after how many seconds again, from 1 to 3600")
    int every = 2;

    @Option(name = "--json", description = "What clients are told as server_stats, one JSON document on a line")
    boolean json;

    @Override
    int run(Call call) {
        if (every < 1 || every > LONGEST) {
            throw invalid("every", "--every " + every + " is out of range; expected a number from 1 to " + LONGEST);
        }
        show(call);
        try {
            while (watch && !pause(call)) {
                if (!json) {
                    call.console().line("");
                }
                show(call);
            }
        } catch (InterruptedException e) {
            // Ctrl-C is how this ends.
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** Waits until it is time for the next; whether nobody reads any more. */
    private boolean pause(Call call) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int second = 0; second < every && !call.console().isGone(); second++) {
            never.await(1, TimeUnit.SECONDS);
        }
        return call.console().isGone();
    }

    private void show(Call call) {
        TrafficStatus traffic = call.services().connections().traffic();
        int projects = call.services().projects().list().size();
        ExecutionStats runs = call.services().executions().stats();
        Duration uptime = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
        if (json) {
            call.console().json(Payloads.serverStats(traffic, projects, runs, uptime));
            return;
        }
        new Fields(call.console(), 14)
                .show("uptime", Times.span(uptime))
                .show("connections", traffic.connections())
                .show("projects", projects)
                .show(
                        "runs",
                        runs.active() + " active, " + runs.total() + " in all, " + runs.success() + " completed, "
                                + runs.failed() + " failed, " + runs.averageMillis() + " ms on average")
                .show("received", volume(traffic.received()))
                .show("sent", volume(traffic.sent()))
                .show("rate", traffic.messagesPerSecond() + " messages/s");
    }

    private static String volume(Volume volume) {
        return volume.messages() + " messages, " + volume.bytes() + " bytes";
    }
}
