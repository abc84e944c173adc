package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.config.ServerSettings.Isolation;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.TerminationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** All of {@link TerminationTest}, with each agent in a PID namespace. */
@EnabledIf("dev.switchboard.process.internal.Machine#isolates")
class IsolatedTerminationTest extends TerminationTest {
    @Override
    Isolation isolation() {
        return Isolation.ON;
    }

    @Test
    @Override
    @DisplayName("X4 what an agent in a namespace leaves behind ends with it")
    void leftBehind() throws Exception {
        endsWithTheAgent("sleep 120 & (setsid sleep 120 &); exit 0");
    }

    @Test
    @Override
    @DisplayName("X4 what an agent in a namespace leaves behind ends with it, without a cookie too")
    void leftBehindWithoutCookie() throws Exception {
        endsWithTheAgent("env -i /bin/sleep 121 & (env -i /usr/bin/setsid /bin/sleep 121 &); sleep 0.1; exit 0");
    }

    private void endsWithTheAgent(String script) throws Exception {
        CustodyRecord agent = script(script);
        tail(agent).awaitExit();

        assertEquals(List.of(), sleepers(), "the kernel has ended it before the wrapper wrote exit");
        eventually(
                "the wrapper has gone, too", () -> bearers(agentCookie(agent)).isEmpty());
        assertEquals(new TerminationReport(0, 0), kill(agent));
    }

    /** What runs in the project's directory, without the wrapper, which goes a moment after it wrote exit. */
    private List<Long> sleepers() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> isSleeper(Path.of("/proc/" + pid)))
                .toList();
    }

    private boolean isSleeper(Path process) {
        try {
            return Files.readString(process.resolve("comm")).equals("sleep\n")
                    && Files.readSymbolicLink(process.resolve("cwd")).equals(project.toRealPath());
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }
}
