package dev.switchboard.websocket.internal;

import dev.switchboard.gateway.ClientSession;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a connection's frames from Jetty, one at a time, and hands whole messages to the session. The next frame is
 * asked for when the session is ready for another message; once the connection is closing, frames are read and dropped
 * until the peer's close comes.
 */
final class SocketReader implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SocketReader.class);

    private final SocketConnection connection;
    private final ProgressEndPoint socket;
    private final EdgeTools tools;
    private final InboundMessage message = new InboundMessage();
    /** Whether the session has a message, and reading goes on when it says so. */
    private final AtomicBoolean waiting = new AtomicBoolean();
    /** Whether the rest of what comes is of no interest, as after a message that was too large. */
    private boolean deaf;

    private Pongs pongs;
    private Heartbeat heartbeat;
    private CoreSession core;
    private ClientSession session;

    SocketReader(SocketConnection connection, ProgressEndPoint socket, EdgeTools tools) {
        this.connection = connection;
        this.socket = socket;
        this.tools = tools;
    }

    @Override
    public void onOpen(CoreSession coreSession, Callback callback) {
        core = coreSession;
        pongs = new Pongs(coreSession);
        heartbeat = new Heartbeat(coreSession, tools.nanoTime());
        callback.succeeded();
        session = connection.open(coreSession, socket, heartbeat, this::resume);
        deaf = session == null;
        core.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        heartbeat.inbound();
        tools.figures().bytesReceived.add(frame.getPayloadLength());
        Runnable next = take(frame);
        callback.succeeded(); // from here on the payload is not ours any more
        next.run();
    }

    /** Takes what the frame brings and says how to go on. */
    private Runnable take(Frame frame) {
        switch (frame.getOpCode()) {
            case OpCode.PING -> pongs.answer(bytes(frame));
            case OpCode.PONG -> {
                if (session != null) {
                    heartbeat.pong(payload(frame), session);
                }
            }
            case OpCode.CLOSE -> {
                CloseStatus status = CloseStatus.getCloseStatus(frame);
                connection.peerCloses(new CloseReason(status.getCode(), text(status.getReason())));
                return () -> {};
            }
            default -> {
                return takeData(frame);
            }
        }
        return core::demand;
    }

    private Runnable takeData(Frame frame) {
        if (deaf || connection.isClosing()) {
            return core::demand;
        }
        if (frame.getOpCode() == OpCode.BINARY) {
            return refuse(CloseReason.NOT_TEXT, "messages must be text");
        }
        if (!message.add(payload(frame), session.messageLimit())) {
            deaf = true;
            connection.call(session::tooLarge);
            return core::demand;
        }
        if (!frame.isFin()) {
            heartbeat.piece();
            return core::demand;
        }
        byte[] text = message.take();
        if (!Utf8.isValid(text)) {
            return refuse(CloseReason.NOT_UTF8, "messages must be UTF-8");
        }
        return () -> hand(text);
    }

    private Runnable refuse(int code, String reason) {
        deaf = true;
        return () -> {
            connection.close(code, reason);
            core.demand();
        };
    }

    private void hand(byte[] text) {
        tools.figures().messagesReceived.increment();
        heartbeat.pause();
        waiting.set(true);
        connection.call(() -> session.text(text, this::resume));
        if (connection.isClosing()) {
            resume(); // begun before we waited, so that nobody else does it
        }
    }

    private void resume() {
        if (waiting.compareAndSet(true, false)) {
            heartbeat.resume();
            core.demand();
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        connection.inContext(() -> LOG.debug("{} is broken", connection, cause));
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        connection.finish(status.getCode(), text(status.getReason()));
        callback.succeeded();
    }

    private static String text(String reason) {
        return reason == null ? "" : reason;
    }

    private static ByteBuffer payload(Frame frame) {
        ByteBuffer payload = frame.getPayload();
        return payload == null ? ByteBuffer.allocate(0) : payload;
    }

    private static byte[] bytes(Frame frame) {
        ByteBuffer payload = payload(frame);
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }
}
