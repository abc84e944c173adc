package dev.switchboard.store.postgresql.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** Stands between a client and PostgreSQL, and cuts the connection when it is told to: before or behind what the client says next. */
final class CuttingProxy implements AutoCloseable {
    private final int port;
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    /** Under the lock; -1 if nothing is to be cut. */
    private int left = -1;

    private volatile boolean pass;
    private volatile boolean open = true;
    private volatile boolean cutting;

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
        lock.lock();
        try {
            pass = passed;
            left = count;
        } finally {
            lock.unlock();
        }
    }

    /** Something is said; whether that is where to cut. */
    private boolean isWhereToCut() {
        lock.lock();
        try {
            if (left < 0 || --left > 0) {
                return false;
            }
            left = -1;
            cutting = true;
            open = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean hasCut() {
        return !open;
    }

    /** Lets everybody in again, once what was cut is cut off everywhere: later connections must not be. */
    void mend() {
        lock.lock();
        try {
            left = -1;
        } finally {
            lock.unlock();
        }
        Waiting.until(() -> !cutting);
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
                boolean last = counted && isWhereToCut();
                if (last) {
                    cutHere(from, to, pass ? Arrays.copyOf(piece, count) : new byte[0]);
                    return;
                }
                out.write(piece, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            // cut
        }
        closeQuietly(from);
        closeQuietly(to);
    }

    /** The server gets to hear the end only behind what is passed on. */
    private void cutHere(Socket client, Socket server, byte[] passed) throws IOException {
        try {
            server.getOutputStream().write(passed);
            client.close(); // no answer gets through
            server.shutdownOutput();
            InputStream answers = server.getInputStream();
            byte[] piece = new byte[4096];
            while (answers.read(piece) >= 0) {
                // nobody hears them
            }
        } finally {
            cut();
            cutting = false;
        }
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
