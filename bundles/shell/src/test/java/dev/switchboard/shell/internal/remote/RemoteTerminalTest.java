package dev.switchboard.shell.internal.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.shell.internal.Caller;
import dev.switchboard.subject.internal.KarafOnClassPath;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.StandardEnvironment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RemoteTerminalTest {
    static {
        KarafOnClassPath.prepare();
    }

    private final List<String> calls = new ArrayList<>();
    private final Session session = new SessionFactoryImpl(new ThreadIOImpl())
            .create(
                    InputStream.nullInputStream(),
                    new PrintStream(OutputStream.nullOutputStream()),
                    new PrintStream(OutputStream.nullOutputStream()));

    /** Makes variables of the environment, as Karaf's does. */
    private final Command shell = new Command() {
        @Override
        public void setInputStream(InputStream in) {
            calls.add("in");
        }

        @Override
        public void setOutputStream(OutputStream out) {
            calls.add("out");
        }

        @Override
        public void setErrorStream(OutputStream err) {
            calls.add("err");
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            calls.add("exit");
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            calls.add("start");
            for (Map.Entry<String, String> variable : environment.getEnv().entrySet()) {
                session.put(variable.getKey(), variable.getValue());
            }
        }

        @Override
        public void destroy(ChannelSession channel) {
            calls.add("destroy");
        }
    };

    @Test
    @DisplayName("H6 C2 commands at a terminal learn that its connection is gone; all else is Karaf's")
    void tellsThatTheClientHasGone() throws Exception {
        RemoteTerminal terminal = new RemoteTerminal(shell);
        assertFalse(Caller.hasLeft(session), "of a local session nothing is known");
        terminal.setInputStream(InputStream.nullInputStream());
        terminal.setOutputStream(OutputStream.nullOutputStream());
        terminal.setErrorStream(OutputStream.nullOutputStream());
        terminal.setExitCallback((status, message, immediately) -> {});
        terminal.start(null, new StandardEnvironment());
        assertFalse(Caller.hasLeft(session));
        terminal.destroy(null);
        assertTrue(Caller.hasLeft(session));
        assertEquals(List.of("in", "out", "err", "exit", "start", "destroy"), calls);
    }
}
