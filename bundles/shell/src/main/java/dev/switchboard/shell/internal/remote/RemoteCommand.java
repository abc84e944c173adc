package dev.switchboard.shell.internal.remote;

import dev.switchboard.shell.internal.Caller;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.security.auth.Subject;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.ssh.KarafJaasAuthenticator;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of commands, run in a session of its own on behalf of whoever logged in. What it writes goes out at once; why it
 * failed is one line on the error stream; when the client goes, it is interrupted.
 */
final class RemoteCommand implements Command {
    static final int FAILED = 1;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteCommand.class);

    private final SessionFactory sessions;
    private final String line;
    private final Caller caller = new Caller();
    private final AtomicReference<Thread> running = new AtomicReference<>();
    private InputStream in;
    private OutputStream out;
    private OutputStream err;
    private ExitCallback exit;

    RemoteCommand(SessionFactory sessions, String line) {
        this.sessions = sessions;
        this.line = line;
    }

    @Override
    public void setInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        this.err = err;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        this.exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        Subject subject = channel.getServerSession().getAttribute(KarafJaasAuthenticator.SUBJECT_ATTRIBUTE_KEY);
        start(Optional.ofNullable(subject), environment.getEnv());
    }

    /** Begins on a thread of its own, which inherits nobody's rights: the server's threads have none. */
    void start(Optional<Subject> subject, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(environment);
        caller.attachTo(variables);
        Thread thread = new Thread(() -> run(subject, variables), "switchboard-shell-command");
        thread.setDaemon(true);
        running.set(thread);
        thread.start();
    }

    /** Called when the channel is closed, by whichever side. */
    @Override
    public void destroy(ChannelSession channel) {
        caller.leave();
        Thread thread = running.getAndSet(null);
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run(Optional<Subject> subject, Map<String, String> variables) {
        int status = FAILED;
        try {
            status = execute(subject, variables);
        } catch (RuntimeException e) {
            LOG.error("a remote command cannot be run", e);
        } finally {
            running.set(null);
            // The server sends what is left of the output, then the status, then closes the channel; the client hangs
            // up.
            exit.onExit(status);
        }
    }

    private int execute(Optional<Subject> subject, Map<String, String> variables) {
        PrintStream output = printStream(out);
        PrintStream errors = printStream(err);
        Session session = sessions.create(in, output, errors);
        try {
            variables.forEach(session::put);
            subject.ifPresent(known -> session.put(Subject.class.getName(), known));
            Object result = OnBehalf.of(subject, () -> {
                InitScripts.run(session);
                return session.execute(line);
            });
            return result instanceof Integer status ? status : 0;
        } catch (Exception | LinkageError | StackOverflowError e) {
            errors.println(Failures.line(e));
            return FAILED;
        } finally {
            output.flush();
            errors.flush();
            // Interrupts what the session still runs.
            session.close();
        }
    }

    private PrintStream printStream(OutputStream target) {
        return new PrintStream(new ClientStream(target, caller), false, StandardCharsets.UTF_8);
    }
}
