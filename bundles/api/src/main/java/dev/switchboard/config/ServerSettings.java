package dev.switchboard.config;

import static dev.switchboard.config.Setting.addresses;
import static dev.switchboard.config.Setting.bytes;
import static dev.switchboard.config.Setting.choice;
import static dev.switchboard.config.Setting.flag;
import static dev.switchboard.config.Setting.integer;
import static dev.switchboard.config.Setting.list;
import static dev.switchboard.config.Setting.millis;
import static dev.switchboard.config.Setting.paths;
import static dev.switchboard.config.Setting.pathsOrOfHome;
import static dev.switchboard.config.Setting.seconds;
import static dev.switchboard.config.Setting.text;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every key of the configuration PID {@value #PID}: the one place where names, types, defaults and bounds are written
 * down. In limits, 0 means "no limit"; in timeouts, where 0 is allowed, it means "none".
 */
public final class ServerSettings {
    /** The persistent identity of the server's configuration. */
    public static final String PID = "dev.switchboard";

    private static final long GIB = 1L << 30;

    /** Who has to prove who they are. */
    public enum AuthMode {
        /** Every connection needs a token. */
        TOKEN,
        /** Nobody does; only on a loopback host. */
        NONE
    }

    /** Which connections have to be encrypted. */
    public enum TlsMode {
        /** All but those from this machine, on the same port. */
        AUTO,
        /** All. */
        REQUIRED,
        /** None: a proxy in front does it, and nobody but the proxy and this machine can connect. */
        PROXY
    }

    /** When a record may be shown. */
    public enum Durability {
        /** After it was synced to the disk. */
        ALWAYS,
        /** After it was written; it is synced at most 5 ms later. */
        GROUP,
        /** After it was written; when it is synced is up to the operating system. */
        OS
    }

    /** What becomes of the agents that are at work when the server stops. */
    public enum AgentsAtShutdown {
        /** They go on; the next server adopts them. */
        KEEP,
        /** They are ended. */
        STOP
    }

    /** Whether each agent has a PID namespace of its own, which ends with it whatever is in it. */
    public enum Isolation {
        /** Where the server has the right to one without a user namespace, which would take sudo and containers away. */
        AUTO,
        /** Always, if need be with a user namespace; where that cannot be had, no agent is launched. */
        ON,
        /** Never. */
        NONE
    }

    /** What the server's own log tells, and what is more important than that. */
    public enum LoggingLevel {
        /** What somebody has to look after: something failed that should not. */
        ERROR,
        /** What may become an error, or keeps something from working as it should. */
        WARN,
        /** What an operator may want to know of a server that works. */
        INFO,
        /** What helps to find out why something is as it is. */
        DEBUG,
        /** Everything. */
        TRACE
    }

    /** What a line of the server's own log looks like. */
    public enum LoggingFormat {
        /** One JSON object. */
        JSON,
        /** Words for people. */
        TEXT
    }

    public static final Setting<String> HOST = text(
                    "host", "localhost", "Address to listen on; localhost means 127.0.0.1 and ::1.")
            .checked("a host name or an address", host -> !host.isEmpty())
            .atStart();
    public static final Setting<Integer> PORT = integer(
                    "port", 8443, 0, 65535, "Port for WebSocket and HTTP; 0 picks a free one.")
            .atStart();
    public static final Setting<Integer> SHELL_PORT = integer(
                    "shell.port", 8101, 0, 65535, "Port of the SSH shell, on loopback; 0 picks a free one.")
            .atStart();
    public static final Setting<String> PUBLIC_URL = text(
                    "public.url", "", "What clients see behind a proxy, for instance https://agents.example.org.")
            .checked("an http or https URL, or nothing", url -> url.matches("|https?://[^/?#\\s]+(/[^?#\\s]*)?"));
    public static final Setting<String> DATA_DIR = text(
                    "data.dir", "", "Where everything of this instance lies; empty means ~/.switchboard.")
            .atStart();

    public static final Setting<TlsMode> TLS_MODE = choice(
            "tls.mode",
            TlsMode.class,
            TlsMode.AUTO,
            "Which connections have to be encrypted: all but those from this machine, all, or none because a proxy does it.");
    public static final Setting<String> TLS_KEYSTORE = text(
                    "tls.keystore",
                    "",
                    "PKCS #12 file with the server's key and certificates; empty: PEM files, or generated.")
            .atStart();
    public static final Setting<String> TLS_KEYSTORE_PASSWORD = text(
                    "tls.keystore.password", "", "The password of tls.keystore.")
            .asSecret()
            .atStart();
    public static final Setting<String> TLS_CERT = text(
                    "tls.cert", "", "PEM file with the server's certificate, then those that lead to the authority.")
            .atStart();
    public static final Setting<String> TLS_KEY = text(
                    "tls.key", "", "PEM file with the private key of tls.cert, PKCS #8, not encrypted.")
            .atStart();

    public static final Setting<AuthMode> AUTH_MODE = choice(
                    "auth.mode", AuthMode.class, AuthMode.TOKEN, "Whether connections need a token.")
            .atStart();
    public static final Setting<String> AUTH_TOKEN = text("auth.token", "", "An admin token given from outside.")
            .asSecret()
            .atStart();
    public static final Setting<List<String>> ORIGINS_ALLOWED = list(
                    "origins.allowed",
                    "",
                    "Origins that browsers may connect from, beside the server's own: scheme, host and port, exactly;"
                            + " a port of * means any.")
            .checked(
                    "origins like https://agents.example.org or http://localhost:*, separated by commas",
                    origins -> origins.stream()
                            .allMatch(origin -> origin.matches("[a-z][a-z0-9+.-]*://[^/*\\s]+(:\\*)?")));
    public static final Setting<List<String>> HOSTS_ALLOWED = list(
                    "hosts.allowed",
                    "",
                    "Host names that requests may name, beside the server's own address and localhost; without a port any.")
            .checked(
                    "names like agents.example.org or [2001:db8::1], perhaps with :port, separated by commas",
                    hosts -> hosts.stream()
                            .allMatch(
                                    host -> host.matches("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:/@*\\s]+)(:(\\d{1,5}|\\*))?")));

    public static final Setting<List<AddressRange>> PROXIES_TRUSTED = addresses(
            "proxies.trusted",
            "Addresses of proxies that are believed when they say whom they speak for (X-Forwarded-For, X-Forwarded-Proto).");

    public static final Setting<Integer> LIMITS_CONNECTIONS =
            integer("limits.connections", 100, 0, 1_000_000, "Connections at the same time.");
    public static final Setting<Integer> LIMITS_CONNECTIONS_PER_IP =
            integer("limits.connections.per.ip", 100, 0, 1_000_000, "Connections at the same time from one address.");
    public static final Setting<Integer> LIMITS_CONNECTIONS_PER_TOKEN =
            integer("limits.connections.per.token", 0, 0, 1_000_000, "Connections at the same time with one token.");
    public static final Setting<Integer> LIMITS_CONNECTIONS_UNAUTHENTICATED_PER_IP = integer(
            "limits.connections.unauthenticated.per.ip",
            20,
            0,
            1_000_000,
            "Connections at the same time from one address that have not shown a token yet.");
    public static final Setting<Integer> LIMITS_CONNECTS_PER_MINUTE_PER_IP = integer(
            "limits.connects.per.minute.per.ip",
            600,
            0,
            1_000_000,
            "Attempts to connect per minute from one address, with a burst of the same size.");
    public static final Setting<Integer> LIMITS_REQUESTS_PER_SECOND = integer(
            "limits.requests.per.second", 200, 0, 1_000_000, "Requests per connection, with a burst of the same size.");
    public static final Setting<Long> LIMITS_MESSAGE_BYTES =
            bytes("limits.message.bytes", 1 << 20, 4096, GIB, "Size of one inbound message.");
    public static final Setting<Long> LIMITS_RING_BYTES =
            bytes("limits.ring.bytes", 8 << 20, 1 << 16, GIB, "Encoded frames kept in memory per project.");
    public static final Setting<Long> LIMITS_QUEUE_BYTES =
            bytes("limits.queue.bytes", 1 << 20, 1 << 16, GIB, "Output in flight per connection.");
    public static final Setting<Integer> LIMITS_PROJECTS =
            integer("limits.projects", 100, 0, 100_000, "Projects in all.");
    public static final Setting<Integer> LIMITS_EXECUTIONS =
            integer("limits.executions", 10, 0, 10_000, "Runs at the same time, over all projects.");
    public static final Setting<Integer> LIMITS_EXECUTIONS_PER_MINUTE =
            integer("limits.executions.per.minute", 60, 0, 1_000_000, "Runs started per minute and project.");
    public static final Setting<Integer> LIMITS_EXECUTIONS_QUEUED =
            integer("limits.executions.queued", 20, 0, 10_000, "Runs that wait per project.");

    public static final Setting<Duration> TIMEOUTS_PING =
            seconds("timeouts.ping.seconds", 30, 0, "Time between pings; 0 sends none.");
    public static final Setting<Duration> TIMEOUTS_PONG =
            seconds("timeouts.pong.seconds", 30, 1, "How long a pong may take.");
    public static final Setting<Duration> TIMEOUTS_IDLE = seconds(
            "timeouts.idle.seconds", 300, 0, "A connection without inbound frames for this long is closed; 0 = never.");
    public static final Setting<Duration> TIMEOUTS_WRITE = seconds(
            "timeouts.write.seconds", 10, 1, "A connection that accepts no byte for this long is closed as too slow.");
    public static final Setting<Duration> TIMEOUTS_EXECUTION =
            seconds("timeouts.execution.seconds", 300, 0, "How long a run may take; 0 = no limit.");
    public static final Setting<Duration> TIMEOUTS_SILENCE =
            seconds("timeouts.silence.seconds", 0, 0, "How long a run may write nothing; 0 = no limit.");
    public static final Setting<Duration> TIMEOUTS_KILL_GRACE = millis(
            "timeouts.kill.grace.ms",
            3000,
            0,
            "From the kill to SIGKILL: interrupt at once, SIGINT at a third, SIGTERM at two thirds.");

    public static final Setting<Duration> TIMEOUTS_PERMISSION = seconds(
            "timeouts.permission.seconds",
            600,
            1,
            "How long a permission question waits for an answer; then it is denied.");

    public static final Setting<List<String>> PROJECTS_ROOTS =
            paths("projects.roots", "", "If set, projects must lie under one of these directories.");

    public static final Setting<String> CLAUDE_PATH = text(
                    "claude.path", "claude", "The Claude CLI: a name on PATH or a path.")
            .checked("a program's name or path", path -> !path.isEmpty());
    public static final Setting<Duration> CLAUDE_WARM =
            seconds("claude.warm.seconds", 600, 0, "How long an idle agent process is kept; 0 = one process per turn.");
    public static final Setting<Integer> CLAUDE_WARM_PROCESSES =
            integer("claude.warm.processes", 8, 0, 1000, "Idle agent processes kept at most.");
    public static final Setting<String> EXECUTOR_DEFAULT = text(
                    "executor.default", "claude", "The executor of projects that name none.")
            .checked("an executor's name", name -> !name.isEmpty());
    public static final Setting<Isolation> AGENTS_ISOLATION = choice(
            "agents.isolation",
            Isolation.class,
            Isolation.AUTO,
            "A PID namespace per agent: auto where the server may without a user namespace, on with one too, none.");
    public static final Setting<Boolean> CLAUDE_BYPASS_ALLOWED =
            flag("claude.bypass.allowed", false, "Whether admins may switch the agent's permission questions off.");
    public static final Setting<List<String>> CLAUDE_ENV = list(
                    "claude.env",
                    "PATH HOME USER LANG LC_* TZ ANTHROPIC_* CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CONFIG_DIR HTTPS_PROXY NO_PROXY"
                            + " NODE_EXTRA_CA_CERTS SSH_AUTH_SOCK",
                    "Environment variables passed on to the agent; a trailing * stands for any rest.")
            .checked(
                    "names of environment variables, perhaps with a * at the end, separated by commas",
                    names -> names.stream().allMatch(name -> name.matches("[A-Za-z_][A-Za-z0-9_]*\\*?|\\*")));
    public static final Setting<Boolean> CLAUDE_PROJECT_MEMORY = flag(
            "claude.project.memory",
            true,
            "Whether the project's CLAUDE.md is given although the project's settings are not loaded.");
    public static final Setting<String> CLAUDE_SETTING_SOURCES = text(
                    "claude.setting.sources",
                    "user",
                    "What the CLI may load; user,project trusts the project's directory.")
            .checked(
                    "user, project and local, separated by commas",
                    sources -> sources.matches("|(user|project|local)(,(user|project|local))*"));
    public static final Setting<List<String>> CLAUDE_READ_DENIED = pathsOrOfHome(
            "claude.read.denied",
            "/proc, ~/.ssh, ~/.gnupg, ~/.aws, ~/.kube, ~/.netrc, ~/.claude.json, ~/.claude/.credentials.json",
            "Files and directories that neither @path in a prompt nor the CLI's own tools for files read; the server's"
                    + " data directory is always one of them.");

    public static final Setting<Durability> LOG_DURABILITY = choice(
            "log.durability", Durability.class, Durability.GROUP, "When a record counts as kept and may be shown.");
    public static final Setting<Long> LOG_ROTATE_BYTES =
            bytes("log.rotate.bytes", 100 << 20, 4096, 1024 * GIB, "Size at which a log segment ends.");
    public static final Setting<Integer> LOG_ROTATE_RECORDS =
            integer("log.rotate.records", 10_000, 1, 10_000_000, "Records after which a log segment ends.");
    public static final Setting<Boolean> LOG_ROTATE_DAILY =
            flag("log.rotate.daily", true, "Whether a log segment ends at midnight UTC.");
    public static final Setting<Integer> LOG_RETAIN_DAYS = integer(
            "log.retain.days",
            0,
            0,
            36_500,
            "Days after which a log segment is removed, counted from its last record; 0 keeps it for ever.");
    public static final Setting<Long> LOG_RETAIN_BYTES = bytes(
            "log.retain.bytes",
            0,
            0,
            1024 * GIB,
            "Size of one project's log above which its oldest segments are removed; 0 keeps them for ever.");
    public static final Setting<Long> DISK_RESERVE_BYTES =
            bytes("disk.reserve.bytes", 256 << 20, 0, 1024 * GIB, "Free disk space below which new work is refused.");

    public static final Setting<Integer> CLEANUP_HOURS = integer(
            "cleanup.hours",
            24,
            0,
            8760,
            "Hours between two cleanups of what ended agents, deleted projects and expired tokens left behind; 0 = only"
                    + " when the shell's command cleanup asks for one.");
    public static final Setting<Duration> SHUTDOWN =
            seconds("shutdown.seconds", 30, 1, "How long an orderly stop may take.");
    public static final Setting<AgentsAtShutdown> SHUTDOWN_AGENTS = choice(
            "shutdown.agents",
            AgentsAtShutdown.class,
            AgentsAtShutdown.KEEP,
            "Whether agents that are at work when the server stops are left running for the next one, or ended.");
    public static final Setting<Duration> STATS = seconds("stats.seconds", 10, 1, "Time between server_stats frames.");
    public static final Setting<List<AddressRange>> METRICS_OPEN_FROM =
            addresses("metrics.open.from", "Addresses that may read /metrics without a token.");
    public static final Setting<LoggingLevel> LOGGING_LEVEL = choice(
            "logging.level",
            LoggingLevel.class,
            LoggingLevel.INFO,
            "The least important that the server's own log tells.");
    public static final Setting<LoggingFormat> LOGGING_FORMAT = choice(
            "logging.format",
            LoggingFormat.class,
            LoggingFormat.JSON,
            "What a line of the server's own log looks like: a JSON object, or words for people.");
    public static final Setting<Boolean> AUDIT_ENABLED =
            flag("audit.enabled", true, "Whether it is recorded who connects and who changes something.");
    public static final Setting<Boolean> AUDIT_PROMPTS =
            flag("audit.prompts", false, "Whether the audit log has the prompts too.");
    public static final Setting<Long> AUDIT_ROTATE_BYTES =
            bytes("audit.rotate.bytes", 10 << 20, 4096, GIB, "Size at which a file of the audit log ends.");
    public static final Setting<Integer> AUDIT_RETAIN_DAYS = integer(
            "audit.retain.days",
            365,
            0,
            36_500,
            "Days after which a file of the audit log is removed, counted from its last record; 0 keeps it for ever.");
    public static final Setting<Long> AUDIT_RETAIN_BYTES = bytes(
            "audit.retain.bytes",
            256 << 20,
            0,
            1024 * GIB,
            "Size of the audit log above which its oldest files are removed; 0 keeps them for ever.");
    public static final Setting<String> STORE = text("store", "file", "The store of projects and messages.")
            .checked("a store's name", name -> !name.isEmpty());
    public static final Setting<String> POSTGRESQL_URL = text(
                    "postgresql.url",
                    "jdbc:postgresql://localhost:5432/switchboard",
                    "The database of the store postgresql; encryption and other settings of its driver behind a ?.")
            .checked(
                    "a URL like jdbc:postgresql://host:5432/database, without user and password",
                    url -> url.matches("jdbc:postgresql:[^\\s]+")
                            && !url.matches("(?i).*([?&](user|password)=|//[^/]*@).*"));
    public static final Setting<String> POSTGRESQL_USER = text(
                    "postgresql.user", "switchboard", "Whom the store postgresql logs in as.")
            .checked("a user's name", name -> !name.isEmpty());
    public static final Setting<String> POSTGRESQL_PASSWORD = text(
                    "postgresql.password", "", "The password of postgresql.user; empty: none is shown.")
            .asSecret()
            .atStart();
    public static final Setting<String> POSTGRESQL_SCHEMA = text(
                    "postgresql.schema", "switchboard", "The schema that the store postgresql keeps its tables in.")
            .checked(
                    "a name of at most 63 lower-case letters, digits and underscores that does not begin with pg_",
                    name -> name.matches("(?!pg_)[a-z_][a-z0-9_]{0,62}"));
    public static final Setting<Integer> POSTGRESQL_CONNECTIONS = integer(
            "postgresql.connections",
            4,
            1,
            100,
            "Connections that the store postgresql reads with, beside the two that it writes with.");
    public static final Setting<Duration> POSTGRESQL_CONNECT =
            seconds("postgresql.connect.seconds", 10, 1, "How long it may take to connect to PostgreSQL.");
    public static final Setting<Duration> POSTGRESQL_TIMEOUT =
            seconds("postgresql.timeout.seconds", 30, 1, "How long PostgreSQL may take to answer.");

    private static final List<Setting<?>> ALL = collect();

    private ServerSettings() {}

    /** Every key, in the order in which it is documented. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    private static List<Setting<?>> collect() {
        List<Setting<?>> settings = new ArrayList<>();
        for (Field field : ServerSettings.class.getDeclaredFields()) {
            if (field.getType() == Setting.class && Modifier.isPublic(field.getModifiers())) {
                try {
                    settings.add((Setting<?>) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(field.getName(), e);
                }
            }
        }
        return List.copyOf(settings);
    }
}
