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
 * {@code [[tree depth=2 width=2 life=120s ask=yes]]}: a tool that leaves processes behind. Each is in a session of its own, every
 * second node ignores SIGTERM, and one more was forked twice, so that it has no ancestor here. They inherit the environment and end
 * by themselves when their life is over. The tool result lists them, one per line: {@code root}, {@code node}, {@code deaf} or
 * {@code orphan}, and the pid. Then the turn goes on: {@code [[hang]]} keeps it running.
 */
final class TreeScenario implements Scenario {

    private static final int MOST_PROCESSES = 100;
    private static final long LONGEST_LIFE_MILLIS = 300_000;

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("depth", "width", "life", "ask");
        int depth = (int) directive.number("depth", 2, 1, 6);
        int width = (int) directive.number("width", 2, 1, MOST_PROCESSES);
        long life = directive.millis("life", "120s");
        long count = 2;
        for (long level = 1, nodes = width; level <= depth; level++, nodes *= width) {
            count += nodes;
        }
        if (count > MOST_PROCESSES || life > LONGEST_LIFE_MILLIS) {
            throw new DirectiveException("[[tree]]: at most " + MOST_PROCESSES + " processes for at most 300s");
        }
        JsonObject input =
                JsonObject.of("command", "tree " + depth + " " + width).put("description", "Start a tree of processes");
        ToolCall call = turn.useTool("Bash", input);
        ToolGate.Entry entry = directive.has("ask") ? turn.enter(call) : turn.enterAllowed(call);
        if (!entry.granted()) {
            turn.say("The tree was not permitted.");
            return;
        }
        String pids = grow(depth, width, life);
        entry.succeeded(pids, JsonObject.of("stdout", pids).put("stderr", "").put("interrupted", false));
        turn.say("Started " + count + " processes.");
    }

    /** Starts all processes and waits until each has said its pid. */
    private static String grow(int depth, int width, long lifeMillis) {
        try {
            String node = resource("tree-node.sh");
            String launcher = ChildProcesses.sessionLauncher();
            List<String> command = new ArrayList<>(List.of(launcher.split(" ")));
            command.addAll(List.of(
                    "sh",
                    "-c",
                    resource("tree-root.sh"),
                    "tree",
                    Integer.toString(depth),
                    Integer.toString(width),
                    Long.toString((lifeMillis + 999) / 1_000)));
            ProcessBuilder builder = new ProcessBuilder(command);
            Map<String, String> environment = builder.environment();
            environment.put("MOCK_TREE_LAUNCHER", launcher);
            environment.put("MOCK_TREE_NODE", node);
            Process root = builder.start();
            root.getOutputStream().close();
            // Every process closes this pipe when it goes to sleep: its end means that the tree stands.
            String pids = new String(root.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return pids.strip();
        } catch (IOException | IllegalStateException e) {
            throw new DirectiveException("[[tree]]: " + e.getMessage());
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = TreeScenario.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
