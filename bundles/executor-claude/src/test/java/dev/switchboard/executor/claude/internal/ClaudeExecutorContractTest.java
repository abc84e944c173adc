package dev.switchboard.executor.claude.internal;

import dev.switchboard.execution.AgentExecutor;
import dev.switchboard.execution.AgentLaunch;
import dev.switchboard.execution.ExecutionOptions;
import dev.switchboard.execution.SessionChoice;
import dev.switchboard.process.CustodyRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with real custody and the agent mock. */
class ClaudeExecutorContractTest extends AgentExecutorContract {
    @TempDir
    Path root;

    private Bench bench;
    private ClaudeExecutor successor;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root);
    }

    @AfterEach
    void close() throws InterruptedException {
        if (successor != null) {
            successor.deactivate();
        }
        bench.close();
    }

    @Override
    protected AgentExecutor executor() {
        return bench.executor;
    }

    @Override
    protected AgentExecutor successor() {
        successor = bench.executor();
        return successor;
    }

    @Override
    protected Optional<CustodyRecord> custody(String agentId) {
        return bench.custodian.find(agentId);
    }

    @Override
    protected String answered() {
        return "hello";
    }

    @Override
    protected String endless() {
        return "[[slow lines=1000 every=50ms]]";
    }

    @Override
    protected String asking() {
        return "[[ask tool=Write path=a.txt content=\"hello\"]]";
    }

    @Override
    protected String failing() {
        return "[[api-error status=500]]";
    }

    @Override
    protected AgentLaunch launch(String prompt, SessionChoice session, ExecutionOptions options) {
        return bench.launch(prompt, session, options);
    }
}
