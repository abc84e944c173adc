package dev.switchboard.broadcast.internal;

import static dev.switchboard.broadcast.internal.Frames.ALL;
import static dev.switchboard.broadcast.internal.Frames.PLENTY;
import static dev.switchboard.broadcast.internal.Frames.agent;
import static dev.switchboard.broadcast.internal.Frames.notice;
import static dev.switchboard.broadcast.internal.Frames.poll;
import static dev.switchboard.broadcast.internal.Frames.state;
import static dev.switchboard.broadcast.internal.Frames.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.broadcast.OutboundFrame;
import dev.switchboard.broadcast.Subscription;
import dev.switchboard.broadcast.Subscription.Batch;
import dev.switchboard.broadcast.Topic;
import java.nio.ReadOnlyBufferException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("M4 C6 what a subscriber finds in a topic's ring")
class CursorTest {
    private static final Topic TOPIC = new Topic("topic");

    private final RingBroadcaster broadcaster = new RingBroadcaster(Frames.limits(1 << 20, 1 << 20), 1 << 30);
    private final AtomicInteger wakes = new AtomicInteger();

    @Test
    void framesThatFollowEachOtherComeAsOneSlice() {
        Subscription all = subscribe(0, ALL);
        publish(state(1), agent(2), notice("n"), agent(3));

        Batch batch = poll(all);

        assertEquals(List.of("1", "2", "n", "3"), texts(batch));
        assertEquals(1, batch.buffers().size());
        assertEquals(3, batch.seq());
        assertEquals(3, all.seq());
        assertTrue(poll(all).isEmpty());
    }

    @Test
    void unwantedKindsAreLeftOutButPassed() {
        Subscription states = subscribe(0, EnumSet.of(FrameKind.STATE));
        publish(state(1), agent(2), agent(3), state(4), notice("n"), agent(5));

        Batch batch = poll(states);

        assertEquals(List.of("1", "4"), texts(batch));
        assertEquals(2, batch.buffers().size());
        assertEquals(5, batch.seq());
    }

    @Test
    void wantingNothingFindsNothing() {
        Subscription none = subscribe(0, Set.of());
        publish(state(1));
        assertTrue(poll(none).isEmpty());
        assertEquals(1, none.seq());
    }

    @Test
    void takesAsManyAsFitButAtLeastOne() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), agent(2), agent(3), agent(4), agent(5)); // 3 bytes each

        assertEquals(List.of("1", "2"), texts(all.poll(6, Long.MAX_VALUE)));
        assertEquals(List.of("3"), texts(all.poll(5, Long.MAX_VALUE)));
        assertEquals(List.of("4"), texts(all.poll(0, Long.MAX_VALUE)));
        assertEquals(List.of("5"), texts(all.poll(6, Long.MAX_VALUE)));
    }

    @Test
    void slicesCannotBeWrittenTo() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1));
        var buffer = poll(all).buffers().get(0);
        assertThrows(ReadOnlyBufferException.class, () -> buffer.put((byte) 0));
    }

    @Test
    void whatWasTakenStaysAsItIs() {
        RingBroadcaster small = new RingBroadcaster(Frames.limits(1 << 16, 1 << 16), 1 << 30);
        Subscription all = small.subscribe(TOPIC, 0, ALL, () -> {});
        small.publish(TOPIC, agent(1));
        Batch taken = poll(all);
        for (long seq = 2; seq < 100; seq++) {
            small.publish(TOPIC, Frames.ofWireSize(seq, 8000));
        }
        assertEquals(List.of("1"), texts(taken));
        assertTrue(poll(all).behind());
    }

    @Test
    void beginsInMemoryWhereItIsTold() {
        Subscription first = subscribe(0, ALL);
        publish(agent(1), agent(2), notice("behind 2"), agent(3));

        Subscription late = subscribe(2, ALL);
        publish(notice("new"));
        assertEquals(List.of("3", "new"), texts(poll(late)), "what is not a record comes from now on");
        assertEquals(List.of(), texts(poll(subscribe(3, ALL))));
        assertEquals(List.of("1", "2", "behind 2", "3", "new"), texts(poll(first)));
    }

    @Test
    void aSubscriberThatIsAheadIsNotGivenWhatItHas() {
        subscribe(0, ALL);
        publish(agent(1), agent(2), notice("old"));
        Subscription ahead = subscribe(4, ALL);
        publish(agent(3), agent(4), agent(5));
        assertEquals(List.of("5"), texts(poll(ahead)));
    }

    @Test
    void whoMissesARecordIsBehindUntilItSeeks() {
        publish(agent(1), agent(2));
        Subscription late = subscribe(1, ALL);

        Batch batch = poll(late);
        assertTrue(batch.behind());
        assertTrue(batch.isEmpty());
        assertEquals(1, batch.seq());
        assertFalse(late.seek(1));
        assertTrue(poll(late).behind());

        publish(agent(3));
        assertTrue(late.seek(2));
        assertEquals(List.of("3"), texts(poll(late)));
    }

    @Test
    void aRecordWithoutImageIsReadFromTheLog() {
        Subscription all = subscribe(0, ALL);
        Subscription states = subscribe(0, EnumSet.of(FrameKind.STATE));
        publish(state(1), OutboundFrame.tooLarge(FrameKind.AGENT, 2), state(3));

        assertEquals(List.of("1", "3"), texts(poll(states)));
        Batch before = poll(all);
        assertEquals(List.of("1"), texts(before));
        assertFalse(before.behind());
        Batch at = poll(all);
        assertTrue(at.behind() && at.isEmpty());
        assertEquals(1, at.seq());
        assertFalse(all.seek(1));
        assertTrue(all.seek(2));
        assertEquals(List.of("3"), texts(poll(all)));
    }

    @Test
    void seeksBackIntoMemory() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), agent(2), agent(3));
        poll(all);
        assertTrue(all.seek(1));
        assertEquals(1, all.seq());
        assertEquals(List.of("2", "3"), texts(poll(all)));
    }

    @Test
    @DisplayName("S1 a broadcaster that knows nothing yet begins with any record")
    void aTopicBeginsAnywhere() {
        Subscription current = subscribe(17, ALL);
        Subscription old = subscribe(5, ALL);
        publish(notice("n"), agent(18));
        assertEquals(List.of("n", "18"), texts(poll(current)));
        Batch batch = poll(old);
        assertTrue(batch.behind() && batch.isEmpty());
        assertEquals(5, batch.seq());
        assertTrue(old.seek(17));
        assertEquals(List.of("n", "18"), texts(poll(old)), "it had not passed the notice yet");
    }

    @Test
    void aHoleInTheSequenceMakesWhatIsBeforeItUnreachable() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), agent(2), agent(5));
        assertTrue(poll(all).behind());
        assertFalse(all.seek(3));
        assertTrue(all.seek(4));
        assertEquals(List.of("5"), texts(poll(all)));
        publish(agent(1));
        assertTrue(poll(all).isEmpty());
        assertEquals(List.of("1"), texts(poll(subscribe(0, ALL))));
    }

    @Test
    void isWokenOncePerPollThatFoundNothing() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1));
        assertEquals(0, wakes.get());
        poll(all);
        publish(agent(2));
        assertEquals(0, wakes.get());
        poll(all);
        assertTrue(poll(all).isEmpty());
        publish(agent(3), agent(4));
        assertEquals(1, wakes.get());
    }

    @Test
    void isNotWokenForWhatItDoesNotWant() {
        Subscription states = subscribe(0, EnumSet.of(FrameKind.STATE));
        publish(agent(1)); // begins a chunk, which wakes everybody
        poll(states);
        publish(agent(2), notice("n"));
        assertEquals(0, wakes.get());
        publish(state(3));
        assertEquals(1, wakes.get());
        assertEquals(List.of("3"), texts(poll(states)));
    }

    @Test
    @DisplayName("who waits for a record is woken by it, although it is of a kind that is not wanted")
    void isWokenForTheRecordThatItWaitsFor() {
        Subscription states = subscribe(0, EnumSet.of(FrameKind.STATE));
        publish(agent(1)); // begins a chunk, which wakes everybody
        assertEquals(1, states.poll(PLENTY, 3).seq());
        publish(agent(2));
        assertEquals(0, wakes.get());
        publish(agent(3));
        assertEquals(1, wakes.get());
        assertEquals(3, states.poll(PLENTY, 3).seq());
    }

    @Test
    void aSubscriberThatThrowsDoesNoHarmToOthers() {
        Subscription bad = broadcaster.subscribe(TOPIC, 0, ALL, () -> {
            throw new IllegalStateException("test");
        });
        poll(bad);
        Subscription good = subscribe(0, ALL);
        poll(good);
        publish(agent(1));
        assertEquals(1, wakes.get());
        assertEquals(List.of("1"), texts(poll(good)));
    }

    @Test
    void aClosedSubscriptionFindsNothing() {
        Subscription all = subscribe(0, ALL);
        Subscription other = subscribe(0, ALL);
        publish(agent(1));
        all.close();
        all.close();
        publish(agent(2));
        Batch batch = poll(all);
        assertTrue(batch.isEmpty() && !batch.behind());
        assertFalse(all.seek(1));
        publish(agent(3));
        assertEquals(0, wakes.get());
        assertEquals(List.of("1", "2", "3"), texts(poll(other)));
    }

    @Test
    void aClosedTopicIsReadToItsEnd() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), notice("deleted"));
        broadcaster.close(TOPIC);
        publish(agent(1));
        Batch batch = poll(all);
        assertEquals(List.of("1", "deleted"), texts(batch));
        assertFalse(batch.ended());
        assertTrue(poll(all).ended());
        assertTrue(poll(subscribe(0, ALL)).behind());
    }

    @Test
    void closingWakesThoseWhoWait() {
        Subscription all = subscribe(0, ALL);
        poll(all);
        broadcaster.close(TOPIC);
        assertEquals(1, wakes.get());
        assertTrue(poll(all).ended());
    }

    @Test
    void whoIsBehindWhenATopicIsClosedGetsWhatIsNotARecord() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), OutboundFrame.tooLarge(FrameKind.AGENT, 2), notice("n"), agent(3), notice("deleted"));
        broadcaster.close(TOPIC);
        assertEquals(List.of("1"), texts(all.poll(3, Long.MAX_VALUE)));
        assertEquals(List.of("n"), texts(all.poll(3, Long.MAX_VALUE)));
        assertEquals(List.of("deleted"), texts(all.poll(3, Long.MAX_VALUE)), "no record behind a missing one");
        assertTrue(poll(all).ended());
    }

    @Test
    void takesNothingBehindTheLastRecordThatItIsTold() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), agent(2), notice("behind 2"), agent(3));
        assertEquals(List.of("1", "2"), texts(all.poll(PLENTY, 2)));
        Batch none = all.poll(PLENTY, 2);
        assertTrue(none.isEmpty() && !none.behind());
        assertEquals(List.of("behind 2", "3"), texts(all.poll(PLENTY, 3)));
    }

    @Test
    void theBoundIsNotPassedByUnwantedRecords() {
        Subscription states = subscribe(0, EnumSet.of(FrameKind.STATE));
        publish(agent(1), agent(2), state(3));
        assertEquals(1, states.poll(PLENTY, 1).seq());
        assertEquals(List.of("3"), texts(poll(states)));
    }

    @Test
    void aTopicThatBeginsBehindARecordSaysSo() {
        Subscription none = subscribe(0, ALL);
        Subscription current = subscribe(17, ALL);
        assertTrue(poll(none).isEmpty());
        broadcaster.begin(TOPIC, 17);
        assertEquals(1, wakes.get());
        assertTrue(poll(none).behind());
        assertTrue(poll(subscribe(16, ALL)).behind());
        assertFalse(poll(current).behind());
        publish(agent(18));
        broadcaster.begin(TOPIC, 18);
        assertEquals(List.of("18"), texts(poll(current)), "it is there already, so nothing begins");
        broadcaster.begin(TOPIC, 0);
        publish(agent(1));
        assertEquals(List.of("1"), texts(poll(subscribe(0, ALL))));
    }

    @Test
    void whatIsNotARecordDoesNotComeTwice() {
        Subscription all = subscribe(0, ALL);
        publish(agent(1), notice("n"), agent(2));
        poll(all);
        assertTrue(all.seek(0));
        assertEquals(List.of("1", "2"), texts(poll(all)));
    }

    private Subscription subscribe(long afterSeq, Set<FrameKind> kinds) {
        return broadcaster.subscribe(TOPIC, afterSeq, kinds, wakes::incrementAndGet);
    }

    private void publish(OutboundFrame... frames) {
        for (OutboundFrame frame : frames) {
            broadcaster.publish(TOPIC, frame);
        }
    }
}
