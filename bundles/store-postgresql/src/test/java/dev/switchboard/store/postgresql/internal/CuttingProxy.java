package dev.switchboard.store.postgresql.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and PostgreSQL, and cuts the connection when it is told to: before or behind what the client says next. */
final class CuttingProxy implements AutoCloseable {
    private final int port;
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger left = new AtomicInteger(-1);
    private volatile boolean pass;
    private volatile boolean open = true;

    CuttingProxy(int port) throws IOException {
        this.port = port;
        begin("proxy-door", this::serve);
    }

    int port() {
        return door.getLocalPort();
    }

    /**
     * Cuts all connections at what clients say then, and lets nobody in until {@link #mend}.
     *
     * @param count at which of the things that they say from now on
     * @param passed whether that still reaches the server, whose answer is lost then
     */
    void cutAt(int count, boolean passed) {
        pass = passed;
        left.set(count);
    }

    boolean hasCut() {
        return !open;
    }

    void mend() {
        left.set(-1);
        open = true;
    }

    private static void begin(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        try {
            while (true) {
                Socket client = door.accept();
                if (!open) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.addAll(List.of(client, server));
                begin("proxy-in", () -> copy(client, server, true));
                begin("proxy-out", () -> copy(server, client, false));
            }
        } catch (IOException e) {
            cut(); // closed
        }
    }

    private void copy(Socket from, Socket to, boolean counted) {
        byte[] piece = new byte[1 << 20];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                boolean last = counted && left.get() > 0 && left.decrementAndGet() == 0;
                if (last) {
                    open = false;
                }
                if (!last || pass) {
                    out.write(piece, 0, count);
                    out.flush();
                }
                if (last) {
                    from.close(); // first: no answer gets through
                    cutLater(to);
                    return;
                }
            }
        } catch (IOException e) {
            // cut
        }
        closeQuietly(from);
        closeQuietly(to);
    }

    /** The server gets to hear the end only behind what was passed on. */
    private void cutLater(Socket server) throws IOException {
        server.shutdownOutput();
        InputStream answers = server.getInputStream();
        byte[] piece = new byte[4096];
        while (answers.read(piece) >= 0) {
            // nobody hears them
        }
        cut();
    }

    private void cut() {
        sockets.forEach(CuttingProxy::closeQuietly);
        sockets.clear();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // gone already
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
