package dev.switchboard.shell.internal.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.AbstractDelegatingCommandFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.command.CommandFactory;
import org.apache.sshd.server.shell.ShellFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Has Karaf's SSH server run {@code ssh host command} by {@link RemoteCommand} instead of by Karaf's own, which shows what a
 * command writes only at its end, goes on when the client has gone, and hangs up so soon that the exit status is sometimes
 * lost. Logins, roles and interactive shells remain Karaf's; of the latter our commands are told when the client goes.
 */
@Component(
        service = {},
        immediate = true)
public final class RemoteCommands {
    /** How long a reader may stand still: as long as Karaf lets a connection be idle. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final SessionFactory sessions;
    private final Map<SshServer, Before> replaced = new ConcurrentHashMap<>();

    /** What a server had. */
    private record Before(CommandFactory commands, ShellFactory shells) {}

    @Activate
    public RemoteCommands(@Reference SessionFactory sessions) {
        this.sessions = sessions;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "leave",
            service = SshServer.class)
    void serve(SshServer server) {
        Before before = new Before(server.getCommandFactory(), server.getShellFactory());
        replaced.put(server, before);
        server.setCommandFactory((channel, line) -> create(before.commands(), channel, line));
        if (before.shells() != null) {
            server.setShellFactory(channel -> new RemoteTerminal(before.shells().createShell(channel)));
        }
    }

    void leave(SshServer server) {
        Before before = replaced.remove(server);
        if (before != null) {
            server.setCommandFactory(before.commands());
            server.setShellFactory(before.shells());
        }
    }

    /** What is no command of the shell's, copying files for instance, remains whoever's it was. */
    private Command create(CommandFactory before, ChannelSession channel, String line) throws IOException {
        if (before instanceof AbstractDelegatingCommandFactory other && other.isSupportedCommand(channel, line)) {
            return other.createCommand(channel, line);
        }
        CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(channel, PATIENCE);
        return new RemoteCommand(sessions, line);
    }
}
