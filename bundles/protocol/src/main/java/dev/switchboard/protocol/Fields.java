package dev.switchboard.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the fields of a request's {@code data} that is as its schema says: bounds are there and only there. A field that is
 * absent or {@code null} is not there. One of another type, and what a schema cannot say, becomes {@code VALIDATION_FAILED}
 * naming the field.
 */
public final class Fields {
    private final ObjectNode data;
    private final String prefix;

    private Fields(ObjectNode data, String prefix) {
        this.data = data;
        this.prefix = prefix;
    }

    /** The fields of an object. */
    public static Fields of(ObjectNode data) {
        return new Fields(data, "");
    }

    /** A text that is there. */
    public String requiredText(String name) {
        return text(name).orElseThrow(() -> invalid(name, "is missing; expected a text"));
    }

    /** A text. */
    public Optional<String> text(String name) {
        return node(name).map(value -> typed(name, value, value.isTextual()).textValue());
    }

    /** A truth value. */
    public Optional<Boolean> flag(String name) {
        return node(name).map(value -> typed(name, value, value.isBoolean()).booleanValue());
    }

    /** A whole number. */
    public OptionalLong number(String name) {
        Optional<JsonNode> value = node(name);
        return value.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(typed(
                                name,
                                value.get(),
                                value.get().isIntegralNumber() && value.get().canConvertToLong())
                        .longValue());
    }

    /** An amount. */
    public Optional<BigDecimal> amount(String name) {
        return node(name).map(value -> typed(name, value, value.isNumber()).decimalValue());
    }

    /** A date-time with any offset. */
    public Optional<Instant> instant(String name) {
        return text(name).map(value -> {
            try {
                return Timestamps.parse(value);
            } catch (DateTimeException e) {
                throw invalid(name, "is not an ISO 8601 date-time with an offset, like 2026-01-31T10:15:30Z");
            }
        });
    }

    /** A list of texts. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        node(name)
                .ifPresent(list -> typed(name, list, list.isArray())
                        .forEach(item ->
                                texts.add(typed(name, item, item.isTextual()).textValue())));
        return List.copyOf(texts);
    }

    /** The fields of an inner object; none if it is not there. */
    public Fields inner(String name) {
        JsonNode value = node(name).orElseGet(Json::object);
        if (!value.isObject()) {
            throw invalid(name, "is not an object");
        }
        return new Fields((ObjectNode) value, prefix + name + ".");
    }

    /** The value of a field as it came. */
    public Optional<JsonNode> node(String name) {
        JsonNode value = data.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** The error for a field of these. */
    public SwitchboardException invalid(String name, String what) {
        String field = prefix + name;
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, field + " " + what, Map.of("field", field));
    }

    private JsonNode typed(String name, JsonNode value, boolean fits) {
        if (!fits) {
            throw invalid(name, "is of the wrong type");
        }
        return value;
    }
}
