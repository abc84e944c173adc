package dev.switchboard.shell.internal.audit;

import dev.switchboard.config.ConfigurationEditor;
import dev.switchboard.config.ConfigurationEntry;
import java.util.List;

/** Records who changes the configuration; what was refused without its value, which may be a secret in the wrong place. */
record AuditedEditor(ConfigurationEditor service, ShellAudit audit) implements ConfigurationEditor {
    @Override
    public List<ConfigurationEntry> entries() {
        return service.entries();
    }

    @Override
    public ConfigurationEntry entry(String key) {
        return service.entry(key);
    }

    @Override
    public Change set(String key, String value) {
        return audit.call(
                audit.entry("config_set").with("key", key),
                () -> service.set(key, value),
                (entry, change) -> entry.with("value", value));
    }

    @Override
    public Change unset(String key) {
        return audit.call(
                audit.entry("config_unset").with("key", key), () -> service.unset(key), (entry, change) -> entry);
    }
}
