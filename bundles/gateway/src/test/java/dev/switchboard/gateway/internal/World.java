package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.switchboard.broadcast.internal.RingBroadcaster;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.AuthMode;
import dev.switchboard.config.Setting;
import dev.switchboard.config.Settings;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.gateway.Gateway.Admission;
import dev.switchboard.gateway.Gateway.ConnectRequest;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Authenticator;
import dev.switchboard.security.Credentials;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A gateway with everything around it. Tokens are a role's name; {@code limited} is an operator who sees one
 * project, {@code fleeting} a viewer until {@link #end}. */
final class World implements AutoCloseable {
    private static final Pattern TYPES =
            Pattern.compile("<property name=\"frame.type\"[^>]*?(?: value=\"([^\"]*)\"/>|>([^<]*)</property>)");

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final ExecutorService network = Executors.newSingleThreadExecutor();
    private volatile Settings settings = Settings.defaults();
    private final List<Consumer<Settings>> listeners = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    final AtomicLong extraNanos = new AtomicLong();
    private volatile long frozen;
    final Set<ProjectId> limitedTo = ConcurrentHashMap.newKeySet();
    volatile Instant end = Instant.MAX;
    final Set<String> revoked = ConcurrentHashMap.newKeySet();
    final Services services;
    final SessionGateway gateway;
    final FakeServer server;
    CountingBroadcaster broadcaster;
    final Authenticator authenticator = new Tokens();

    private final class Tokens implements Authenticator {
        @Override
        public Optional<Principal> authenticate(Credentials credentials) {
            String token = credentials.token();
            if (token.equals("limited")) {
                return Optional.of(new Principal("limited", "limited", Role.OPERATOR, Optional.of(limitedTo)));
            }
            if (token.equals("fleeting")) {
                return services.clock().instant().isBefore(end)
                        ? Optional.of(new Principal(token, token, Role.VIEWER, Optional.empty(), Optional.of(end)))
                        : Optional.empty();
            }
            return Stream.of(Role.values())
                    .filter(role -> role.wireName().equals(token))
                    .findFirst()
                    .map(role -> new Principal(token, token, role, Optional.empty()));
        }

        @Override
        public boolean isValid(Principal principal) {
            return !revoked.contains(principal.id());
        }
    }

    World() {
        set(ServerSettings.AUTH_MODE, AuthMode.TOKEN);
        Configuration configuration = new Configuration() {
            @Override
            public Settings settings() {
                return settings;
            }

            @Override
            public Registration onChange(Consumer<Settings> listener) {
                listeners.add(listener);
                return () -> listeners.remove(listener);
            }

            @Override
            public List<String> problems() {
                return List.of();
            }
        };
        InstantSource time = () -> Instant.now().plusNanos(extraNanos.get());
        Clock clock = time.withZone(ZoneOffset.UTC);
        services = new Services(configuration, "0.1.0.test", clock);
        gateway = new SessionGateway(services, () -> (frozen != 0 ? frozen : System.nanoTime()) + extraNanos.get());
        server = new FakeServer(gateway, threads, services.clock());
        broadcaster = new CountingBroadcaster(new RingBroadcaster(configuration));
        services.bindBroadcaster(broadcaster);
        services.bindProjects(server);
        services.bindExecutions(server);
        gateway.bindAuthenticator(authenticator, Map.of());
        bindHandlers();
        gateway.activate();
    }

    /** As the component descriptions say, so that those are tested too. */
    private void bindHandlers() {
        try {
            Path classes = Path.of(SessionGateway.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.list(classes.resolve("OSGI-INF"))) {
                for (Path file : files.filter(path -> path.toString().contains(".handler."))
                        .toList()) {
                    Matcher types = TYPES.matcher(Files.readString(file));
                    assertEquals(true, types.find(), file + " names its frame types");
                    String[] names = (types.group(1) != null ? types.group(1) : types.group(2))
                            .strip()
                            .split("\\s+");
                    String name = file.getFileName().toString();
                    FrameHandler handler = (FrameHandler) create(Class.forName(name.substring(0, name.length() - 4)));
                    gateway.bindHandler(handler, Map.of(FrameHandler.TYPE, names));
                }
            }
        } catch (IOException | ReflectiveOperationException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object create(Class<?> type) throws ReflectiveOperationException {
        var constructor = type.getConstructors()[0];
        return constructor.getParameterCount() == 0 ? constructor.newInstance() : constructor.newInstance(services);
    }

    <T> World set(Setting<T> setting, T value) {
        settings = settings.with(setting, value);
        listeners.forEach(listener -> listener.accept(settings));
        return this;
    }

    /** From now on time passes only by {@link #extraNanos}. */
    void freeze() {
        frozen = System.nanoTime();
    }

    RingBroadcaster newRing() {
        return new RingBroadcaster(Configuration.of(settings));
    }

    void swapBroadcaster(CountingBroadcaster next) {
        CountingBroadcaster before = broadcaster;
        broadcaster = next;
        services.bindBroadcaster(next);
        services.unbindBroadcaster(before);
    }

    Client admin() {
        return client("admin");
    }

    Client client(String token) {
        return client(Optional.of(token));
    }

    Client client(Optional<String> token) {
        return open(gateway.admit(new ConnectRequest("127.0.0.1", token)));
    }

    Client open(Admission admission) {
        FakeConnection connection = new FakeConnection(network, "127.0.0.1");
        Client client = new Client(gateway.open(admission, connection), connection);
        clients.add(client);
        return client;
    }

    /** What the handler of a type asks for. */
    Optional<FrameRule> ruleOf(String type) {
        return gateway.handlers().find(type).map(Route::rule);
    }

    Registry registry() {
        return gateway.core().registry();
    }

    int connections() {
        return gateway.core().limits().total();
    }

    /** Housekeeping now; it goes on by itself too. */
    void tick() {
        try {
            gateway.housekeep();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        gateway.deactivate();
        threads.shutdownNow();
        network.shutdown();
        try {
            network.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clients.forEach(client -> assertEquals(List.of(), client.connection.broken));
        assertEquals(0, broadcaster.open.get(), "subscriptions left");
        assertEquals(true, gateway.core().limits().isIdle(), "connections are still counted");
    }
}
