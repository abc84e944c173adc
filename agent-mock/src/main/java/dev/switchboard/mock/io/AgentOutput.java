package dev.switchboard.mock.io;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonWriter;
import dev.switchboard.mock.json.Utf8Output;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Standard output in the chosen format. Lines are whole: one lock, and each is flushed when it is complete. Thread-safe. If nobody
 * reads, writing blocks; if the other end is closed, everything is swallowed and the turn goes on, as with the real program.
 */
public final class AgentOutput {

    private static final long CLAIM_MILLIS = 200;

    private final FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
    private final Utf8Output out = new Utf8Output(stdout);
    private final ReentrantLock lock = new ReentrantLock();
    private final String format;
    private final boolean array;
    private boolean closed;
    private boolean arrayBegun;

    /** @param verbose with the format {@code json}: all lines as one array instead of the result alone */
    public AgentOutput(String format, boolean verbose) {
        this.format = format;
        this.array = verbose && format.equals("json");
    }

    private interface Writing {
        void run() throws IOException;
    }

    private void write(Writing writing) {
        lock.lock();
        try {
            if (!closed) {
                writing.run();
                out.flush();
            }
        } catch (IOException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    public boolean streams() {
        return format.equals("stream-json");
    }

    /** Whether the format shows every line, rather than one result. */
    public boolean showsAllLines() {
        return streams() || array;
    }

    /** One line of the stream. */
    public void line(JsonObject line) {
        if (streams() || array) {
            write(new Writing() {
                @Override
                public void run() throws IOException {
                    separate();
                    JsonWriter.write(line, out);
                    terminate();
                }
            });
        }
    }

    /**
     * The line that ends a turn.
     *
     * @param text what the format {@code text} shows of it
     */
    public void result(JsonObject result, String text) {
        if (format.equals("text")) {
            raw(text);
        } else if (array || streams()) {
            line(result);
        } else {
            raw(result + "\n");
        }
    }

    /**
     * A line in which {@code marker} stands for {@code length} bytes of filler: never held in memory as a whole.
     */
    public void filledLine(JsonObject line, String marker, long length) {
        byte[] filler = "All work and no play makes a long line. ".repeat(1_600).getBytes(StandardCharsets.US_ASCII);
        String text = line.toString();
        int hole = text.indexOf(marker);
        write(new Writing() {
            @Override
            public void run() throws IOException {
                byte[] before = text.substring(0, hole).getBytes(StandardCharsets.UTF_8);
                out.bytes(before, 0, before.length);
                for (long rest = length; rest > 0; rest -= filler.length) {
                    out.bytes(filler, 0, (int) Math.min(rest, filler.length));
                }
                byte[] after = (text.substring(hole + marker.length()) + "\n").getBytes(StandardCharsets.UTF_8);
                out.bytes(after, 0, after.length);
            }
        });
    }

    /** Complete lines that were put together elsewhere. */
    public void bulk(byte[] lines, int length) {
        write(new Writing() {
            @Override
            public void run() throws IOException {
                out.bytes(lines, 0, length);
            }
        });
    }

    /** Text as it is, without a line end. */
    public void raw(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bulk(bytes, bytes.length);
    }

    /** Ends the array, if the format is one. */
    public void finish() {
        if (array) {
            raw(arrayBegun ? "]\n" : "[]\n");
        }
    }

    /**
     * Lets only the calling thread write from now on: for the last words of a process that is about to end.
     *
     * @return false if another thread is stuck in writing, because nobody reads
     */
    public boolean claim() {
        try {
            return lock.tryLock(CLAIM_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes standard output while the program lives on. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            stdout.close();
        } catch (IOException e) {
            // Closed is closed.
            return;
        } finally {
            lock.unlock();
        }
    }

    private void separate() throws IOException {
        if (array) {
            out.octet(arrayBegun ? ',' : '[');
            arrayBegun = true;
        }
    }

    private void terminate() throws IOException {
        if (!array) {
            out.octet('\n');
        }
    }
}
