package dev.switchboard.shell.internal.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.AbstractDelegatingCommandFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.shell.ShellFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RemoteCommandsTest {
    private final RemoteCommands commands = new RemoteCommands(new SessionFactoryImpl(new ThreadIOImpl()));
    private final SshServer server = new SshServer();
    private final ChannelSession channel = new ChannelSession();

    @Test
    @DisplayName("S1 the server's own way of running commands is back when the bundle goes")
    void putsBackWhatWas() throws Exception {
        CommandFactory karafs = (session, line) -> null;
        ShellFactory shells = session -> null;
        server.setCommandFactory(karafs);
        server.setShellFactory(shells);
        commands.serve(server);
        assertNotSame(karafs, server.getCommandFactory());
        assertInstanceOf(RemoteCommand.class, server.getCommandFactory().createCommand(channel, "switchboard:health"));
        assertInstanceOf(RemoteTerminal.class, server.getShellFactory().createShell(channel));
        commands.leave(server);
        assertSame(karafs, server.getCommandFactory());
        assertSame(shells, server.getShellFactory());
    }

    @Test
    @DisplayName("H6 what is no command of the shell's stays with who had it; a still reader is waited for")
    void leavesOthersAlone() throws Exception {
        Command copy = new RemoteCommand(null, "scp");
        server.setCommandFactory(new AbstractDelegatingCommandFactory("scp") {
            @Override
            public boolean isSupportedCommand(ChannelSession session, String line) {
                return line.startsWith("scp ");
            }

            @Override
            protected Command executeSupportedCommand(ChannelSession session, String line) {
                return copy;
            }
        });
        commands.serve(server);
        assertSame(copy, server.getCommandFactory().createCommand(channel, "scp -f x"));
        assertNotSame(copy, server.getCommandFactory().createCommand(channel, "scpx"));
        assertEquals(
                30,
                CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.getRequired(channel).toMinutes());
    }
}
