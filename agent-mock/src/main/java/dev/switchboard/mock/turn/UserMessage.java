package dev.switchboard.mock.turn;

import dev.switchboard.mock.json.JsonObject;
import java.util.List;

/**
 * One prompt.
 *
 * @param uuid    the sender's id for it, or null
 * @param content as it came in: a string or a list of blocks
 * @param text    the text of it; several text blocks are joined by a line end
 */
public record UserMessage(String uuid, Object content, String text) {

    public static UserMessage of(String text) {
        return new UserMessage(null, text, text);
    }

    /** @param line a {@code user} line of the stream input with a valid message */
    static UserMessage fromLine(JsonObject line) {
        Object content = line.object("message").get("content");
        return new UserMessage(line.string("uuid"), content, text(content));
    }

    private static String text(Object content) {
        if (!(content instanceof List<?> blocks)) {
            return content instanceof String text ? text : "";
        }
        StringBuilder joined = new StringBuilder();
        for (Object block : blocks) {
            String text = block instanceof JsonObject object ? object.string("text") : null;
            if (text != null) {
                joined.append(joined.length() == 0 ? "" : "\n").append(text);
            }
        }
        return joined.toString();
    }
}
