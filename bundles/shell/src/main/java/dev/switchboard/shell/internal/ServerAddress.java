package dev.switchboard.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where people reach the server: {@code public.url} if it is set, else what {@code instance.json} says, which is there while
 * the server is ready, else what the configuration says.
 */
public final class ServerAddress {
    private static final Logger LOG = LoggerFactory.getLogger(ServerAddress.class);

    private ServerAddress() {}

    /**
     * An address that ends in a slash.
     *
     * @throws SwitchboardException {@code SERVICE_UNAVAILABLE} if the port is not known yet
     */
    public static String of(Settings settings) {
        String external = settings.get(ServerSettings.PUBLIC_URL);
        String url = external.isEmpty() ? fromInstance(settings).orElseGet(() -> fromSettings(settings)) : external;
        return url.endsWith("/") ? url : url + "/";
    }

    private static Optional<String> fromInstance(Settings settings) {
        Path file = Path.of(settings.get(ServerSettings.DATA_DIR)).resolve("instance.json");
        try {
            JsonNode instance = Json.read(Files.readAllBytes(file));
            return Optional.of(instance.path("url").asText()).filter(url -> !url.isEmpty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("cannot read {}", file, e);
            return Optional.empty();
        }
    }

    private static String fromSettings(Settings settings) {
        int port = settings.get(ServerSettings.PORT);
        if (port == 0) {
            throw new SwitchboardException(
                    ErrorCode.SERVICE_UNAVAILABLE,
                    "the server is not ready, so its port is not known yet; try again",
                    Map.of("service", "websocket", "retry_after_ms", 1000));
        }
        String host = settings.get(ServerSettings.HOST);
        return "http://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }
}
