package dev.switchboard.broadcast;

import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A subscriber's place in a topic: a cursor, nothing is queued for it. Its methods are called by one thread at a time.
 */
@ProviderType
public interface Subscription extends AutoCloseable {
    /**
     * Takes the next frames, no more than fit into {@code maxBytes} but at least one if there is one. There may be more than were taken.
     *
     * @param untilSeq no frame behind this record is taken; {@link Long#MAX_VALUE} for no bound
     * @return what was taken; {@link Batch#behind()} if the next record is no longer, or was never, kept in memory
     */
    Batch poll(int maxBytes, long untilSeq);

    /**
     * Moves to directly behind record {@code seq}, as after reading up to there from the log.
     *
     * @return whether everything behind that record is in memory; if not, nothing changes and reading the log goes on. Frames
     *         that are not records and were passed over meanwhile do not come again.
     */
    boolean seek(long seq);

    /** The last record that this subscription has passed, whether it wanted it or not. */
    long seq();

    /** Ends it; polling afterwards finds nothing. Closing twice does nothing. */
    @Override
    void close();

    /**
     * Frames that were taken.
     *
     * @param buffers their bytes on the wire, in order, each buffer one or more whole frames; read-only, immutable, valid
     *        as long as they are referred to
     * @param frames how many frames
     * @param bytes how many bytes
     * @param seq the last record passed
     * @param behind whether the next record has to be read from the log: read what follows {@code seq}, then
     *        {@link #seek}
     * @param ended whether the topic was closed and nothing will come any more
     */
    record Batch(List<ByteBuffer> buffers, int frames, long bytes, long seq, boolean behind, boolean ended) {
        public Batch {
            buffers = List.copyOf(buffers);
        }

        public boolean isEmpty() {
            return frames == 0;
        }
    }
}
