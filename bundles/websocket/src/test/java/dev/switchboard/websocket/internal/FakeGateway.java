package dev.switchboard.websocket.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.gateway.ClientConnection;
import dev.switchboard.gateway.ClientSession;
import dev.switchboard.gateway.Gateway;
import dev.switchboard.security.Principal;
import dev.switchboard.security.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A gateway whose sessions are the test's. It knows the tokens "admin" and "viewer". */
final class FakeGateway implements Gateway {
    final AtomicInteger admitted = new AtomicInteger();
    final BlockingQueue<FakeSession> opened = new LinkedBlockingQueue<>();
    final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
    volatile RuntimeException refusal;
    final AtomicInteger askedReady = new AtomicInteger();
    volatile boolean ready = true;
    volatile Function<ClientConnection, FakeSession> factory = FakeSession::new;

    @Override
    public Admission admit(ConnectRequest request) {
        if (refusal != null) {
            throw refusal;
        }
        Optional<Principal> principal = request.token().map(FakeGateway::principal);
        admitted.incrementAndGet();
        return new FakeAdmission(principal, admitted);
    }

    @Override
    public ClientSession open(Admission admission, ClientConnection connection) {
        FakeSession session = factory.apply(connection);
        session.admission = (FakeAdmission) admission;
        sessions.add(session);
        opened.add(session);
        return session;
    }

    @Override
    public Principal authenticate(ConnectRequest request) {
        return principal(request.token().orElse("none"));
    }

    @Override
    public boolean ready() {
        askedReady.incrementAndGet();
        return ready;
    }

    private static Principal principal(String token) {
        return switch (token) {
            case "admin" -> new Principal("1", "admin", Role.ADMIN, Optional.empty());
            case "viewer" -> new Principal("2", "viewer", Role.VIEWER, Optional.empty());
            default -> throw new SwitchboardException(ErrorCode.UNAUTHORIZED, "the token is not valid", Map.of());
        };
    }

    FakeSession nextSession() throws InterruptedException {
        FakeSession session = opened.poll(10, TimeUnit.SECONDS);
        if (session == null) {
            throw new AssertionError("no session was opened");
        }
        return session;
    }

    /** Counts as a connection until it is closed. */
    static final class FakeAdmission implements Admission {
        private final Optional<Principal> principal;
        private final AtomicInteger count;
        private boolean open = true;

        FakeAdmission(Optional<Principal> principal, AtomicInteger count) {
            this.principal = principal;
            this.count = count;
        }

        @Override
        public Optional<Principal> principal() {
            return principal;
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                count.decrementAndGet();
            }
        }
    }
}
