package dev.switchboard.store.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of a test's own: on a free port of this machine only, in a temporary directory, with the superuser {@code postgres}
 * and, in the database {@code postgres}, the user {@code switchboard}, who may create schemas. Both have the password
 * {@link #PASSWORD}. It does not sync, so that tests are fast: what its processes wrote survives them, not the machine.
 *
 * <p>Where PostgreSQL is not installed, tests that need it are skipped; in CI on Linux, which installs it, they fail.
 */
public final class PostgresqlServer implements AutoCloseable {
    /** The password of both users. */
    public static final String PASSWORD = "opensesame-\u00e9";

    private static final long PATIENCE_SECONDS = 60;
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    /** PostgreSQL refuses to run as root; whoever of these there is runs it then. */
    private static final List<String> OTHER_USERS = List.of("postgres", "nobody");

    private static final int LOWEST_PORT = 10_000;
    private static final int HIGHEST_PORT = 32_000;
    private static final int PORT_ATTEMPTS = 100;
    private static final Set<Integer> USED_PORTS = ConcurrentHashMap.newKeySet();

    private final Path programs;
    private final Path directory;
    private final int port;
    private final List<String> settings;
    private final Thread atExit = new Thread(this::end, "postgresql-end");
    private Process process;
    private int starts;

    private PostgresqlServer(Path programs, Path directory, int port, List<String> settings) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
        this.settings = settings;
    }

    /**
     * Makes one and starts it.
     *
     * @param settings of {@code postgresql.conf}: {@code fsync=on}
     */
    public static PostgresqlServer make(String... settings) {
        assumeInstalled();
        try {
            Path directory = Files.createTempDirectory(
                    "switchboard-postgresql",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            PostgresqlServer server =
                    new PostgresqlServer(programs().orElseThrow(), directory, freePort(), List.of(settings));
            Runtime.getRuntime().addShutdownHook(server.atExit);
            server.initialize();
            server.start();
            server.sql("CREATE ROLE switchboard LOGIN PASSWORD '" + PASSWORD + "';"
                    + " GRANT CREATE ON DATABASE postgres TO switchboard");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips a test where PostgreSQL is not installed; fails it in CI on Linux. */
    public static void assumeInstalled() {
        boolean there = programs().isPresent();
        boolean needed =
                System.getenv("CI") != null && System.getProperty("os.name").equals("Linux");
        String missing = "PostgreSQL's server is not installed: there is no initdb on the PATH and none in " + DEBIAN
                + "/<version>/bin (on Debian, install the package postgresql)";
        assertTrue(there || !needed, missing);
        assumeTrue(there, missing);
    }

    private static Optional<Path> programs() {
        Stream<Path> onPath = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(Path::of)
                .filter(place -> Files.isExecutable(place.resolve("initdb")))
                .map(place -> realPath(place.resolve("initdb")).getParent());
        return Stream.concat(onPath, ofDebian())
                .filter(place -> Files.isExecutable(place.resolve("postgres")))
                .findFirst();
    }

    private static Path realPath(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The newest first. */
    private static Stream<Path> ofDebian() {
        if (!Files.isDirectory(DEBIAN)) {
            return Stream.of();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            Comparator<Path> byNumber = Comparator.comparingInt(version ->
                    Integer.parseInt("0" + version.getFileName().toString().replaceAll("\\D.*", "")));
            return versions.sorted(byNumber.reversed()).map(version -> version.resolve("bin")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One that nobody listens on, and that no connection gets by itself: those are chosen from 32768 (Linux) or 49152 on. It has to be
     * free again after each crash.
     */
    private static int freePort() {
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (USED_PORTS.add(port)) {
                    return probe.getLocalPort();
                }
            } catch (IOException e) {
                continue; // somebody's
            }
        }
        throw new AssertionError("no port is free between " + LOWEST_PORT + " and " + HIGHEST_PORT);
    }

    private void initialize() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
        for (Path path : List.of(directory, password)) {
            runner().ifPresent(user -> own(path, user));
        }
        run(List.of(
                program("initdb"),
                "-D",
                data().toString(),
                "--username=postgres",
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
    }

    /** Who runs it, if not whoever runs the tests. */
    private Optional<UserPrincipal> runner() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        for (String name : OTHER_USERS) {
            try {
                return Optional.of(directory
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(name));
            } catch (UserPrincipalNotFoundException e) {
                continue; // the next one
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError("PostgreSQL does not run as root, and none of these users exists: " + OTHER_USERS);
    }

    private static void own(Path path, UserPrincipal user) {
        try {
            Files.setOwner(path, user);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }

    private ProcessBuilder builder(List<String> command) {
        List<String> whole = new ArrayList<>();
        // It becomes the program, so signals reach that.
        runner().ifPresent(user ->
                whole.addAll(List.of("setpriv", "--reuid=" + user.getName(), "--regid=65534", "--clear-groups", "--")));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PGPASSWORD", PASSWORD);
        builder.environment().put("PGCLIENTENCODING", "UTF8");
        return builder.redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    }

    private String run(List<String> command) throws IOException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process running = builder(command).redirectOutput(output.toFile()).start();
        try {
            if (!running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new AssertionError(command.get(0) + " hangs");
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        String text = Files.readString(output);
        Files.delete(output);
        if (running.exitValue() != 0) {
            throw new AssertionError(command + ": " + text);
        }
        return text;
    }

    /** Starts it, and waits until it takes connections. After a crash it first repairs what that left. */
    public void start() {
        List<String> command = new ArrayList<>(List.of(program("postgres"), "-D", data().toString(), "-p", port + ""));
        List<String> all = new ArrayList<>(List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=off",
                "max_connections=60",
                "shared_buffers=32MB",
                "lc_messages=C"));
        all.addAll(settings);
        all.forEach(setting -> command.addAll(List.of("-c", setting)));
        Path log = directory.resolve("log-" + starts++);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            process = builder(command).redirectOutput(log.toFile()).start();
            while (!Files.readString(log).contains("ready to accept connections")) {
                boolean ended = process.waitFor(5, TimeUnit.MILLISECONDS);
                boolean again = ended && Files.readString(log).contains("pre-existing shared memory");
                if (System.nanoTime() > deadline || ended && !again) {
                    throw new AssertionError("PostgreSQL does not start:\n" + Files.readString(log));
                }
                if (again) { // its killed predecessor's children are still there
                    process = builder(command).redirectOutput(log.toFile()).start();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Stops it in good order: open transactions are rolled back, everything else is kept. */
    public void stop() {
        signal("INT");
    }

    /** Ends all its processes as a crash would. */
    public void crash() {
        signal("QUIT");
    }

    /** Has it stand still; connections stay open, and nothing is answered. {@link #goOn} ends that. */
    public void freeze() {
        family().forEach(pid -> kill("STOP", pid));
    }

    public void goOn() {
        family().forEach(pid -> kill("CONT", pid));
    }

    private List<Long> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private void signal(String name) {
        kill(name, process.pid());
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("PostgreSQL does not end");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void kill(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .start()
                    .waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What a JDBC driver connects to. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public int port() {
        return port;
    }

    /** Runs commands of SQL as the superuser; the values of the rows, separated by {@code |}, one row a line. */
    public String sql(String commands) {
        try {
            return run(List.of(
                            program("psql"),
                            "--no-psqlrc",
                            "-qAt",
                            "-v",
                            "ON_ERROR_STOP=1",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            port + "",
                            "-U",
                            "postgres",
                            "-d",
                            "postgres",
                            "-c",
                            commands))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs one of PostgreSQL's programs, as {@code pg_dump}, on the database as the superuser; what it printed. */
    public String tool(String name, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(program(name), "-h", "127.0.0.1", "-p", port + "", "-U", "postgres", "-d", "postgres"));
        command.addAll(Arrays.asList(arguments));
        try {
            return run(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where those programs may write. */
    public Path directory() {
        return directory;
    }

    /** Ends it and removes everything. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        if (process != null && process.isAlive()) {
            goOn();
            crash();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
