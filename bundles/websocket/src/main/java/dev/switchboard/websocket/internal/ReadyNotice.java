package dev.switchboard.websocket.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people and scripts, once, that the server is ready: {@code instance.json} and one line on stdout. */
final class ReadyNotice {
    private static final Logger LOG = LoggerFactory.getLogger(ReadyNotice.class);

    private final Settings settings;
    private final int port;
    private final Surroundings surroundings;
    private final InstanceFile file;
    private boolean given;
    private boolean failed;

    /** @param port where it really listens */
    ReadyNotice(Settings settings, int port, Surroundings surroundings) {
        this.settings = settings;
        this.port = port;
        this.surroundings = surroundings;
        this.file = new InstanceFile(dataDirectory());
    }

    /**
     * What the notice is about and where it goes.
     *
     * @param terminal whether a person watches stdout, who may see the token
     * @param demo whether the agent is a mock
     */
    record Surroundings(PrintStream stdout, boolean terminal, boolean demo, String version, Instant startedAt) {}

    /** Gives the notice if it has not been given yet; tries again later if the file cannot be written. */
    void give() {
        if (given) {
            return;
        }
        try {
            file.write(instance());
        } catch (IOException e) {
            if (!failed) {
                LOG.error("cannot write instance.json into {}; trying again", dataDirectory(), e);
                failed = true;
            }
            return;
        }
        given = true;
        surroundings.stdout().println(line());
        surroundings.stdout().flush();
    }

    /** The server is not ready any more. */
    void withdraw() {
        try {
            file.delete();
        } catch (IOException e) {
            LOG.warn("cannot delete instance.json in {}", dataDirectory(), e);
        }
    }

    private Map<String, Object> instance() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pid", ProcessHandle.current().pid());
        fields.put("port", port);
        int shellPort = settings.get(ServerSettings.SHELL_PORT);
        if (shellPort != 0) {
            fields.put("shell_port", shellPort);
        }
        fields.put("url", url());
        fields.put("version", surroundings.version());
        fields.put("jdk", Runtime.version().toString());
        fields.put("ready", true);
        fields.put("started_at", surroundings.startedAt());
        return fields;
    }

    private String line() {
        String token = surroundings.terminal()
                ? initialToken().map(ReadyNotice::asFragment).orElse("")
                : "";
        String demo = surroundings.demo() ? " (demo: the agent is a mock, not Claude)" : "";
        return "Switchboard ready at " + url() + token + demo;
    }

    /** Browsers send everything of an address but its fragment: so it is in no log of a server or proxy. */
    private static String asFragment(String token) {
        return "#token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    }

    private String url() {
        String external = settings.get(ServerSettings.PUBLIC_URL);
        if (!external.isEmpty()) {
            return external.endsWith("/") ? external : external + "/";
        }
        String host = settings.get(ServerSettings.HOST);
        boolean everywhere = host.equals("0.0.0.0") || host.matches("\\[?::]?");
        return scheme() + "://" + (everywhere ? "localhost" : Authority.bracketed(host)) + ":" + port + "/";
    }

    private String scheme() {
        return switch (settings.get(ServerSettings.TLS_MODE)) {
            case AUTO -> isNear(settings.get(ServerSettings.HOST)) ? "http" : "https";
            case REQUIRED -> "https";
            case PROXY -> "http";
        };
    }

    /** Whether the server can be reached without TLS at this address of its own. */
    private static boolean isNear(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private Optional<String> initialToken() {
        Path secret = dataDirectory().resolve("initial-token");
        try {
            boolean needed = settings.get(ServerSettings.AUTH_MODE) == AuthMode.TOKEN && Files.isRegularFile(secret);
            return needed ? Optional.of(Files.readString(secret).strip()) : Optional.empty();
        } catch (IOException e) {
            LOG.warn("cannot read {}", secret, e);
            return Optional.empty();
        }
    }

    private Path dataDirectory() {
        return Path.of(settings.get(ServerSettings.DATA_DIR));
    }
}
