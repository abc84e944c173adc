package dev.switchboard.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.switchboard.content.Content;
import dev.switchboard.execution.ExecutionId;
import dev.switchboard.execution.Prompt;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboundFramesTest {
    private static final ProjectId PROJECT = ProjectId.parse("6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001");
    private static final Instant AT = Instant.parse("2026-01-31T10:15:30.123456789Z");

    private static Message message(Direction direction, String type, Content content) {
        return new Message(17, AT, direction, type, content, Optional.empty());
    }

    @Test
    void passesAnAgentsLineThroughByteForByte() {
        String line = "{\"z\":1.0e400 , \"type\":\"assistant\",\"a\":\"\\u00e9é\"}";
        Message message = message(Direction.CLAUDE, "assistant", Content.of(line));
        assertEquals(
                "{\"type\":\"agent_message\",\"project_id\":\"" + PROJECT
                        + "\",\"seq\":17,\"timestamp\":\"2026-01-31T10:15:30.123456Z\",\"data\":" + line + "}",
                OutboundFrames.record(PROJECT, message, false).toText());
    }

    @Test
    void marksReplayedRecords() {
        Message message = message(Direction.SERVER, "project_state", Content.of("{}"));
        assertEquals(
                "{\"type\":\"project_state\",\"project_id\":\"" + PROJECT
                        + "\",\"seq\":17,\"replay\":true,\"timestamp\":\"2026-01-31T10:15:30.123456Z\",\"data\":{}}",
                OutboundFrames.record(PROJECT, message, true).toText());
    }

    @Test
    void keepsALargeLineInItsFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("spool"), "xx{\"type\":\"assistant\"}yy");
        Content line = Content.of(file, 2, 22);
        Content frame = OutboundFrames.record(PROJECT, message(Direction.CLAUDE, "assistant", line), false);
        assertFalse(frame.inMemory());
        assertEquals(
                OutboundFrames.record(
                                PROJECT, message(Direction.CLAUDE, "assistant", Content.of(line.toBytes())), false)
                        .toText(),
                frame.toText());
    }

    @Test
    void echoesTheRequestIdAsItCame() throws Exception {
        assertEquals(
                "{\"type\":\"execute\",\"request_id\":42,\"timestamp\":\"2026-01-31T10:15:30.123456Z\",\"data\":{}}",
                OutboundFrames.reply(
                                "execute",
                                Optional.empty(),
                                Optional.of(Json.read("42".getBytes())),
                                AT,
                                Content.of("{}"))
                        .toText());
    }

    @Test
    void showsAPromptInHistory() throws Exception {
        ExecutionId execution = new ExecutionId(new UUID(0, 1));
        Content record = Payloads.prompt(execution, new Prompt(Content.of("\"a\\ud800\\n🇨🇭\""), "x"), "me");
        assertEquals(
                "{\"execution_id\":\"" + execution + "\",\"by\":\"me\",\"prompt\":\"a\\ud800\\n🇨🇭\"}",
                record.toText());
        assertEquals(
                "{\"seq\":17,\"timestamp\":\"2026-01-31T10:15:30.123456Z\",\"direction\":\"client\",\"message\":{\"type\":"
                        + "\"user\",\"content\":{\"text\":\"a\\ud800\\n🇨🇭\",\"execution_id\":\"" + execution
                        + "\",\"by\":\"me\"}}}",
                OutboundFrames.historyItem(message(Direction.CLIENT, OutboundFrames.USER, record))
                        .toText());
    }

    @Test
    void putsRecordsIntoAPageAsTheyAre() {
        Message one = message(Direction.CLAUDE, "assistant", Content.of("{\"n\" : 1.50e3}"));
        String item = OutboundFrames.historyItem(one).toText();
        ObjectNode metadata = Json.object().put("limit", 2);
        assertEquals(
                "{\"messages\":[" + item + "," + item + "],\"metadata\":{\"limit\":2},\"project_id\":\"" + PROJECT
                        + "\"}",
                OutboundFrames.historyPage(PROJECT, List.of(one, one), metadata).toText());
        assertEquals(
                "{\"messages\":[],\"metadata\":{},\"project_id\":\"" + PROJECT + "\"}",
                OutboundFrames.historyPage(PROJECT, List.of(), Json.object()).toText());
    }

    @Test
    void writesLoneSurrogatesAsEscapesAndPairsAsTheyAre() {
        assertEquals("\"a\\ud800b😀\\udc00\"", new String(Json.bytes(TextNode.valueOf("a\ud800b😀\udc00"))));
    }

    @Test
    void writesSixDigitsOfASecond() {
        assertEquals("2026-01-31T10:15:30.000000Z", Timestamps.format(Instant.parse("2026-01-31T10:15:30Z")));
        assertEquals(Instant.parse("2026-01-31T10:15:30Z"), Timestamps.parse("2026-01-31T15:45:30+05:30"));
    }
}
