package dev.switchboard.mock.turn;

import dev.switchboard.mock.io.Stderr;
import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.session.Ids;

/** What a process says that was asked to resume a session that does not exist, before any other line. */
public final class UnknownSession {

    private UnknownSession() {}

    public static void report(Agent agent, String requestedId) {
        JsonObject line = ResultLine.unknownSession(agent, requestedId, Ids.uuidOf(requestedId + "#unknown"));
        if (agent.output().streams()) {
            agent.output().line(line);
        }
        Stderr.print("No conversation found with session ID: " + requestedId + "\n");
    }
}
