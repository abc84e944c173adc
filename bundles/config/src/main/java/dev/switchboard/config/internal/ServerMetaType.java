package dev.switchboard.config.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Setting;
import java.io.InputStream;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeProvider;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Describes the configuration to tools that edit it. Secrets are not in it: they do not come from there. */
final class ServerMetaType implements MetaTypeProvider {
    @Override
    public ObjectClassDefinition getObjectClassDefinition(String id, String locale) {
        if (!ServerSettings.PID.equals(id)) {
            throw new IllegalArgumentException("\"" + id + "\" is not described here; expected " + ServerSettings.PID);
        }
        return new ServerClass();
    }

    @Override
    public String[] getLocales() {
        return null; // as the interface says: none but the default
    }

    private static final class ServerClass implements ObjectClassDefinition {
        @Override
        public String getName() {
            return "Switchboard";
        }

        @Override
        public String getID() {
            return ServerSettings.PID;
        }

        @Override
        public String getDescription() {
            return "The Switchboard server; environment variables win over what is written here.";
        }

        @Override
        public AttributeDefinition[] getAttributeDefinitions(int filter) {
            return filter == REQUIRED
                    ? new AttributeDefinition[0]
                    : ServerSettings.all().stream()
                            .filter(setting -> !setting.secret())
                            .map(ServerAttribute::new)
                            .toArray(AttributeDefinition[]::new);
        }

        @Override
        public InputStream getIcon(int size) {
            return null; // as the interface says: there is none
        }
    }

    private record ServerAttribute(Setting<?> setting) implements AttributeDefinition {
        @Override
        public String getName() {
            return setting.key();
        }

        @Override
        public String getID() {
            return setting.key();
        }

        @Override
        public String getDescription() {
            return setting.description() + " Takes " + setting.expected()
                    + (setting.live() ? "." : "; a change takes effect after a restart.");
        }

        /** Lists too are one text, as they stand in the file. */
        @Override
        public int getCardinality() {
            return 0;
        }

        @Override
        public int getType() {
            if (setting.range().isPresent()) {
                return setting.range().get().max() > Integer.MAX_VALUE ? LONG : INTEGER;
            }
            return setting.options().contains("true") ? BOOLEAN : STRING;
        }

        @Override
        public String[] getOptionValues() {
            return setting.options().isEmpty() ? null : setting.options().toArray(String[]::new);
        }

        @Override
        public String[] getOptionLabels() {
            return getOptionValues();
        }

        @Override
        public String validate(String value) {
            try {
                setting.parse(value);
                return "";
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        }

        @Override
        public String[] getDefaultValue() {
            return setting.defaultText().isEmpty() ? null : new String[] {setting.defaultText()};
        }
    }
}
