package dev.switchboard.websocket.internal;

import dev.switchboard.config.ServerSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * RFC 6455 at our seams, over a raw socket. Jetty passes the Autobahn suite; what is ours is how its frames become messages,
 * what is refused and how, and that each end of a connection is one. One server for all cases of a class; each case leaves
 * nothing of its connection behind.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("it counts descriptors")
abstract class Conformance {
    /** Over 65535, so that a message of it has the longest form of length. */
    static final int LIMIT = 70_000;

    static final byte[] NOTHING = {};

    Rig rig;
    private long descriptors;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        rig = new Rig(directory)
                .set(ServerSettings.TIMEOUTS_PING, "0")
                // Time enough for each client to see its answer, however slow the machine is.
                .set(ServerSettings.TIMEOUTS_WRITE, "60")
                .start();
        rig.gateway.factory = connection -> {
            FakeSession session = new FakeSession(connection);
            session.limit = LIMIT;
            return session;
        };
        try (Talk talk = Talk.with(rig)) { // what the JVM and Jetty open once
            talk.ends();
        }
        descriptors = Rig.descriptors();
    }

    @AfterAll
    void stop() throws Exception {
        try {
            Rig.await("the descriptors of all connections are closed", () -> Rig.descriptors() <= descriptors);
        } finally {
            rig.close();
        }
    }
}
