package dev.switchboard.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many WebSockets that join a project, answer pings and do nothing else, on one thread. */
final class IdleCrowd implements AutoCloseable {
    private static final int BUFFER = 8 << 10;
    private static final int AT_ONCE = 50;
    private static final long PATIENCE_SECONDS = 60;
    private static final int TWO_BYTES = 126;

    private final RawSocket.Address server;
    private final String join;
    private final Selector selector = Selector.open();
    private final Queue<SocketChannel> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger joined = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "idle-crowd");
    private volatile boolean closed;

    IdleCrowd(RawSocket.Address server, String project) throws IOException {
        this.server = server;
        this.join = "{\"type\":\"project_join\",\"project_id\":\"" + project + "\"}";
        thread.setDaemon(true);
        thread.start();
    }

    /** What has come of a connection and is not a whole frame yet. */
    private static final class Member {
        private final ByteBuffer in = ByteBuffer.allocate(BUFFER);
        private boolean upgraded;
        private long skip;
    }

    /** Opens connections, and waits until all have joined. */
    void open(int connections) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", server.port()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.write(ByteBuffer.wrap(RawSocket.upgrade(server)));
            channel.configureBlocking(false);
            arrivals.add(channel);
            selector.wakeup();
            await(i + 1 - AT_ONCE, deadline);
        }
        await(connections, deadline);
    }

    private void await(int members, long deadline) throws IOException, InterruptedException {
        while (joined.get() < members) {
            if (System.nanoTime() > deadline || lost.get() > 0) {
                throw new IOException(joined.get() + " connections have joined, " + lost.get() + " were lost");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    int joined() {
        return joined.get();
    }

    int pings() {
        return pings.get();
    }

    int lost() {
        return lost.get();
    }

    private void run() {
        Queue<SelectionKey> broken = new ArrayDeque<>();
        try {
            while (!closed) {
                selector.select();
                for (SocketChannel channel = arrivals.poll(); channel != null; channel = arrivals.poll()) {
                    channel.register(selector, SelectionKey.OP_READ, new Member());
                }
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    try {
                        read((SocketChannel) key.channel(), (Member) key.attachment());
                    } catch (IOException e) {
                        broken.add(key);
                    }
                }
                for (SelectionKey key = broken.poll(); key != null; key = broken.poll()) {
                    lost.incrementAndGet();
                    key.channel().close();
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void read(SocketChannel channel, Member member) throws IOException {
        int count = channel.read(member.in);
        if (count < 0) {
            throw new IOException("closed");
        }
        member.in.flip();
        if (!member.upgraded) {
            upgrade(channel, member);
        }
        while (member.upgraded && frame(channel, member)) {
            // the next one
        }
        member.in.compact();
    }

    private void upgrade(SocketChannel channel, Member member) throws IOException {
        String head = StandardCharsets.ISO_8859_1.decode(member.in.duplicate()).toString();
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        if (!head.contains(" 101 ")) {
            throw new IOException(head);
        }
        member.in.position(member.in.position() + end + 4);
        member.upgraded = true;
        channel.write(RawSocket.textFrame(join));
    }

    /** Takes one frame; tells whether there was a whole one. Text is skipped as it comes. */
    private boolean frame(SocketChannel channel, Member member) throws IOException {
        ByteBuffer in = member.in;
        int skipped = (int) Math.min(member.skip, in.remaining());
        in.position(in.position() + skipped);
        member.skip -= skipped;
        if (member.skip > 0 || in.remaining() < 2) {
            return false;
        }
        in.mark();
        int first = in.get() & 0xFF;
        int length = in.get() & 0x7F;
        int more = length < TWO_BYTES ? 0 : length == TWO_BYTES ? 2 : 8;
        if (in.remaining() < more) {
            in.reset();
            return false;
        }
        long size = more == 0 ? length : more == 2 ? in.getShort() & 0xFFFF : in.getLong();
        if (!RawSocket.isControl(first)) {
            return text(member, size);
        }
        if (in.remaining() < size) {
            in.reset();
            return false;
        }
        byte[] payload = new byte[(int) size];
        in.get(payload);
        if (RawSocket.isPing(first)) {
            channel.write(RawSocket.pongFrame(payload));
            pings.incrementAndGet();
        }
        return true;
    }

    private boolean text(Member member, long size) {
        ByteBuffer in = member.in;
        int there = Math.min(30, in.remaining());
        if (there < Math.min(30, size)) {
            in.reset();
            return false;
        }
        String start = StandardCharsets.ISO_8859_1
                .decode(in.duplicate().limit(in.position() + there))
                .toString();
        if (start.startsWith("{\"type\":\"project_joined\"")) {
            joined.incrementAndGet();
        }
        member.skip = size;
        return true;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
