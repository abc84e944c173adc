package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordTextTest {
    private static List<String> agent(String type, String json) {
        return RecordText.of(message(Direction.CLAUDE, type, Content.of(json)));
    }

    private static List<String> server(String type, String json) {
        return RecordText.of(message(Direction.SERVER, type, Content.of(json)));
    }

    private static Message message(Direction direction, String type, Content content) {
        return new Message(7, FakeServer.NOW, direction, type, content, Optional.empty());
    }

    @Test
    @DisplayName("H6 what the agent says is shown as it is, block by block")
    void showsText() {
        assertEquals(
                List.of("First\nline", "second"),
                agent(
                        "assistant",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":"
                                + "\"First\\nline\"},{\"type\":\"thinking\",\"thinking\":\"hm\"},"
                                + "{\"type\":\"text\",\"text\":\"second\"}]},\"parent_tool_use_id\":null}"));
        assertEquals(
                List.of("plain"), agent("assistant", "{\"type\":\"assistant\",\"message\":{\"content\":\"plain\"}}"));
    }

    @Test
    @DisplayName("H6 a tool is shown by its name and what tells most about its use")
    void showsTools() {
        assertEquals(
                List.of("[tool] Bash ls -l"),
                agent(
                        "assistant",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":"
                                + "\"Bash\",\"input\":{\"description\":\"List\",\"command\":\"ls -l\"}}]}}"));
        assertEquals(
                List.of("[tool] Odd {\"n\":1.50}"),
                agent(
                        "assistant",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":"
                                + "\"Odd\",\"input\":{\"n\":1.50}}]}}"));
        assertEquals(
                List.of("[tool] Bare"),
                agent(
                        "assistant",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":"
                                + "\"Bare\",\"input\":{}}]}}"));
        String longCommand = agent(
                        "assistant",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"Bash\","
                                + "\"input\":{\"command\":\"" + "x".repeat(5000) + "\"}}]}}")
                .get(0);
        assertEquals("[tool] Bash ".length() + 160, longCommand.length());
    }

    @Test
    @DisplayName("H6 a subagent's lines are indented")
    void indentsSubagents() {
        assertEquals(
                List.of("  one\n  two"),
                agent(
                        "assistant",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":"
                                + "\"one\\ntwo\"}]},\"parent_tool_use_id\":\"toolu_1\"}"));
    }

    @Test
    @DisplayName("H6 of tools' results those that failed are shown")
    void showsFailedTools() {
        assertEquals(
                List.of("[tool failed] no such file"),
                agent(
                        "user",
                        "{\"type\":\"user\",\"message\":{\"content\":["
                                + "{\"type\":\"tool_result\",\"content\":\"fine\",\"is_error\":false},"
                                + "{\"type\":\"tool_result\",\"content\":[{\"type\":\"text\",\"text\":\"no such\\nfile\"}],"
                                + "\"is_error\":true}]}}"));
    }

    @Test
    @DisplayName("H6 the end of a turn says what it took, or why it failed")
    void showsResults() {
        assertEquals(
                List.of("[done] 3 turns, 12.3 s, $0.0123"),
                agent(
                        "result",
                        "{\"duration_ms\":12345,\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,"
                                + "\"num_turns\":3,\"total_cost_usd\":0.012345,\"result\":\"said before\"}"));
        assertEquals(List.of("[done]"), agent("result", "{\"type\":\"result\",\"is_error\":false}"));
        assertEquals(
                List.of("[failed] API Error: 500"),
                agent(
                        "result",
                        "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"result\":"
                                + "\"API Error: 500\"}"));
        assertEquals(
                List.of("[failed] Reached maximum number of turns (2)"),
                agent(
                        "result",
                        "{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"is_error\":true,\"errors\":"
                                + "[\"Reached maximum number of turns (2)\"]}"));
        assertEquals(
                List.of("[interrupted]"),
                agent(
                        "result",
                        "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"is_error\":true,"
                                + "\"terminal_reason\":\"aborted_streaming\",\"errors\":[\"[ede_diagnostic] x\"]}"));
        assertEquals(
                List.of("[failed] error_during_execution"),
                agent("result", "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"is_error\":true}"));
    }

    @Test
    @DisplayName("H6 what is unknown has no text, and is no error")
    void passesOverTheUnknown() {
        assertEquals(List.of(), agent("from_the_future", "{\"type\":\"from_the_future\"}"));
        assertEquals(List.of(), agent("assistant", "{\"type\":\"assistant\"}"));
        assertEquals(List.of(), agent("assistant", "{\"type\":\"assistant\",\"message\":{\"content\":[{},3,null]}}"));
        assertEquals(List.of(), server("from_the_future", "{}"));
        assertEquals(
                "[system init]",
                RecordText.placeholder(
                        message(Direction.CLAUDE, "system", Content.of("{\"type\":\"system\",\"subtype\":\"init\"}"))));
        assertEquals("[x]", RecordText.placeholder(message(Direction.CLAUDE, "x", Content.of("{\"type\":\"x\"}"))));
    }

    @Test
    @DisplayName("H6 prompts are shown with who asked")
    void showsPrompts() {
        assertEquals(
                List.of("[anna] > do it"),
                RecordText.of(message(Direction.CLIENT, "user", Content.of("{\"by\":\"anna\",\"prompt\":\"do it\"}"))));
        assertEquals(
                List.of("[anna] > look\n(image)"),
                RecordText.of(message(
                        Direction.CLIENT,
                        "user",
                        Content.of("{\"by\":\"anna\",\"prompt\":[{\"type\":\"text\",\"text\":\"look\"},"
                                + "{\"type\":\"image\",\"source\":{}}]}"))));
    }

    @Test
    @DisplayName("H6 the server's records are shown in words")
    void showsServerRecords() {
        assertEquals(List.of("[state] IDLE"), server("project_state", "{\"state\":\"IDLE\"}"));
        assertEquals(
                List.of("[error] EXECUTION_FAILED: it broke"),
                server("error", "{\"code\":\"EXECUTION_FAILED\",\"message\":\"it\\nbroke\"}"));
        assertEquals(
                List.of("[permission] asks to use Write: {\"path\":\"a\"}"),
                server("permission_request", "{\"tool_name\":\"Write\",\"input\":{\"path\":\"a\"}}"));
        assertEquals(
                List.of("[permission] deny by server"),
                server("permission_resolved", "{\"decision\":\"deny\",\"by\":\"server\"}"));
        assertEquals(List.of("[killed]"), server("process_killed", "{}"));
    }

    @Test
    @DisplayName("X2 H6 a huge line is not read into memory to be shown")
    void namesTheSizeOfTheHuge(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("spool"), "{}".repeat(100));
        List<String> lines = RecordText.of(message(Direction.CLAUDE, "assistant", Content.of(file, 0, 200)));
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).contains("200 bytes"), lines.get(0));
    }
}
