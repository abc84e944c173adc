package dev.switchboard.benchmarks;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.InboundFrame;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.agent.AgentLine;
import dev.switchboard.protocol.agent.AgentLineScanner;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What each line of an agent costs on its way: scanned once, encoded once. And what each request costs to be read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotPathBenchmark {
    /** The length of the agent's line, in bytes. */
    @Param({"500", "5000", "500000"})
    public int bytes;

    private final AgentLineScanner scanner = new AgentLineScanner("type", "subtype", "session_id");
    private final ProjectId project = ProjectId.random();
    private byte[] request;
    private Content line;
    private Message message;

    @Setup
    public void setUp() {
        String start = "{\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"";
        String end = "\"}]},\"session_id\":\"" + project + "\",\"type\":\"assistant\"}";
        line = Content.of(start + "x".repeat(bytes - start.length() - end.length()) + end);
        message = new Message(1, Instant.now(), Direction.CLAUDE, "assistant", line, Optional.empty());
        request = ("{\"type\":\"execute\",\"project_id\":\"" + project
                        + "\",\"request_id\":\"1\",\"data\":{\"prompt\":\"" + "x".repeat(bytes) + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public Optional<AgentLine> scanLine() {
        return scanner.scan(line);
    }

    @Benchmark
    public OutboundFrame encodeFrame() {
        return OutboundFrame.text(
                FrameKind.AGENT,
                1,
                OutboundFrames.record(project, message, false).toBytes());
    }

    @Benchmark
    public InboundFrame readRequest() {
        return InboundFrame.parse(request).envelope();
    }
}
