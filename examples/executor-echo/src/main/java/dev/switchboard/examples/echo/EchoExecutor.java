package dev.switchboard.examples.echo;

import dev.switchboard.concurrent.NamedThreads;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.execution.AgentAdoption;
import dev.switchboard.execution.AgentCapabilities;
import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.AgentListener;
import dev.switchboard.execution.AgentTurn;
import dev.switchboard.project.ProjectId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * An executor whose agent repeats what it is asked. Installed beside the one that ships, its higher ranking makes it take over
 * the new runs of every project that uses the executor {@code claude}; removed, it leaves them to the other again.
 */
@Component(
        immediate = true,
        service = AgentExecutor.class,
        property = {AgentExecutor.NAME + "=claude", "service.ranking:Integer=100"})
public final class EchoExecutor implements AgentExecutor {
    private static final long STOP_SECONDS = 5;

    private final ExecutorService threads;

    @Activate
    public EchoExecutor() {
        threads = Executors.newCachedThreadPool(new NamedThreads("echo-executor"));
    }

    /** Lets the turns that are under way finish, which takes milliseconds. */
    @Deactivate
    void deactivate() {
        threads.shutdown();
        try {
            threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public AgentCapabilities capabilities() {
        return new AgentCapabilities(
                Optional.of("1.0"), Optional.of("echo"), Optional.empty(), Set.of("default"), Set.of());
    }

    @Override
    public AgentTurn launch(AgentLaunch launch, AgentListener listener) {
        EchoTurn turn = new EchoTurn(launch, listener);
        threads.execute(turn::run);
        return turn;
    }

    /** There is nothing to adopt: no agent of this executor outlives it. */
    @Override
    public AgentTurn adopt(AgentAdoption adoption, AgentListener listener) {
        throw new SwitchboardException(
                ErrorCode.EXECUTION_FAILED, "an echo cannot be taken up again; send the prompt again");
    }

    @Override
    public CompletionStage<Void> forget(ProjectId project) {
        return CompletableFuture.completedFuture(null);
    }
}
