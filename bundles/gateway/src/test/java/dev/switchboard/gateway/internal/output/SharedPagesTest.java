package dev.switchboard.gateway.internal.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.content.Content;
import dev.switchboard.gateway.internal.output.SharedPages.Sheet;
import dev.switchboard.gateway.internal.output.SharedPages.Stream;
import dev.switchboard.project.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("C6 a page of the log is read once for a crowd")
@Timeout(30)
class SharedPagesTest {
    private static final int BYTES = 1000;

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE); // which is about to begin anew
    private final SharedPages pages = new SharedPages(10 * BYTES, nanoTime::get);
    private final ProjectId project = ProjectId.random();
    private final Stream live = new Stream(project, Interest.ALL, false);
    private final AtomicInteger reads = new AtomicInteger();

    /** Reads ten records. */
    private Supplier<Sheet> ten(long after) {
        return ten(after, BYTES);
    }

    private Supplier<Sheet> ten(long after, long bytes) {
        return () -> {
            reads.incrementAndGet();
            List<Page.Item> items = LongStream.rangeClosed(after + 1, after + 10)
                    .mapToObj(seq -> new Page.Item(seq, Outgoing.of(Content.of("x"), BYTES)))
                    .toList();
            return new Sheet(items, after, after + 10, bytes);
        };
    }

    private Page get(long after) {
        return pages.get(live, after, Long.MAX_VALUE, ten(after));
    }

    private static void assertShows(long from, long to, Page page) {
        for (long seq = from; seq <= to; seq++) {
            assertEquals(seq, page.peek().seq());
            page.remove();
        }
        assertNull(page.peek());
        assertEquals(to, page.passed());
    }

    @Test
    void whoStandsWithinAPageTakesTheRestOfIt() {
        assertShows(1, 10, get(0));
        assertShows(1, 10, get(0));
        assertShows(5, 10, get(4));
        assertShows(10, 10, get(9));
        assertEquals(1, reads.get());
        assertShows(11, 20, get(10));
        assertEquals(2, reads.get());
    }

    @Test
    void aPageThatGoesTooFarIsNotGiven() {
        get(0);
        assertShows(1, 10, pages.get(live, 0, 10, ten(0)));
        assertEquals(1, reads.get());
        pages.get(live, 0, 9, ten(0));
        assertEquals(2, reads.get());
    }

    @Test
    void otherKindsOfFramesAndOtherProjectsHaveTheirOwn() {
        get(0);
        for (Stream other : List.of(
                new Stream(project, Interest.STATES, false),
                new Stream(project, Interest.ALL, true),
                new Stream(ProjectId.random(), Interest.ALL, false))) {
            int before = reads.get();
            pages.get(other, 0, Long.MAX_VALUE, ten(0));
            assertEquals(before + 1, reads.get());
        }
    }

    @Test
    void holdsNoMoreThanItMay() {
        for (int i = 0; i < 10; i++) {
            get(i * 10);
        }
        assertEquals(10 * BYTES, pages.held());
        get(0); // used last now
        get(100);
        assertEquals(10 * BYTES, pages.held());
        assertEquals(11, reads.get());
        get(0);
        assertEquals(11, reads.get());
        get(10);
        assertEquals(12, reads.get(), "the one that was used longest ago is gone");
        pages.get(live, 1000, Long.MAX_VALUE, ten(1000, 11 * BYTES));
        assertEquals(0, pages.held(), "one that is too large for all of it is not kept");
    }

    @Test
    void keepsNothingThatIsForOneOnlyAndNothingThatIsReadAgain() {
        pages.get(live, 0, Long.MAX_VALUE, ten(0, 0));
        assertEquals(0, pages.held());
        pages.get(live, 0, Long.MAX_VALUE, () -> new Sheet(List.of(), 0, 0, BYTES));
        assertEquals(0, pages.held(), "the end of the log is where more comes");
        get(0);
        pages.get(live, 0, 9, ten(0));
        assertEquals(BYTES, pages.held(), "in the place of the one before");
    }

    @Test
    void forgetsAProjectAndWhatIsBeingReadOfIt() {
        get(0);
        Stream other = new Stream(ProjectId.random(), Interest.ALL, false);
        pages.get(other, 0, Long.MAX_VALUE, ten(0));
        pages.forget(project);
        assertEquals(BYTES, pages.held());
        pages.get(live, 0, Long.MAX_VALUE, () -> {
            pages.forget(project);
            return ten(0).get();
        });
        assertEquals(BYTES, pages.held());
        get(0);
        assertEquals(4, reads.get());
    }

    @Test
    void letsGoOfWhatNobodyUses() {
        get(0);
        pass(6);
        get(10);
        pass(6);
        pages.tidy();
        assertEquals(BYTES, pages.held());
        get(10);
        pass(10);
        pages.tidy();
        assertEquals(BYTES, pages.held());
        pass(1);
        pages.tidy();
        assertEquals(0, pages.held());
        assertEquals(2, reads.get());
    }

    private void pass(long seconds) {
        nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void ofManyOneReads() throws Exception {
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(crowd.submit(() -> {
                    go.await();
                    for (int page = 0; page < 5; page++) {
                        assertShows(page * 10 + 1, page * 10 + 10, get(page * 10));
                    }
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> one : all) {
                one.get(20, TimeUnit.SECONDS);
            }
        } finally {
            crowd.shutdownNow();
        }
        assertTrue(reads.get() == 5, () -> reads + " reads");
    }
}
