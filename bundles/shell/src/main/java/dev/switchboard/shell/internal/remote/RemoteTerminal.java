package dev.switchboard.shell.internal.remote;

import dev.switchboard.shell.internal.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/**
 * Karaf's interactive shell, of which our commands learn when its connection is gone: Karaf does not end what runs in it
 * then, nor does writing fail.
 */
final class RemoteTerminal implements Command {
    private final Command shell;
    private final Caller caller = new Caller();

    RemoteTerminal(Command shell) {
        this.shell = shell;
    }

    @Override
    public void setInputStream(InputStream in) {
        shell.setInputStream(in);
    }

    @Override
    public void setOutputStream(OutputStream out) {
        shell.setOutputStream(out);
    }

    @Override
    public void setErrorStream(OutputStream err) {
        shell.setErrorStream(err);
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        shell.setExitCallback(callback);
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        // Karaf makes them variables of the session.
        caller.attachTo(environment.getEnv());
        shell.start(channel, environment);
    }

    @Override
    public void destroy(ChannelSession channel) throws Exception {
        caller.leave();
        shell.destroy(channel);
    }
}
