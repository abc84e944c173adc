package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Who follows one project, goes at random moments without a word, and comes back with the last record it has; whatever is not 1, 2,
 * 3 … is counted. What it was shown goes into a checksum: two who have the same were shown the same. Runs on a thread of its own.
 */
final class ReplayClient implements Runnable {
    private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
    /** What comes before it may differ: a record that is shown again says so. */
    private static final byte[] CONTENT = "\"timestamp\":".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] LINE = "\"text\":\"0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = 256;
    private static final int LINE_DIGITS = 10;
    private static final int LONGEST_ABSENCE_MILLIS = 400;
    private static final int PATIENCE_MILLIS = 2_000;
    /** Of so many records one is followed by a nap, if it takes any. */
    private static final int NAP_EVERY = 2_000;

    private final Supplier<Optional<RawSocket.Address>> server;
    private final String project;
    private final SplittableRandom random;
    private final long longestVisit;
    private final int longestNap;
    private final CRC32C shown = new CRC32C();
    private final List<String> wrong = new ArrayList<>();
    private byte[] buffer = new byte[1 << 16];
    private String epoch = "";
    private long lastLine;
    private long lines;
    private int joins;
    private int lost;
    private int gaps;
    private int doubles;
    private volatile long lastSeq;
    private volatile long target = Long.MAX_VALUE;

    /**
     * @param server where it is, if it is just now
     * @param longestVisit after how many records it goes at the latest
     * @param longestNap how many milliseconds it leaves unread what comes, at most, in the middle of a visit
     */
    ReplayClient(
            Supplier<Optional<RawSocket.Address>> server,
            String project,
            long longestVisit,
            int longestNap,
            SplittableRandom random) {
        this.server = server;
        this.project = project;
        this.longestVisit = longestVisit;
        this.longestNap = longestNap;
        this.random = random;
    }

    /** Comes and goes until it has the record that it is told of by {@link #endAt}. */
    @Override
    public void run() {
        try {
            while (lastSeq < target && wrong.isEmpty()) {
                Optional<RawSocket.Address> address = server.get();
                if (address.isPresent()) {
                    visit(address.get());
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_ABSENCE_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void visit(RawSocket.Address address) throws InterruptedException {
        long leave = lastSeq + 1 + random.nextLong(longestVisit);
        try (RawSocket socket = RawSocket.connect(address)) {
            socket.patience(PATIENCE_MILLIS);
            socket.send("{\"type\":\"project_join\",\"project_id\":\"" + project + "\",\"data\":{\"after_seq\":"
                    + lastSeq + (epoch.isEmpty() ? "" : ",\"epoch\":\"" + epoch + "\"") + "}}");
            while (lastSeq < Math.min(leave, target) && wrong.isEmpty()) {
                int length = socket.header();
                if (length > buffer.length) {
                    buffer = new byte[length];
                }
                socket.payload().readFully(buffer, 0, length);
                take(length);
                if (longestNap > 0 && random.nextInt(NAP_EVERY) == 0) {
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(longestNap));
                }
            }
        } catch (IOException e) {
            lost++; // the server went, or had nothing more to say for a while
        }
    }

    private void take(int length) {
        int at = find(SEQ, 0, Math.min(length, HEAD));
        if (at < 0) {
            answered(new String(buffer, 0, length, StandardCharsets.UTF_8));
            return;
        }
        long seq = 0;
        for (int i = at + SEQ.length; buffer[i] != ','; i++) {
            seq = seq * 10 + buffer[i] - '0';
        }
        if (seq <= lastSeq) {
            doubles++;
            return;
        }
        gaps += seq == lastSeq + 1 ? 0 : 1;
        lastSeq = seq;
        int content = find(CONTENT, at, Math.min(length, HEAD));
        shown.update(buffer, content, length - content);
        int line = find(LINE, content, length);
        if (line >= 0) {
            count(line + LINE.length - 1);
        }
    }

    /** The agent numbers the lines of each run from 1 on. */
    private void count(int place) {
        long line = Long.parseLong(new String(buffer, place, LINE_DIGITS, StandardCharsets.US_ASCII));
        if (line != 1 && line != lastLine + 1) {
            wrong.add("line " + line + " of the agent came behind " + lastLine);
        }
        lastLine = line;
        lines++;
    }

    private void answered(String frame) {
        if (frame.startsWith("{\"type\":\"project_joined\"")) {
            joins++;
            String now = textOf(frame, "\"epoch\":\"");
            if (!epoch.isEmpty() && !epoch.equals(now)) {
                wrong.add("another epoch behind record " + lastSeq);
            }
            epoch = now;
        } else if (frame.startsWith("{\"type\":\"replay\"")
                        && !textOf(frame, "\"verdict\":\"").equals("ok")
                || frame.startsWith("{\"type\":\"gap\"")
                || frame.startsWith("{\"type\":\"error\"")) {
            wrong.add("behind record " + lastSeq + " came " + frame);
        }
    }

    private static String textOf(String frame, String field) {
        int begin = frame.indexOf(field) + field.length();
        return frame.substring(begin, frame.indexOf('"', begin));
    }

    private int find(byte[] wanted, int from, int to) {
        int last = to - wanted.length;
        for (int i = from; i <= last; i++) {
            int k = 0;
            while (k < wanted.length && buffer[i + k] == wanted[k]) {
                k++;
            }
            if (k == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    /** There will be no more records than these. */
    void endAt(long seq) {
        target = seq;
    }

    long lastSeq() {
        return lastSeq;
    }

    // The rest is for when its thread has ended.

    /** How often records were left out. */
    int gaps() {
        return gaps;
    }

    /** How many records came that had come before. */
    int doubles() {
        return doubles;
    }

    /** What else was not as promised; it stops at the first such thing. */
    List<String> wrong() {
        return wrong;
    }

    long shown() {
        return shown.getValue();
    }

    /** How many lines of the agent's flood it was shown. */
    long lines() {
        return lines;
    }

    int rejoins() {
        return Math.max(0, joins - 1);
    }

    int lost() {
        return lost;
    }
}
