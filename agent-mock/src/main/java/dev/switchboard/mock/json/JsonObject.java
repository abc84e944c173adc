package dev.switchboard.mock.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object that keeps its key order. Values: JsonObject, List, String, {@link JsonNumber}, Number, Boolean, null. */
public final class JsonObject {

    private final Map<String, Object> members = new LinkedHashMap<>();

    public static JsonObject of(String key, Object value) {
        return new JsonObject().put(key, value);
    }

    public JsonObject put(String key, Object value) {
        members.put(key, value);
        return this;
    }

    /** Adds the member only if there is a value: for fields that are absent rather than null. */
    public JsonObject putIfPresent(String key, Object value) {
        return value == null ? this : put(key, value);
    }

    public JsonObject putAll(JsonObject other) {
        members.putAll(other.members);
        return this;
    }

    public JsonObject copy() {
        return new JsonObject().putAll(this);
    }

    public Object get(String key) {
        return members.get(key);
    }

    /** The string at {@code key}, or null if it is absent or something else. */
    public String string(String key) {
        return members.get(key) instanceof String text ? text : null;
    }

    /** The object at {@code key}, or null if it is absent or something else. */
    public JsonObject object(String key) {
        return members.get(key) instanceof JsonObject object ? object : null;
    }

    /** The array at {@code key}, or an empty list if it is absent or something else. */
    public List<?> list(String key) {
        return members.get(key) instanceof List<?> list ? list : List.of();
    }

    public boolean isTrue(String key) {
        return Boolean.TRUE.equals(members.get(key));
    }

    public boolean has(String key) {
        return members.containsKey(key);
    }

    public Map<String, Object> members() {
        return members;
    }

    @Override
    public String toString() {
        return JsonWriter.toString(this);
    }
}
