package dev.switchboard.itests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes messages of two runs comparable: ids by the order in which they come, one time for all times, other people's paths. */
final class Normalizer {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern MOCK_ID = Pattern.compile("\\b(msg|toolu|req)_[0-9A-Za-z]{8,}");
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})");
    private static final String ANY_TIME = "2026-01-31T10:15:30.123456Z";

    /** Figures that depend on machine and moment. */
    private static final Set<String> FIGURES = Set.of(
            "uptime",
            "ping_ms",
            "queued_bytes",
            "cpu_percent",
            "memory_mb",
            "threads",
            "disk_free_gb",
            "usage_percent",
            "cores",
            "total_mb",
            "available_mb",
            "used_percent",
            "heap_used_mb",
            "heap_max_mb",
            "total_gb",
            "free_gb",
            "avg_duration_ms",
            "duration_ms",
            "duration_api_ms",
            "ttft_ms",
            "ttft_stream_ms",
            "time_to_request_ms",
            "first_content_frame_ms",
            "sent",
            "received",
            "rate_per_sec");

    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>();

    /** Replaces a text wherever it comes. */
    Normalizer replace(String text, String by) {
        texts.put(text, by);
        return this;
    }

    /** A copy that looks the same in every run. */
    JsonNode normalize(JsonNode message) {
        if (message instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> copy.set(field.getKey(), field(field.getKey(), field.getValue())));
            return copy;
        }
        if (message instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> copy.add(normalize(item)));
            return copy;
        }
        return message.isTextual() ? JsonNodeFactory.instance.textNode(text(message.textValue())) : message;
    }

    private JsonNode field(String name, JsonNode value) {
        if (name.equals("next_cursor")) {
            return JsonNodeFactory.instance.textNode("AAAAAAAAAAeQuq18iNGdWVByk3s");
        }
        boolean figure = value.isNumber() || value.isNull();
        return FIGURES.contains(name) && figure ? JsonNodeFactory.instance.numberNode(1) : normalize(value);
    }

    private String text(String value) {
        String text = value;
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            text = text.replace(entry.getKey(), entry.getValue());
        }
        text = UUID.matcher(text).replaceAll(found -> id(found.group()));
        text = MOCK_ID.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + "_" + number(found.group())));
        return TIME.matcher(text).replaceAll(ANY_TIME);
    }

    private String id(String uuid) {
        return ids.computeIfAbsent(uuid, id -> "00000000-0000-4000-8000-" + String.format("%012d", ids.size() + 1));
    }

    private String number(String id) {
        String uuid = id(id);
        return uuid.substring(uuid.length() - 4);
    }
}
