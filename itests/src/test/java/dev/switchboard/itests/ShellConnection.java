package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;

/**
 * A connection to the shell by SSH, over which one command after the other is run, each in a channel of its own. OpenSSH's client
 * can share a connection too, but then loses the exit status of a command now and then.
 */
final class ShellConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SshClient client = SshClient.setUpDefaultClient();
    private final ClientSession session;

    ShellConnection(String user, int port, Path key) throws IOException {
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.start();
        session = client.connect(user, "127.0.0.1", port).verify(PATIENCE).getSession();
        session.setKeyIdentityProvider(new FileKeyPairProvider(key));
        session.auth().verify(PATIENCE);
    }

    /** Runs a line of commands to its end. */
    Shell.Outcome run(String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ChannelExec channel = session.createExecChannel(line)) {
            channel.setOut(out);
            channel.setErr(err);
            channel.open().verify(PATIENCE);
            assertTrue(
                    channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE)
                            .contains(ClientChannelEvent.CLOSED),
                    line + " does not end");
            assertNotNull(channel.getExitStatus(), line + " has no exit status");
            return new Shell.Outcome(
                    channel.getExitStatus(),
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }

    /** Runs a line of commands that must succeed; what it printed. */
    String print(String line) throws IOException {
        Shell.Outcome outcome = run(line);
        assertEquals(0, outcome.status(), () -> line + ": " + outcome);
        assertEquals("", outcome.err(), line);
        return outcome.out();
    }

    @Override
    public void close() throws IOException {
        session.close(true);
        client.stop();
    }
}
