package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.store.testkit.PostgresqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A connection that nobody looks after but who uses it. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@ResourceLock(Stores.UNSTEADY)
class OwnedConnectionTest implements OwnedConnection.Owner {
    private final PostgresqlServer server = Stores.unsteadyServer();
    private final List<String> told = new ArrayList<>();
    private OwnedConnection owned;

    @BeforeEach
    void take() throws SQLException {
        Database database = new Database(ConnectionSettings.of(Stores.settings(server, Stores.newSchema())));
        owned = new OwnedConnection(new Ownership(database, Ownership.Kind.MESSAGES), this);
        owned.take();
    }

    @AfterEach
    void close() {
        owned.close();
    }

    @Override
    public void taken(Connection connection, boolean mine) throws SQLException {
        told.add(mine ? "taken again" : "taken");
        connection.commit();
    }

    @Override
    public void lost() {
        told.add("lost");
    }

    private int use() throws SQLException {
        return owned.use(
                connection -> {
                    Database.run(connection, "SELECT 1");
                    return 1;
                },
                () -> told.add("in doubt"));
    }

    private String refusal() {
        return assertThrows(SQLException.class, this::use).getMessage();
    }

    @Test
    @DisplayName("S3 the database was restarted: who finds out fails, or asks; the next one has another connection")
    void restarted() throws SQLException {
        server.stop();
        server.start();
        refusal();
        assertFalse(owned.isHeld());
        assertEquals(1, use());
        server.crash();
        server.start();
        owned.check();
        assertFalse(owned.isHeld());
        assertEquals(1, use());
        assertEquals(List.of("taken", "in doubt", "lost", "taken again", "lost", "taken again"), told);
    }

    @Test
    @DisplayName("S3 the database is away: one call tries to connect, all others are refused until a look finds it")
    void away() throws SQLException {
        server.stop();
        try {
            refusal();
            assertTrue(refusal().contains("not back yet"));
        } finally {
            server.start();
        }
        assertTrue(refusal().contains("not back yet"), "it is not tried by who is refused");
        assertThrows(SQLException.class, owned::checkReachable);
        owned.look();
        owned.checkReachable();
        assertEquals(1, use());
        assertEquals(List.of("taken", "in doubt", "lost", "taken again"), told);
    }

    @Test
    @DisplayName("S3 what is being closed is not connected again")
    void stopped() {
        server.stop();
        server.start();
        owned.stop();
        refusal();
        assertTrue(refusal().contains("not back yet"));
        owned.look();
        assertFalse(owned.isHeld());
        assertEquals(List.of("taken", "in doubt", "lost"), told);
    }
}
