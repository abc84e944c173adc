package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.connection.ConnectionRegistry;
import dev.switchboard.connection.ConnectionStatus;
import dev.switchboard.connection.TrafficStatus;
import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H6 C2 connections as an operator sees them")
class OpenConnectionsTest {
    private final World world = new World();
    private final ConnectionRegistry connections = world.gateway.connections();

    @AfterEach
    void close() {
        world.close();
    }

    private ConnectionStatus only() {
        assertEquals(1, connections.list().size());
        return connections.list().get(0);
    }

    @Test
    void tellWhoTheyAreAndWhatTheyHaveJoined() {
        ProjectId project = world.server.seed("/p");
        world.client("operator").join(project);
        Client unknown = world.client(Optional.empty());
        List<ConnectionStatus> all = connections.list();
        assertEquals(2, all.size());
        assertEquals("operator", all.get(0).principal().orElseThrow().name());
        assertEquals(Role.OPERATOR, all.get(0).principal().orElseThrow().role());
        assertEquals(Set.of(project), all.get(0).joined());
        assertEquals("127.0.0.1", all.get(0).remoteAddress());
        assertEquals(unknown.session.id(), all.get(1).id());
        assertEquals(Optional.empty(), all.get(1).principal());
        unknown.close();
        Await.until("it is gone", () -> connections.list().size() == 1);
    }

    @Test
    void countTheirOwnMessagesAndAllOfThem() {
        Client client = world.admin();
        Client other = world.admin();
        client.send("{'type':'hello'}").next("hello");
        Await.until("the reply is counted", () -> connections.traffic().sent().messages() == 1);
        other.close();
        Await.until("it is gone", () -> connections.list().size() == 1);
        ConnectionStatus status = only();
        assertEquals(1, status.received().messages());
        assertEquals("{'type':'hello'}".length(), status.received().bytes());
        assertEquals(1, status.sent().messages());
        assertTrue(status.sent().bytes() > 50, status.toString());
        TrafficStatus traffic = connections.traffic();
        assertEquals(1, traffic.connections());
        assertEquals(status.received(), traffic.received());
        assertEquals(status.sent(), traffic.sent());
    }

    @Test
    void areClosedWithAPolicyCode() {
        Client kept = world.admin();
        Client unwanted = world.client("viewer");
        assertTrue(connections.close(unwanted.session.id()));
        unwanted.awaitClosed(ConnectionRegistry.CLOSED_BY_OPERATOR);
        assertEquals("closed by an operator", unwanted.connection.closeReason);
        Await.until("it is gone", () -> connections.list().size() == 1);
        assertEquals(kept.session.id(), only().id());
        assertFalse(connections.close(unwanted.session.id()), "it is not there any more");
        kept.send("{'type':'hello'}").next("hello");
    }
}
