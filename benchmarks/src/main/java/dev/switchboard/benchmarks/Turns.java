package dev.switchboard.benchmarks;

import static dev.switchboard.benchmarks.Times.millisSince;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes turn after turn in one conversation of a running server and prints what a turn costs in time, and how much of that is
 * the agent's own; then begins turns in many projects at once and prints how many agents start in a second. Start the server
 * with {@code --demo} and {@code SWITCHBOARD_LIMITS_EXECUTIONS_PER_MINUTE=0}. Usage: {@code Turns <data dir> <agent program>
 * [turns] [projects]}, where the program is the mock that the server uses.
 */
public final class Turns {
    /** Until then the server's compilers take as much of the processors as the turns do. */
    private static final int WARM_UP = 2000;

    private static final int LINES = 200;
    /** The agent says when it has its prompt, and is done. */
    private static final String PROMPT = "[[clock]]";

    private Turns() {}

    /** Runs it once. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: Turns <data dir> <agent program> [turns, 300] [projects, 8]");
            System.exit(64);
        }
        int turns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
        int projects = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 8;
        Path agent = Path.of(arguments[1]).toAbsolutePath();
        Path directory = Files.createTempDirectory("switchboard-turns");
        try (DirectClient client = DirectClient.connect(Path.of(arguments[0]))) {
            turns(client, agent, directory, turns);
            starts(client, agent, directory, projects);
        } finally {
            Files.delete(directory);
        }
    }

    private static void turns(DirectClient client, Path agent, Path directory, int turns) throws Exception {
        String project = client.create(directory.toString());
        client.send("project_join", project);
        client.expect("project_joined");
        Times aloneGot = new Times("the agent alone: prompt sent to prompt there");
        Times alone = new Times("the agent alone: prompt sent to end of turn");
        Times executing = new Times("execute sent to EXECUTING shown");
        Times got = new Times("execute sent to prompt there");
        Times first = new Times("execute sent to first line shown");
        Times whole = new Times("execute sent to IDLE shown");
        Times line = new Times("end of a turn written to IDLE shown, at most");
        // By turns, so that what else the machine does is in all figures.
        try (LoneAgent lone = new LoneAgent(agent, directory)) {
            for (int i = -WARM_UP; i < turns; i++) {
                Times[] into = i < 0 ? discarded() : new Times[] {aloneGot, alone, executing, got, first, whole, line};
                alone(lone, into[0], into[1]);
                double over = turn(client, project, into[2], into[3], into[4], into[5], into[6]);
                if (i == -WARM_UP) {
                    System.out.printf("first turn, with the start of the agent: %.1f ms%n", over);
                }
            }
        }
        List.of(aloneGot, alone, executing, got, first, whole, line).forEach(Times::print);
        System.out.printf(
                "a warm turn beyond the agent's own time: median %.2f ms, min %.2f%n",
                whole.at(0.5) - alone.at(0.5), whole.at(0) - alone.at(0));
        lines(client, project);
        client.send("project_delete", project);
        client.expect("project_deleted");
    }

    private static Times[] discarded() {
        Times none = new Times("discarded");
        return new Times[] {none, none, none, none, none, none, none};
    }

    private static void alone(LoneAgent lone, Times got, Times whole) throws IOException {
        long start = System.nanoTime();
        long sent = micros();
        lone.prompt(PROMPT);
        got.add((clock(lone.until("clock ")) - sent) / 1e3);
        lone.until("\"type\":\"result\"");
        whole.add(millisSince(start));
    }

    private static double turn(
            DirectClient client, String project, Times executing, Times got, Times first, Times whole, Times end)
            throws Exception {
        long start = System.nanoTime();
        long sent = micros();
        client.execute(project, PROMPT);
        client.expect("project_state");
        executing.add(millisSince(start));
        long written = 0;
        JsonNode message = client.expect("agent_message");
        first.add(millisSince(start));
        while (written == 0) {
            String text = message.toString();
            if (text.contains("\"assistant\"") && text.contains("clock ")) {
                written = clock(text);
            } else {
                message = client.expect("agent_message");
            }
        }
        got.add((written - sent) / 1e3);
        while (isExecuting(client.expect("project_state"))) {
            // the end is the state that is not
        }
        end.add((micros() - written) / 1e3);
        double over = millisSince(start);
        whole.add(over);
        return over;
    }

    private static boolean isExecuting(JsonNode state) {
        return state.path("data").path("state").asText().equals("EXECUTING");
    }

    /** How long a line takes from the agent to the client. */
    private static void lines(DirectClient client, String project) throws Exception {
        client.execute(project, "[[clock lines=" + LINES + " every=10ms]]");
        Times taken = new Times("a line: written to shown, one every 10 ms");
        while (taken.count() < LINES) {
            String frame = client.expect("agent_message").toString();
            long now = micros();
            if (frame.contains("\"assistant\"") && frame.contains("clock ")) {
                taken.add((now - clock(frame)) / 1e3);
            }
        }
        taken.print();
        while (isExecuting(client.expect("project_state"))) {
            // the end is the state that is not
        }
    }

    /** Begins a turn in each of many new projects at once, and as many processes without a server. */
    private static void starts(DirectClient client, Path agent, Path directory, int projects) throws Exception {
        List<String> created = new ArrayList<>();
        for (int i = 0; i < projects; i++) {
            Path each = Files.createDirectory(directory.resolve("p" + i));
            String project = client.create(each.toString());
            client.send("project_join", project);
            client.expect("project_joined");
            created.add(project);
        }
        try {
            long start = System.nanoTime();
            for (String project : created) {
                client.execute(project, PROMPT);
            }
            double served = 0;
            for (int running = projects; running > 0; ) {
                JsonNode frame = client.next();
                String type = frame.path("type").asText();
                if (type.equals("agent_message") && frame.toString().contains("clock ")) {
                    served = millisSince(start);
                }
                running -= type.equals("project_state") && !isExecuting(frame) ? 1 : 0;
            }
            double alone = alone(agent, directory, projects);
            System.out.printf(
                    "%d agents begun at once, until the last has answered: %.0f ms, %.1f a second; without a server %.0f ms, %.1f a second%n",
                    projects, served, projects / served * 1e3, alone, projects / alone * 1e3);
        } finally {
            for (int i = 0; i < created.size(); i++) {
                client.send("project_delete", created.get(i));
                client.expect("project_deleted");
                Files.delete(directory.resolve("p" + i));
            }
        }
    }

    private static double alone(Path agent, Path directory, int count) throws IOException {
        long start = System.nanoTime();
        List<LoneAgent> agents = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                agents.add(new LoneAgent(agent, directory));
                agents.get(i).prompt(PROMPT);
            }
            for (LoneAgent each : agents) {
                each.until("clock ");
            }
            return millisSince(start);
        } finally {
            agents.forEach(LoneAgent::close);
        }
    }

    private static long clock(String line) {
        int at = line.indexOf("clock ") + "clock ".length();
        int end = at;
        while (Character.isDigit(line.charAt(end))) {
            end++;
        }
        return Long.parseLong(line, at, end, 10);
    }

    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
