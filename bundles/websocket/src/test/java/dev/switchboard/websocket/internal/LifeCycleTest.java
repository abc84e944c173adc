package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it counts threads and descriptors")
@Timeout(60)
class LifeCycleTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("H5 C2 at the end all clients get 1001, and no thread, no socket and no port is left")
    void leavesNothingBehind() throws Exception {
        new Rig(directory).start().close(); // what the JVM opens once
        long descriptors = Rig.descriptors();
        Rig rig = new Rig(directory).start();
        int port = rig.port();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(rig.connect());
        }
        Thread stop = new Thread(rig::close, "test-stop");
        stop.start();
        for (RawClient client : clients) {
            assertEquals(
                    new CloseReason(1001, "Server shutting down"), client.read().close());
            client.close(1001);
            assertTrue(client.isAtEnd());
            client.close();
        }
        stop.join(10_000);
        assertFalse(stop.isAlive());
        assertThrows(ConnectException.class, () -> new RawClient(port));
        Rig.await("its threads have ended", () -> threads().isEmpty());
        Rig.await("its descriptors are closed", () -> Rig.descriptors() <= descriptors);
    }

    @Test
    @DisplayName("H5 clients that do not answer hold the end up for a moment only")
    void silentClients() throws Exception {
        Rig rig = new Rig(directory).start();
        try (RawClient client = rig.connect()) {
            FakeSession session = rig.gateway.nextSession();
            long start = System.nanoTime();
            rig.close();
            assertTrue(System.nanoTime() - start < 8_000_000_000L);
            assertEquals(1001, session.awaitClosed().code());
            assertEquals(1001, client.read().close().code());
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("switchboard-"))
                .toList();
    }

    @Test
    @DisplayName("C1 localhost is 127.0.0.1 and ::1, with one port")
    void bothLoopbacks() throws Exception {
        try (Rig rig = new Rig(directory).start()) {
            assertEquals(Result.Status.OK, rig.state.execute().getStatus());
            try (Socket four = new Socket()) {
                four.connect(new InetSocketAddress("127.0.0.1", rig.port()), 5000);
            }
            Assumptions.assumeTrue(hasIpv6());
            String names = "127.0.0.1:" + rig.port() + " and [::1]:" + rig.port();
            assertTrue(
                    rig.state.execute().toString().contains(names),
                    rig.state.execute().toString());
            try (Socket six = new Socket()) {
                six.connect(new InetSocketAddress("::1", rig.port()), 5000);
            }
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("C1 other than loopback is listened on, and the URL of the ready line is one that works there")
    void everywhere() throws Exception {
        Rig rig = new Rig(directory).set(ServerSettings.HOST, "0.0.0.0").start();
        try {
            assertEquals(Result.Status.OK, rig.state.execute().getStatus());
            rig.ready = true;
            String line = "Switchboard ready at https://localhost:" + rig.port() + "/";
            Rig.await(
                    "the ready line",
                    () -> rig.stdout.toString(StandardCharsets.UTF_8).contains(line));
        } finally {
            rig.close();
        }
    }

    @Test
    @DisplayName("H4 a port in use is told by the health check, and nothing is left open")
    void portInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            Rig rig = new Rig(directory).set(ServerSettings.PORT, port).start();
            assertEquals(Result.Status.CRITICAL, rig.state.execute().getStatus());
            assertTrue(rig.state.execute().toString().contains("port = " + port));
            rig.close();
        }
    }

    @Test
    @DisplayName("H4 an unknown host is told by the health check")
    void unknownHost() {
        Rig rig = new Rig(directory)
                .set(ServerSettings.HOST, "no.such.host.invalid")
                .start();
        assertTrue(rig.state.execute().toString().contains("no.such.host.invalid"));
        rig.close();
    }

    @Test
    @DisplayName("D1 instance.json and one line on stdout, once the gateway is there and health says ready")
    void readyNotice() throws Exception {
        Files.writeString(directory.resolve("initial-token"), "s3cret\n");
        Path file = directory.resolve("instance.json");
        Rig rig = new Rig(directory).set(ServerSettings.SHELL_PORT, "8101").start();
        rig.edge.unbindGateway(rig.gateway);
        rig.ready = true;
        assertFalse(Files.exists(file));
        assertEquals("", out(rig));
        rig.edge.bindGateway(rig.gateway);
        Rig.await("ready", () -> out(rig).endsWith("\n"));
        assertEquals("Switchboard ready at http://localhost:" + rig.port() + "/", out(rig).strip());
        assertEquals(
                "{\"pid\":" + ProcessHandle.current().pid() + ",\"port\":" + rig.port() + ",\"shell_port\":8101,"
                        + "\"url\":\"http://localhost:" + rig.port() + "/\",\"version\":\"1.2.3\","
                        + "\"jdk\":\"" + Runtime.version() + "\",\"ready\":true,"
                        + "\"started_at\":\"2026-11-23T10:00:00Z\"}\n",
                Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        rig.close();
        assertFalse(Files.exists(file));
    }

    @Test
    @DisplayName("D1 C5 the token of the first start is shown to a terminal only")
    void tokenOnATerminal() throws Exception {
        Files.writeString(directory.resolve("initial-token"), "s3cret+\n");
        try (Rig rig = new Rig(directory).start(WireWriter.TOGETHER, true)) {
            rig.ready = true;
            Rig.await("ready", () -> out(rig).endsWith("\n"));
            assertEquals("Switchboard ready at http://localhost:" + rig.port() + "/#token=s3cret%2B", out(rig).strip());
        }
    }

    @Test
    @DisplayName("D1 C5 no notice before the gateway could let anybody in, however healthy all the rest is")
    void waitsForTheGatewayToBeReady() throws Exception {
        try (Rig rig = new Rig(directory)) {
            rig.gateway.ready = false;
            rig.ready = true;
            rig.start();
            Rig.await("asked twice", () -> rig.gateway.askedReady.get() > 1);
            assertEquals("", out(rig));
            rig.gateway.ready = true;
            Rig.await("ready", () -> out(rig).endsWith("\n"));
        }
    }

    private static String out(Rig rig) {
        return rig.stdout.toString(StandardCharsets.UTF_8);
    }
}
