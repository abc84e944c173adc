package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.process.ChildProcesses;
import dev.switchboard.mock.turn.ToolCall;
import dev.switchboard.mock.turn.ToolGate;
import dev.switchboard.mock.turn.Turn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code [[storm forks=100 every=20ms life=2s hops=200 hop=5ms]]}: a tool that leaves processes behind which are hard to catch. One
 * ignores SIGTERM and forks in a loop, each child in a session of its own and without a parent; the other lives for a moment and
 * goes on as another process in another session. The tool result lists the two, {@code forker} and {@code hopper} with their first
 * pids. Bounded in rate, number and time, for an unbounded storm takes the machine down; it ends by itself.
 */
final class StormScenario implements Scenario {

    private static final int MOST_AT_ONCE = 200;
    private static final long LONGEST_MILLIS = 60_000;

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("forks", "every", "life", "hops", "hop");
        long forks = directive.number("forks", 100, 0, 2_000);
        long every = directive.millis("every", "20ms");
        long life = directive.millis("life", "2s");
        long hops = directive.number("hops", 200, 0, 5_000);
        long hop = directive.millis("hop", "5ms");
        if (every < 5 || hop < 1 || life / every > MOST_AT_ONCE) {
            throw new DirectiveException("[[storm]]: a fork every 5ms at most, " + MOST_AT_ONCE
                    + " processes at once (life / every), a hop every 1ms");
        }
        if (forks * every > LONGEST_MILLIS || life > LONGEST_MILLIS || hops * hop > LONGEST_MILLIS) {
            throw new DirectiveException("[[storm]]: at most a minute (forks * every, life, hops * hop)");
        }
        JsonObject input = JsonObject.of("command", "storm " + forks + " " + hops)
                .put("description", "Start processes that are hard to catch");
        ToolCall call = turn.useTool("Bash", input);
        ToolGate.Entry entry = turn.enterAllowed(call);
        String pids = breakLoose(forks, every, life, hops, hop);
        entry.succeeded(pids, JsonObject.of("stdout", pids).put("stderr", "").put("interrupted", false));
        turn.say("Started a storm.");
    }

    private static String breakLoose(long forks, long every, long life, long hops, long hop) {
        List<String> said = new ArrayList<>();
        if (forks > 0) {
            said.add(start("storm-fork.sh", Long.toString(forks), seconds(every), seconds(life)));
        }
        if (hops > 0) {
            said.add(start("storm-hop.sh", Long.toString(hops), seconds(hop), "first"));
        }
        return String.join("\n", said);
    }

    /** Starts a script in a session of its own and waits until it has said its pid. */
    private static String start(String script, String... arguments) {
        try {
            String launcher = ChildProcesses.sessionLauncher();
            List<String> command = new ArrayList<>(List.of(launcher.split(" ")));
            command.addAll(List.of("sh", "-c", resource(script), "storm"));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command);
            Map<String, String> environment = builder.environment();
            environment.put("MOCK_TREE_LAUNCHER", launcher);
            environment.put("MOCK_STORM_HOP", resource("storm-hop.sh"));
            Process process = builder.start();
            process.getOutputStream().close();
            // It closes this pipe when it has said its pid.
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException | IllegalStateException e) {
            throw new DirectiveException("[[storm]]: " + e.getMessage());
        }
    }

    private static String seconds(long millis) {
        return millis / 1_000 + "." + Long.toString(1_000 + millis % 1_000).substring(1);
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = StormScenario.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
