package dev.switchboard.gateway;

import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** One client's socket, as an edge offers it. Safe for use by many threads; its methods return at once. */
@ConsumerType
public interface ClientConnection {
    /** The peer's address without port, as far as it can be trusted. */
    String remoteAddress();

    /**
     * Sends frames. At most one send is under way: the next may be started only when the callback of the one before was
     * called with success.
     *
     * @param wire the frames as they go over the wire (server to client, unmasked, headers included), each buffer one or
     *        more whole frames; either only unfragmented text frames, or exactly one frame of a fragmented message. The
     *        bytes stay unchanged until the callback; positions and limits of the buffers may be moved.
     * @param callback called once, on any thread, possibly within this call
     */
    void send(List<ByteBuffer> wire, SendCallback callback);

    /**
     * Closes the connection after what is under way has been sent, with a close frame. The edge then reports
     * {@link ClientSession#closed}. Closing twice does nothing.
     *
     * @param code of RFC 6455, section 7.4
     * @param reason at most 123 bytes of UTF-8
     */
    void close(int code, String reason);

    /** Told how a send ended. Returns at once, and does not begin the next. */
    @FunctionalInterface
    interface SendCallback {
        /**
         * @param failure {@code null} if the bytes were handed to the operating system; otherwise the connection is broken
         *        and {@link ClientSession#closed} follows
         */
        void done(Throwable failure);
    }
}
