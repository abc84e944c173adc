package dev.switchboard.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.List;

/** Reads for many clients on one thread, which takes less of the machine from the server than a thread for each. */
final class CountingCrowd implements AutoCloseable {
    private static final int BUFFER = 256 << 10;

    private final Selector selector = Selector.open();
    private final Thread thread = new Thread(this::run, "counting-crowd");

    CountingCrowd(List<CountingClient> clients) throws IOException {
        for (CountingClient client : clients) {
            client.handOver().register(selector, SelectionKey.OP_READ, client);
        }
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (selector.isOpen() && selector.select() >= 0 && selector.isOpen()) {
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    buffer.clear();
                    if (((SocketChannel) key.channel()).read(buffer) < 0) {
                        key.cancel(); // what was delivered so far is what counts
                    } else {
                        ((CountingClient) key.attachment()).feed(buffer.flip());
                    }
                }
            }
        } catch (IOException e) {
            System.err.println("reading has ended: " + e);
        }
    }

    /** Ends reading; the connections stay. */
    @Override
    public void close() throws IOException {
        selector.close();
    }
}
