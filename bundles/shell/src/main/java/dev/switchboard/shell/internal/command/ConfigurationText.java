package dev.switchboard.shell.internal.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.switchboard.config.ConfigurationEditor.Change;
import dev.switchboard.config.ConfigurationEntry;
import dev.switchboard.protocol.Json;
import dev.switchboard.shell.internal.Console;
import dev.switchboard.shell.internal.Printable;
import java.util.Locale;

/** What commands say of the configuration. */
final class ConfigurationText {
    private static final int SHOWN = 200;

    private ConfigurationText() {}

    static String source(ConfigurationEntry entry) {
        return entry.source().name().toLowerCase(Locale.ROOT);
    }

    static String value(ConfigurationEntry entry) {
        return Printable.line(entry.value(), SHOWN);
    }

    static ObjectNode document(ConfigurationEntry entry) {
        ObjectNode document = Json.object();
        document.put("key", entry.setting().key());
        document.put("value", entry.value());
        document.put("source", source(entry));
        if (!entry.origin().isEmpty()) {
            document.put("origin", entry.origin());
        }
        document.put("default", entry.setting().defaultText());
        document.put("expected", entry.setting().expected());
        document.put("description", entry.setting().description());
        return document.put("live", entry.setting().live());
    }

    /** What a change came to: the key as it is now, what held before, and where it was written. */
    static ObjectNode document(Change change) {
        ObjectNode document = document(change.after());
        document.put("before", change.before().value());
        change.file().ifPresent(file -> document.put("file", file));
        return document;
    }

    /** Says what a change came to, as a document or in words. */
    static void tell(Change change, boolean json, Console console) {
        if (json) {
            console.json(document(change));
        } else {
            tell(change, console);
        }
    }

    private static void tell(Change change, Console console) {
        String key = change.after().setting().key();
        if (change.after().setting().live()) {
            console.line(key + " is now " + quoted(change.after()) + " (was " + quoted(change.before()) + ")");
        } else {
            console.line(key + " takes effect after a restart; until then it is " + quoted(change.after()));
        }
        console.line(change.file()
                .map(file -> "(written to " + file + ")")
                .orElse("(kept by Configuration Admin; there is no file)"));
    }

    static String quoted(ConfigurationEntry entry) {
        return '"' + value(entry) + '"';
    }
}
