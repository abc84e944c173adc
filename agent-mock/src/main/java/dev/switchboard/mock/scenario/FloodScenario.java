package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.turn.Turn;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code [[flood lines=10000 bytes=500]]}: so many assistant lines of exactly so many bytes, the line end included, as fast as they
 * are read. The text of each begins with its number, from 1, in ten digits, and the total.
 */
final class FloodScenario implements Scenario {

    private static final int CHUNK = 64 * 1024;
    private static final int DIGITS = 10;
    private static final String NUMBER_MARK = "##########";
    private static final String UUID_MARK = "000000000000\"";
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void play(Turn turn, Directive directive) {
        directive.allow("lines", "bytes");
        long lines = directive.number("lines", 10_000, 1, 100_000_000);
        int bytes = (int) directive.number("bytes", 500, 1, 1024 * 1024);
        byte[] line = template(turn, lines, bytes);
        if (turn.agent().output().streams()) {
            pour(turn, line, lines);
        }
        turn.answer("Flood of " + lines + " lines of " + bytes + " bytes is over.");
    }

    private static void pour(Turn turn, byte[] line, long lines) {
        String template = new String(line, StandardCharsets.ISO_8859_1);
        int number = template.indexOf(NUMBER_MARK);
        int uuid = template.indexOf(UUID_MARK);
        byte[] chunk = new byte[Math.max(CHUNK / line.length, 1) * line.length];
        int used = 0;
        for (long i = 1; i <= lines; i++) {
            System.arraycopy(line, 0, chunk, used, line.length);
            long rest = i;
            for (int at = used + number + DIGITS - 1; at >= used + number; at--) {
                chunk[at] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
            for (int digit = 0; digit < 12; digit++) {
                chunk[used + uuid + 11 - digit] = HEX[(int) (i >> 4 * digit & 15)];
            }
            used += line.length;
            if (used == chunk.length || i == lines) {
                turn.checkAborted();
                turn.agent().output().bulk(chunk, used);
                used = 0;
            }
        }
    }

    /** One line with marks where the number and the counting part of the uuid go. Only the fields that every assistant line has. */
    private static byte[] template(Turn turn, long lines, int bytes) {
        String total = Long.toString(10_000_000_000L + lines).substring(1);
        String text = NUMBER_MARK + "/" + total + " ";
        String uuid = turn.session().ids().uuid();
        byte[] shortest = line(turn, text, uuid);
        if (bytes < shortest.length) {
            throw new DirectiveException("[[flood]]: bytes is " + bytes + "; a line takes at least " + shortest.length);
        }
        return line(turn, text + ".".repeat(bytes - shortest.length), uuid);
    }

    private static byte[] line(Turn turn, String text, String uuid) {
        JsonObject message = JsonObject.of("id", turn.messageId())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", turn.agent().model())
                .put("content", List.of(JsonObject.of("type", "text").put("text", text)))
                .put("stop_reason", null)
                .put("stop_sequence", null)
                .put("usage", JsonObject.of("output_tokens", 1));
        JsonObject line = JsonObject.of("type", "assistant")
                .put("message", message)
                .put("parent_tool_use_id", null)
                .put("session_id", turn.session().id())
                .put("uuid", uuid.substring(0, 24) + "000000000000");
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
