package dev.switchboard.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.ProjectId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("C6 slow is not lost: lanes, the log, fragments, fairness, another broadcaster")
class LaneTest {
    private static final int RING = 1 << 16;

    private final World world = new World().set(ServerSettings.LIMITS_RING_BYTES, (long) RING);
    private final ProjectId project = world.server.seed("/p");
    private final Client client = world.client("operator");

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        world.close();
    }

    private static String line(int size) {
        return "{\"type\":\"assistant\",\"text\":\"" + "x".repeat(size) + "\"}";
    }

    private Content file(long size) throws IOException {
        Path file = directory.resolve("line");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"type\":\"assistant\",\"text\":\"é".getBytes(StandardCharsets.UTF_8));
            byte[] block = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.UTF_8);
            for (long left = size; left > 0; left -= block.length) {
                out.write(block);
            }
            out.write("\"}".getBytes(StandardCharsets.UTF_8));
        }
        return Content.of(file, 0, Files.size(file));
    }

    private void assertFrames(long from, long to) {
        for (long seq = from; seq <= to; seq++) {
            JsonNode frame = client.next("agent_message");
            assertEquals(seq, frame.get("seq").asLong());
            assertFalse(frame.has("replay"));
        }
    }

    @Test
    void catchesUpFromTheLogWhenTheRingHasGoneOn() {
        client.join(project);
        client.connection.stall();
        for (int i = 0; i < 1000; i++) {
            world.server.agent(project, line(1000));
        }
        client.connection.resume();
        assertFrames(1, 1000);
        assertTrue(world.server.reads.get() > 3, "it read the log");
        long next = 1001;
        int reads;
        do { // what is published at the very moment at which it has caught up may be read as well
            assertTrue(next < 1100, "it never gets live again");
            reads = world.server.reads.get();
            world.server.agent(project, line(10));
            assertFrames(next, next);
            next++;
        } while (world.server.reads.get() != reads);
        for (int i = 0; i < 10; i++) {
            world.server.agent(project, line(10));
            assertFrames(next + i, next + i);
        }
        assertEquals(reads, world.server.reads.get(), "and then it was live again");
        client.nothing();
    }

    @Test
    @DisplayName("others do not notice that one is slow, and its memory stays bounded")
    void doesNotWaitForTheSlow() {
        client.join(project);
        Client slow = world.client("viewer").join(project);
        slow.connection.stall();
        for (int i = 0; i < 2000; i++) {
            world.server.agent(project, line(1000));
            if (i % 50 == 49) {
                assertFrames(i - 48, i + 1);
            }
        }
        Session session = (Session) slow.session;
        assertTrue(
                session.outbox().queuedBytes() <= 2 * RING,
                () -> session.outbox().queuedBytes() + " bytes queued");
        slow.connection.resume();
        for (int i = 1; i <= 2000; i++) {
            assertEquals(i, slow.next("agent_message").get("seq").asLong());
        }
    }

    @Test
    @DisplayName("C6 the log is read once for a crowd that has fallen behind")
    void readsOnceForACrowd() {
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Client one = world.client("viewer").join(project);
            one.connection.stall();
            crowd.add(one);
        }
        for (int i = 0; i < 1000; i++) {
            world.server.agent(project, line(1000));
        }
        for (Client one : crowd) {
            one.connection.resume();
            for (int i = 1; i <= 1000; i++) {
                assertEquals(i, one.next("agent_message").get("seq").asLong());
            }
        }
        assertTrue(world.server.reads.get() < 40, () -> world.server.reads + " pages were read");
    }

    @Test
    @DisplayName("C6 who wants states only is not woken for what agents write")
    void sleepsThroughAgents() {
        client.send("project_join", project, "{'detail':'state'}")
                .nexts("project_state", "project_join", "project_joined");
        client.nothing();
        int before = world.broadcaster.polls.get();
        for (int i = 0; i < 100; i++) {
            world.server.agent(project, line(10));
            client.nothing(); // which has the lane looked at once
        }
        int polls = world.broadcaster.polls.get() - before;
        assertTrue(polls < 110, () -> polls + " polls");
    }

    @RepeatedTest(3)
    void keepsTheAcksPlaceWhenBehind() {
        client.join(project);
        client.connection.stall();
        for (int i = 0; i < 300; i++) {
            world.server.agent(project, line(1000));
        }
        client.post("{'type':'execute','project_id':'" + project + "','data':{'prompt':'hi'}}");
        Await.until("it runs", () -> world.server.status(project).execution().isPresent());
        for (int i = 0; i < 300; i++) {
            world.server.agent(project, line(1000));
        }
        client.connection.resume();
        assertFrames(1, 300);
        client.nexts("project_state", "prompt", "execute");
        assertFrames(303, 602);
    }

    @Test
    void tellsALaggardOfItsOwnDeletionBehindTheRecords() {
        Client admin = world.admin().join(project);
        admin.connection.stall();
        for (int i = 0; i < 10; i++) {
            world.server.agent(project, line(100));
        }
        admin.post("{'type':'project_delete','project_id':'" + project + "','data':{}}");
        Await.until("it is gone", () -> world.server.list().isEmpty());
        admin.connection.resume();
        for (int i = 1; i <= 10; i++) {
            assertEquals(i, admin.next("agent_message").get("seq").asLong());
        }
        admin.next("project_deleted");
        admin.nothing();
    }

    @Test
    void tellsALaggardOfADeletionToo() {
        client.join(project);
        client.connection.stall();
        for (int i = 0; i < 500; i++) {
            world.server.agent(project, line(1000));
        }
        world.admin().send("project_delete", project, "{}").next("project_deleted");
        client.connection.resume();
        JsonNode frame = client.next();
        for (long seq = 1; frame.path("type").asText().equals("agent_message"); seq++) {
            assertEquals(seq, frame.get("seq").asLong());
            frame = client.next();
        }
        assertEquals("project_deleted", frame.get("type").asText());
        client.nothing();
    }

    @Test
    void sendsWhatOneSendCanTakeAndNoMore() {
        client.join(project);
        client.connection.stall();
        for (int i = 0; i < 60; i++) {
            world.server.agent(project, line(1000));
        }
        world.server.agent(project, line(60_000));
        client.connection.resume();
        assertFrames(1, 61);
        assertTrue(client.connection.largestSend.get() <= 64 * 1024);
        assertTrue(client.connection.largestSend.get() > 32 * 1024, "frames go together");
    }

    @Test
    @DisplayName("a record larger than the budget goes in fragments, one to a send, and nothing comes between")
    void fragmentsALargeRecord() throws IOException {
        ProjectId other = world.server.seed("/other");
        client.join(project).join(other);
        Content large = file(3 << 20);
        client.connection.stall();
        world.server.agent(project, line(10));
        world.server.agent(project, large);
        world.server.agent(project, line(10));
        world.server.agents(other, 20);
        client.connection.resume();
        long otherSeq = 0;
        for (long seq = 1; seq <= 3 || otherSeq < 20; ) {
            JsonNode frame = client.next("agent_message");
            if (frame.get("project_id").asText().equals(other.toString())) {
                assertEquals(++otherSeq, frame.get("seq").asLong());
                continue;
            }
            assertEquals(seq, frame.get("seq").asLong());
            if (seq == 2) {
                assertEquals(large.size() - 32, frame.at("/data/text").asText().length() - 1);
            }
            seq++;
        }
        assertTrue(client.connection.fragmentCount.get() >= large.size() / (64 * 1024));
        assertTrue(client.connection.largestSend.get() <= 64 * 1024 + 10);
    }

    @Test
    @DisplayName("X2 64 MB, never in memory as a whole")
    void sendsSixtyFourMegabytes() throws IOException {
        client.join(project);
        client.connection.keepLarge = false;
        world.server.agent(project, file(64 << 20));
        world.server.agent(project, line(10));
        client.next("large");
        assertFrames(2, 2);
        assertTrue(client.connection.fragmentCount.get() >= 1024);
        assertTrue(client.connection.largestSend.get() <= 64 * 1024 + 10);
    }

    @Test
    void sendsARecordAtTheBudgetWholeAndOneAboveInFragments() {
        world.set(ServerSettings.LIMITS_QUEUE_BYTES, 1L << 16);
        client.join(project);
        world.server.agent(project, line(40_000));
        assertFrames(1, 1);
        assertEquals(0, client.connection.fragmentCount.get());
        world.server.agent(project, line(70_000));
        assertFrames(2, 2);
        assertEquals(2, client.connection.fragmentCount.get());
    }

    @Test
    @DisplayName("a large record that cannot be read to its end closes only the connections that get it")
    void closesIfALargeRecordIsGone() throws IOException {
        Client other = world.client("viewer");
        client.join(project);
        Content large = file(1 << 20);
        client.connection.stall();
        world.server.agent(project, large);
        Await.until("the first fragment is under way", client.connection::isSending);
        Files.write(directory.resolve("line"), new byte[10]);
        client.connection.resume();
        client.awaitClosed(1011);
        other.nothing();
    }

    @Test
    @DisplayName("neither another project nor a reply waits for a stream that is far behind")
    void isFair() {
        ProjectId other = world.server.seed("/other");
        client.join(project).join(other);
        client.connection.stall();
        for (int i = 0; i < 2000; i++) {
            world.server.agent(project, line(1000));
        }
        Await.until("a send is under way", client.connection::isSending);
        world.server.agents(other, 1);
        client.post("{'type':'hello'}");
        int before = client.connection.sends.get();
        boolean hello = false;
        boolean others = false;
        while (!hello || !others) {
            int sends = client.connection.sends.get();
            client.connection.completeOne();
            Await.until("the next send", () -> client.connection.sends.get() > sends);
            for (JsonNode frame = client.connection.messages.poll();
                    frame != null;
                    frame = client.connection.messages.poll()) {
                hello |= frame.get("type").asText().equals("hello");
                others |= frame.path("project_id").asText().equals(other.toString());
            }
        }
        int needed = client.connection.sends.get() - before;
        assertTrue(needed <= 6, needed + " sends");
        client.connection.resume();
    }

    @Test
    void goesOnWhenTheLogIsBack() {
        client.join(project);
        client.connection.stall();
        for (int i = 0; i < 200; i++) {
            world.server.agent(project, line(1000));
        }
        world.server.historyFailure.set(new SwitchboardException(ErrorCode.STORAGE_UNAVAILABLE, "being swapped"));
        int reads = world.server.reads.get();
        client.connection.resume();
        Await.until("it has tried again", () -> world.server.reads.get() > reads + 1);
        world.server.historyFailure.set(null);
        assertFrames(1, 200);
    }

    @RepeatedTest(3)
    @DisplayName("S1 another broadcaster, installed first, under load: nothing lost, doubled or reordered")
    void followsToAnotherBroadcaster() throws InterruptedException {
        client.join(project);
        AtomicBoolean stop = new AtomicBoolean();
        Thread publisher = new Thread(() -> {
            for (int i = 0; i < 50_000 && !stop.get(); i++) {
                world.server.agents(project, 1);
                Thread.yield();
            }
        });
        publisher.start();
        long seen = 0;
        try {
            for (int swap = 0; swap < 10; swap++) {
                assertFrames(seen + 1, seen + 100);
                seen += 100;
                CountingBroadcaster before = world.broadcaster;
                world.swapBroadcaster(new CountingBroadcaster(world.newRing()));
                Await.until("the old one is left", () -> before.open.get() == 0);
            }
        } finally {
            stop.set(true);
            publisher.join();
        }
        assertFrames(seen + 1, world.server.status(project).log().lastSeq());
        client.nothing();
    }

    @Test
    @DisplayName(
            "S1 a broadcaster that is uninstalled first: what was recorded meanwhile comes when there is one again")
    void waitsForABroadcaster() {
        client.join(project);
        world.server.agents(project, 3);
        assertFrames(1, 3);
        CountingBroadcaster before = world.broadcaster;
        world.services.unbindBroadcaster(before);
        Await.until("the old one is left", () -> before.open.get() == 0);
        world.server.agents(project, 3);
        JsonNode error = client.send("project_join", project, "{}").nextError("SERVICE_UNAVAILABLE");
        assertEquals("broadcaster", error.at("/data/details/service").asText());
        client.send("execute", project, "{'prompt':'x'}").nextError("SERVICE_UNAVAILABLE");
        client.nothing();
        world.broadcaster = new CountingBroadcaster(world.newRing());
        world.services.bindBroadcaster(world.broadcaster);
        assertFrames(4, 6);
        world.server.agents(project, 1);
        assertFrames(7, 7);
    }
}
