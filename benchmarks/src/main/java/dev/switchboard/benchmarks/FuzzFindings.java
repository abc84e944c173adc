package dev.switchboard.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What all connections saw together. Safe for use by many threads. */
final class FuzzFindings {
    private static final int MOST = 20;

    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private final Map<Integer, LongAdder> closes = new ConcurrentSkipListMap<>();
    private final LongAdder wrong = new LongAdder();
    private final List<String> broken = new ArrayList<>();

    void sent(int bytes) {
        sent.increment();
        sentBytes.add(bytes);
    }

    void received(int bytes) {
        received.increment();
        receivedBytes.add(bytes);
    }

    void answered(String how) {
        answers.computeIfAbsent(how, key -> new LongAdder()).increment();
    }

    void closed(int code) {
        closes.computeIfAbsent(code, key -> new LongAdder()).increment();
    }

    /** Something is not as promised; the first ones are kept. */
    void broken(String what) {
        wrong.increment();
        synchronized (broken) {
            if (broken.size() < MOST) {
                broken.add(what);
            }
        }
    }

    List<String> broken() {
        synchronized (broken) {
            return List.copyOf(broken);
        }
    }

    void print(double seconds) {
        System.out.printf(
                "%d messages sent (%.1f MB), %d received (%.1f MB), %.0f s, %.0f sent a second%n",
                sent.sum(),
                sentBytes.sum() / 1e6,
                received.sum(),
                receivedBytes.sum() / 1e6,
                seconds,
                sent.sum() / seconds);
        System.out.println("answers: " + answers);
        System.out.println("connections closed by rule: " + closes);
        System.out.println("not as promised: " + wrong.sum());
        broken().forEach(line -> System.out.println("  " + line));
    }
}
