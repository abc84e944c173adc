package dev.switchboard.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the fields of a request's {@code data}, each with its type and bounds. A field that is absent or {@code null} is not
 * there. What is wrong becomes {@code VALIDATION_FAILED} naming the field and what would be right.
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

    /** A text that must be there and not be empty. */
    public String requiredText(String name, int maxLength) {
        return text(name, maxLength)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> invalid(name, "is missing; expected a text"));
    }

    /** A text of at most {@code maxLength} characters. */
    public Optional<String> text(String name, int maxLength) {
        return node(name).map(value -> {
            if (!value.isTextual()) {
                throw invalid(name, "is not a text");
            }
            if (value.textValue().length() > maxLength) {
                throw invalid(name, "is longer than " + maxLength + " characters");
            }
            return value.textValue();
        });
    }

    /** A truth value. */
    public Optional<Boolean> flag(String name) {
        return node(name).map(value -> {
            if (!value.isBoolean()) {
                throw invalid(name, "is not true or false");
            }
            return value.booleanValue();
        });
    }

    /** A whole number within bounds, both included. */
    public OptionalLong number(String name, long min, long max) {
        Optional<JsonNode> value = node(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().isIntegralNumber()
                || value.get().bigIntegerValue().compareTo(BigInteger.valueOf(min)) < 0
                || value.get().bigIntegerValue().compareTo(BigInteger.valueOf(max)) > 0) {
            throw invalid(name, "is not a whole number from " + min + " to " + max);
        }
        return OptionalLong.of(value.get().longValue());
    }

    /** An amount greater than zero. */
    public Optional<BigDecimal> amount(String name) {
        return node(name).map(value -> {
            if (!value.isNumber() || value.decimalValue().signum() <= 0) {
                throw invalid(name, "is not a number greater than 0");
            }
            return value.decimalValue();
        });
    }

    /** A date-time with any offset. */
    public Optional<Instant> instant(String name) {
        return text(name, 64).map(value -> {
            try {
                return Timestamps.parse(value);
            } catch (DateTimeException e) {
                throw invalid(name, "is not an ISO 8601 date-time with an offset, like 2026-01-31T10:15:30Z");
            }
        });
    }

    /** A list of texts. */
    public List<String> texts(String name, int maxCount, int maxLength) {
        Optional<JsonNode> value = node(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (!value.get().isArray() || value.get().size() > maxCount) {
            throw invalid(name, "is not a list of at most " + maxCount + " texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : value.get()) {
            if (!item.isTextual() || item.textValue().length() > maxLength) {
                throw invalid(name, "has an item that is not a text of at most " + maxLength + " characters");
            }
            texts.add(item.textValue());
        }
        return List.copyOf(texts);
    }

    /** A text that is one of several. */
    public Optional<String> choice(String name, List<String> choices) {
        return text(name, Integer.MAX_VALUE).map(value -> {
            if (!choices.contains(value)) {
                throw invalid(name, "is not one of " + String.join(", ", choices));
            }
            return value;
        });
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

    /** Fails if there is a field of another name. */
    public void allowOnly(Set<String> names) {
        for (Iterator<String> fields = data.fieldNames(); fields.hasNext(); ) {
            String name = fields.next();
            if (!names.contains(name)) {
                throw invalid(
                        name,
                        "is not known; expected one of "
                                + String.join(", ", names.stream().sorted().toList()));
            }
        }
    }

    /** The error for a field of these. */
    public SwitchboardException invalid(String name, String what) {
        String field = prefix + name;
        return new SwitchboardException(ErrorCode.VALIDATION_FAILED, field + " " + what, Map.of("field", field));
    }
}
