package dev.switchboard.benchmarks;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Has the agent of one project do something all the time: write much, write slowly, hang until it is killed or out of time. Each run
 * must end as it should. Runs on a thread of its own.
 */
final class SoakDriver implements Runnable {
    private static final String STATE = "{\"type\":\"project_state\"";
    private static final int LONGEST_REST_MILLIS = 200;
    private static final int LONGEST_LIFE_MILLIS = 400;

    /** What a run does, and the states that it may end with. */
    private enum Deed {
        FLOOD("IDLE"),
        SLOW("IDLE"),
        KILLED("IDLE"),
        TIMED_OUT("ERROR");

        private final String end;

        Deed(String end) {
            this.end = end;
        }
    }

    private final RawSocket.Address address;
    private final RawSocket socket;
    private final String project;
    private final SplittableRandom random;
    private final long deadline;
    private final FuzzFindings findings;
    private final Map<Deed, Integer> deeds = new EnumMap<>(Deed.class);

    /** @param deadline after which no run is begun, as {@link System#nanoTime} has it */
    SoakDriver(
            RawSocket.Address address, String directory, SplittableRandom random, long deadline, FuzzFindings findings)
            throws IOException {
        this.address = address;
        this.socket = RawSocket.connect(address);
        this.project = socket.create(directory);
        this.random = random;
        this.deadline = deadline;
        this.findings = findings;
        socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}");
        socket.until("project_joined");
    }

    String project() {
        return project;
    }

    @Override
    public void run() {
        try {
            while (System.nanoTime() - deadline < 0) {
                Deed deed = Deed.values()[random.nextInt(Deed.values().length)];
                String state = live(deed);
                deeds.merge(deed, 1, Integer::sum);
                if (!state.equals(deed.end)) {
                    findings.broken("project " + project + ": a run that is to be " + deed + " ended with " + state);
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_REST_MILLIS));
            }
        } catch (IOException e) {
            findings.broken("project " + project + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The state that it ended with. */
    private String live(Deed deed) throws IOException, InterruptedException {
        switch (deed) {
            case FLOOD -> execute("[[flood lines=" + (100 + random.nextInt(2000)) + " bytes=500]]", "");
            case SLOW -> execute("[[slow lines=20 every=10ms]]", "");
            case TIMED_OUT -> execute("[[hang]]", ",\"options\":{\"timeout_ms\":" + (50 + random.nextInt(300)) + "}");
            case KILLED -> {
                execute("[[slow lines=1000 every=10ms]]", "");
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
                socket.send("{\"type\":\"agent_kill\",\"project_id\":\"" + project + "\"}");
            }
        }
        return awaitEnd();
    }

    private void execute(String prompt, String options) throws IOException {
        socket.send("{\"type\":\"execute\",\"project_id\":\"" + project + "\",\"data\":{\"prompt\":\"" + prompt + "\""
                + options + "}}");
    }

    private String awaitEnd() throws IOException {
        boolean began = false;
        while (true) {
            String message = socket.message();
            if (message.startsWith(STATE)) {
                String state = field(message, "\"state\":\"");
                if (began && !state.equals("EXECUTING")) {
                    return state;
                }
                began |= state.equals("EXECUTING");
            }
        }
    }

    private static String field(String message, String name) {
        int begin = message.indexOf(name) + name.length();
        return message.substring(begin, message.indexOf('"', begin));
    }

    /** Deletes the project, when its thread has ended; over another connection, for nobody has answered the old one's pings since. */
    void close() throws IOException {
        socket.close();
        RawSocket last = RawSocket.connect(address);
        last.send("{\"type\":\"project_delete\",\"project_id\":\"" + project + "\"}");
        last.until("project_deleted");
        last.close();
    }

    /** How many runs there were, by what they did. */
    Map<?, Integer> deeds() {
        return deeds;
    }
}
