package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Connections that each ask for the same again as soon as they have been answered, all on the calling thread: with a thread for each, a
 * third of what the server takes is to wake them.
 */
final class AskingCrowd implements AutoCloseable {
    private static final int BUFFER = 256 << 10;
    private static final byte[] ERROR = "{\"type\":\"error\"".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector = Selector.open();
    private final List<RawSocket> sockets = new ArrayList<>();
    private final ByteBuffer request;
    private final byte[] answer;
    private int unanswered;
    private int unasked;

    /**
     * @param request what is sent
     * @param answer the type of what answers it
     */
    AskingCrowd(RawSocket.Address address, int connections, String request, String answer) throws IOException {
        this.request = RawSocket.textFrame(request);
        this.answer = ("{\"type\":\"" + answer + "\"").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < connections; i++) {
            RawSocket socket = RawSocket.connectChannel(address);
            sockets.add(socket);
            byte[] rest = socket.rest();
            SocketChannel channel = socket.channel();
            channel.configureBlocking(false);
            FrameSplitter frames = new FrameSplitter(
                    payload -> channel.write(RawSocket.pongFrame(payload)),
                    (head, length) -> take(channel, head, length));
            frames.feed(ByteBuffer.wrap(rest));
            channel.register(selector, SelectionKey.OP_READ, frames);
        }
    }

    /** Asks so often in all, and returns when all has been answered. */
    void ask(int requests) throws IOException {
        unanswered = requests;
        unasked = requests;
        for (RawSocket socket : sockets) {
            askOnce(socket.channel());
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        while (unanswered > 0) {
            selector.select();
            for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                SelectionKey key = keys.next();
                keys.remove();
                buffer.clear();
                if (((SocketChannel) key.channel()).read(buffer) < 0) {
                    throw new IOException("the server has closed a connection");
                }
                ((FrameSplitter) key.attachment()).feed(buffer.flip());
            }
        }
    }

    private void askOnce(SocketChannel channel) throws IOException {
        if (unasked > 0) {
            unasked--;
            ByteBuffer frame = request.duplicate();
            while (frame.hasRemaining()) {
                channel.write(frame); // small, and the connection has nothing else under way
            }
        }
    }

    private void take(SocketChannel channel, byte[] head, int length) throws IOException {
        if (startsWith(head, length, answer)) {
            unanswered--;
            askOnce(channel);
        } else if (startsWith(head, length, ERROR)) {
            throw new IOException(new String(head, 0, length, StandardCharsets.UTF_8));
        }
    }

    private static boolean startsWith(byte[] head, int length, byte[] start) {
        if (length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (head[i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (RawSocket socket : sockets) {
            socket.close();
        }
    }
}
