package dev.switchboard.gateway.internal.output;

import dev.switchboard.broadcast.FrameKind;
import dev.switchboard.content.Content;
import dev.switchboard.message.Direction;
import dev.switchboard.message.Gap;
import dev.switchboard.message.Message;
import dev.switchboard.message.MessagePage;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.ProjectId;
import dev.switchboard.protocol.Json;
import dev.switchboard.protocol.OutboundFrames;
import dev.switchboard.protocol.Payloads;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Reads a project's log for those who have fallen behind or come back. Reads from the disk: for pool threads only. */
final class LogPages {
    /** Two full sends: small, since every connection that is behind holds a page. */
    private static final long PAGE_BYTES = 128 * 1024;

    private static final int PAGE_RECORDS = 1000;

    /** What a page takes beside its frames, roughly. */
    private static final long PAGE_OVERHEAD = 1024;

    /** A crowd's members are many pages apart, and a page that is gone costs more than all who would have taken it. */
    private static final int HEAP_FRACTION = 8;

    private final Sources sources;
    private final Clock clock;
    private final SharedPages shared;

    LogPages(Sources sources, Clock clock, LongSupplier nanoTime) {
        this.sources = sources;
        this.clock = clock;
        this.shared = new SharedPages(Runtime.getRuntime().maxMemory() / HEAP_FRACTION, nanoTime);
    }

    /**
     * What to read.
     *
     * @param afterSeq the last record that the lane has
     * @param untilSeq the last that it wants; {@link Long#MAX_VALUE} for no bound
     * @param replayTo records up to this one are marked as replayed
     */
    record Wish(ProjectId project, long afterSeq, long untilSeq, long replayTo, Set<FrameKind> kinds) {}

    /** Reads the next page, or has it already; it may have no frame, but always tells how far it reaches. */
    Page read(Wish wish) {
        if (wish.untilSeq != Long.MAX_VALUE) {
            return read(wish, wish.untilSeq).page(wish.afterSeq);
        }
        boolean replay = wish.afterSeq < wish.replayTo;
        long until = replay ? wish.replayTo : Long.MAX_VALUE; // so that all its frames are of the same kind
        return shared.get(
                new SharedPages.Stream(wish.project, wish.kinds, replay),
                wish.afterSeq,
                until,
                () -> read(wish, until));
    }

    /** Lets go of what nobody has used for a while. */
    void tidy() {
        shared.tidy();
    }

    /** The memory that pages take which several may be given, in bytes. */
    long sharedBytes() {
        return shared.held();
    }

    /** The project's log is another one, or is gone. */
    void forget(ProjectId project) {
        shared.forget(project);
    }

    private SharedPages.Sheet read(Wish wish, long untilSeq) {
        MessageQuery query = MessageQuery.all()
                .withAfterSeq(wish.afterSeq)
                .withLimit(PAGE_RECORDS)
                .withMaxBytes(PAGE_BYTES);
        if (untilSeq != Long.MAX_VALUE) {
            query = query.withBeforeSeq(untilSeq + 1);
        }
        if (!wish.kinds.contains(FrameKind.AGENT)) {
            query = query.withDirections(Set.of(Direction.CLIENT, Direction.SERVER));
        }
        MessagePage page = sources.projects().history(wish.project, query);
        List<Message> messages = page.messages();
        boolean more = page.nextCursor().isPresent() && !messages.isEmpty();
        long head = Math.min(Math.max(page.head().lastSeq(), wish.afterSeq), untilSeq);
        List<Gap> gaps = gaps(wish, untilSeq, page);
        List<Page.Item> items = items(wish, messages, gaps);
        return new SharedPages.Sheet(
                items,
                wish.afterSeq,
                more ? messages.get(messages.size() - 1).seq() : head,
                gaps.isEmpty() ? bytes(items) : 0);
    }

    /** What is read from the disk when it is sent may not be there for long, so that nobody else is given it. */
    private static long bytes(List<Page.Item> items) {
        boolean large = items.stream().anyMatch(item -> item.message().isLarge());
        return large
                ? 0
                : PAGE_OVERHEAD
                        + items.stream()
                                .mapToLong(item -> item.message().held())
                                .sum();
    }

    private List<Page.Item> items(Wish wish, List<Message> messages, List<Gap> gaps) {
        Deque<Gap> left = new ArrayDeque<>(gaps);
        List<Long> seqs = new ArrayList<>();
        List<Content> frames = new ArrayList<>();
        for (Message message : messages) {
            while (!left.isEmpty() && left.peek().from() < message.seq()) {
                seqs.add(left.peek().to());
                frames.add(frame(wish, left.remove()));
            }
            seqs.add(message.seq());
            frames.add(OutboundFrames.record(wish.project, message, message.seq() <= wish.replayTo));
        }
        for (Gap gap : left) {
            seqs.add(gap.to());
            frames.add(frame(wish, gap));
        }
        List<Outgoing> outgoing = Outgoing.allOf(frames, sources.queueLimit());
        List<Page.Item> items = new ArrayList<>(seqs.size());
        for (int i = 0; i < seqs.size(); i++) {
            items.add(new Page.Item(seqs.get(i), outgoing.get(i)));
        }
        return items;
    }

    private Content frame(Wish wish, Gap gap) {
        return OutboundFrames.notice("gap", wish.project, clock.instant(), Json.content(Payloads.gap(gap)));
    }

    private static List<Gap> gaps(Wish wish, long untilSeq, MessagePage page) {
        List<Gap> gaps = new ArrayList<>(page.gaps());
        long last = Math.min(page.head().firstSeq() - 1, untilSeq);
        if (last > wish.afterSeq) {
            gaps.add(new Gap(wish.afterSeq + 1, last, "removed by retention"));
        }
        gaps.sort(Comparator.comparingLong(Gap::from));
        return gaps;
    }
}
