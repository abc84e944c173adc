package dev.switchboard.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class TlsTest {
    @TempDir
    Path directory;

    @TempDir
    Path files;

    private Rig rig;

    @AfterEach
    void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    private Rig rig() {
        rig = new Rig(directory);
        return rig;
    }

    private static SSLSocket socket(String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        return socket;
    }

    /** The test looks at the certificate itself. */
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private String plain(String... headers) throws Exception {
        try (RawClient client = new RawClient(rig.port())) {
            return client.ask("/ws", headers);
        }
    }

    private String encrypted(String... headers) throws Exception {
        try (RawClient client = new RawClient(socket(), rig.port(), 0)) {
            return client.ask("/ws", headers);
        }
    }

    private X509Certificate certificate() throws Exception {
        try (SSLSocket socket = socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", rig.port()), 10_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static void keytool(String... arguments) throws Exception {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(
                        Stream.concat(Stream.of(program, "-J-XX:TieredStopAtLevel=1"), Arrays.stream(arguments))
                                .toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
    }

    private Path keyStore(String name, String... key) throws Exception {
        Path store = files.resolve(name);
        keytool(Stream.concat(
                        Stream.of(
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-dname",
                                "CN=" + name,
                                "-keystore",
                                store.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "secret-1"),
                        Arrays.stream(key))
                .toArray(String[]::new));
        return store;
    }

    /** As PEM files: certificate and key. */
    private List<Path> pem(Path keyStore) throws Exception {
        KeyStore keys = KeyStore.getInstance(keyStore.toFile(), "secret-1".toCharArray());
        Path certificate = files.resolve(keyStore.getFileName() + ".cert");
        Path key = files.resolve(keyStore.getFileName() + ".key");
        Files.writeString(
                certificate,
                "# of a test\n" + block("CERTIFICATE", keys.getCertificate("a").getEncoded()));
        Files.writeString(
                key,
                block("PRIVATE KEY", keys.getKey("a", "secret-1".toCharArray()).getEncoded()));
        return List.of(certificate, key);
    }

    private static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }

    private String failure() {
        Result result = rig.state.execute();
        assertEquals(Result.Status.CRITICAL, result.getStatus());
        return result.toString();
    }

    @Test
    @DisplayName("C1 one port takes both; the generated certificate names this machine, its key is for nobody else")
    void onePort() throws Exception {
        rig().start();
        assertTrue(plain().startsWith("HTTP/1.1 101 "));
        assertTrue(encrypted().startsWith("HTTP/1.1 101 "));
        X509Certificate certificate = certificate();
        assertEquals("EC", certificate.getPublicKey().getAlgorithm());
        String names = certificate.getSubjectAlternativeNames().stream()
                .map(entry -> entry.get(1).toString())
                .collect(Collectors.joining(" "));
        assertTrue(
                names.contains("localhost") && names.contains("127.0.0.1") && names.contains("0:0:0:0:0:0:0:1"), names);
        Path tls = directory.resolve("tls");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(tls.resolve("key.pem"))));
        try (var input = Files.newInputStream(tls.resolve("cert.pem"))) {
            assertEquals(certificate, CertificateFactory.getInstance("X.509").generateCertificate(input));
        }
        try (var left = Files.list(tls)) {
            assertEquals(2, left.count());
        }
        SharedKey.keep(directory);
    }

    private static String message(RawClient client) throws IOException {
        StringBuilder text = new StringBuilder();
        for (RawClient.Frame frame = client.readData(); ; frame = client.readData()) {
            text.append(frame.text());
            if (frame.fin()) {
                return text.toString();
            }
        }
    }

    @Test
    @DisplayName("C1 C6 messages of every size go both ways through TLS")
    void messages() throws Exception {
        rig().start();
        try (RawClient client = new RawClient(socket(), rig.port(), 0)) {
            client.upgrade("/ws?token=admin");
            for (int size : List.of(0, 1, 125, 126, 65_535, 65_536, 300_000)) {
                String text = "x".repeat(size);
                client.text(text);
                assertEquals(text, message(client));
            }
        }
    }

    @Test
    @DisplayName("C1 versions before TLS 1.2 are refused, as are ciphers without forward secrecy")
    void oldVersions() throws Exception {
        rig().start();
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            try (SSLSocket socket = socket(version)) {
                socket.connect(new InetSocketAddress("127.0.0.1", rig.port()), 10_000);
                socket.startHandshake();
                assertEquals(version, socket.getSession().getProtocol());
            }
        }
        try (SSLSocket socket = socket("TLSv1.2")) {
            socket.setEnabledCipherSuites(
                    new String[] {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            socket.connect(new InetSocketAddress("127.0.0.1", rig.port()), 10_000);
            assertThrows(IOException.class, socket::startHandshake);
        }
        // TLS 1.1 cannot be enabled in a JDK of today; a client that asks for it gets an alert (RFC 8446, 6.2:
        // protocol_version).
        try (Socket socket = new Socket("127.0.0.1", rig.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(helloOf11());
            byte[] answer = socket.getInputStream().readNBytes(7);
            assertEquals(21, answer[0], "an alert");
            assertEquals(70, answer[6], "protocol_version");
        }
    }

    /** The first message of a client that knows TLS 1.1 at most (RFC 4346, 7.4.1.2). */
    private static byte[] helloOf11() {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        int at = 0;
        for (int value : new int[] {22, 3, 1, 0, hello.length - 5, 1, 0, 0, hello.length - 9, 3, 2}) {
            hello[at++] = (byte) value;
        }
        at += 32 + 1; // random, no session
        for (int value : new int[] {0, 2, 0xC0, 0x09, 1, 0}) {
            hello[at++] = (byte) value;
        }
        return hello;
    }

    @Test
    @DisplayName("C1 tls.mode required: what is not encrypted is refused, live")
    void required() throws Exception {
        rig().start();
        rig.set(ServerSettings.TLS_MODE, "required");
        assertTrue(plain().startsWith("HTTP/1.1 426 "), plain());
        assertTrue(encrypted().startsWith("HTTP/1.1 101 "));
        rig.set(ServerSettings.TLS_MODE, "auto");
        assertTrue(plain().startsWith("HTTP/1.1 101 "));
    }

    @ParameterizedTest
    @CsvSource({
        "Forwarded: for=192.0.2.1",
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-Proto: https",
        "X-Real-IP: 192.0.2.1"
    })
    @DisplayName(
            "C1 tls.mode auto: what a proxy on this machine passes on unencrypted is refused, and says which mode is right")
    void forwarded(String header) throws Exception {
        rig().start();
        String refused = plain(header);
        assertTrue(refused.startsWith("HTTP/1.1 426 "), refused);
        assertTrue(encrypted(header).startsWith("HTTP/1.1 101 "));
        rig.set(ServerSettings.TLS_MODE, "proxy");
        assertTrue(plain(header).startsWith("HTTP/1.1 101 "));
    }

    @Test
    @DisplayName("C4 C5 X-Forwarded-For and -Proto count only from trusted proxies, and only what they have added")
    void trustedProxies() throws Exception {
        rig().set(ServerSettings.TLS_MODE, "proxy").start();
        assertEquals("127.0.0.1", client("X-Forwarded-For: 192.0.2.1"));
        rig.set(ServerSettings.PROXIES_TRUSTED, "127.0.0.0/8, 198.51.100.7");
        assertEquals("192.0.2.1", client("X-Forwarded-For: 192.0.2.1"));
        assertEquals("192.0.2.1", client("X-Forwarded-For: 203.0.113.66, 192.0.2.1"));
        assertEquals("192.0.2.1", client("X-Forwarded-For: 203.0.113.66, 192.0.2.1", "X-Forwarded-For: 198.51.100.7"));
        assertEquals("127.0.0.1", client("X-Forwarded-For: unknown"));
        assertEquals("127.0.0.1", client());
        String own = "localhost:" + rig.port();
        assertTrue(plain("Host: " + own, "Origin: https://" + own).startsWith("HTTP/1.1 403 "));
        assertTrue(plain("Host: " + own, "Origin: https://" + own, "X-Forwarded-Proto: https")
                .startsWith("HTTP/1.1 101 "));
        assertTrue(plain("Host: " + own, "Origin: http://" + own, "X-Forwarded-Proto: https")
                .startsWith("HTTP/1.1 403 "));
    }

    /** What the server takes the client's address to be. */
    private String client(String... headers) throws Exception {
        assertTrue(plain(headers).startsWith("HTTP/1.1 101 "));
        FakeSession session = rig.gateway.nextSession();
        return session.connection.remoteAddress();
    }

    @ParameterizedTest
    @CsvSource({"EC,secp256r1", "EC,secp384r1", "RSA,", "Ed25519,"})
    @DisplayName("C1 a key and its certificate given as PEM, of every usual kind, and as PKCS #12")
    void given(String algorithm, String group) throws Exception {
        String[] key = group == null || group.isEmpty()
                ? new String[] {"-keyalg", algorithm}
                : new String[] {"-keyalg", algorithm, "-groupname", group};
        Path store = keyStore("given", key);
        List<Path> pem = pem(store);
        rig().set(ServerSettings.TLS_CERT, pem.get(0).toString())
                .set(ServerSettings.TLS_KEY, pem.get(1).toString())
                .start();
        assertEquals("CN=given", certificate().getSubjectX500Principal().toString());
        rig.close();
        rig().set(ServerSettings.TLS_KEYSTORE, store.toString())
                .set(ServerSettings.TLS_KEYSTORE_PASSWORD, "secret-1")
                .start();
        assertEquals("CN=given", certificate().getSubjectX500Principal().toString());
    }

    @Test
    @DisplayName("C1 files that change are used from then on, and connections stay")
    void reload() throws Exception {
        List<Path> pem = pem(keyStore("first", "-keyalg", "EC", "-groupname", "secp256r1"));
        List<Path> other = pem(keyStore("second", "-keyalg", "RSA"));
        rig().set(ServerSettings.TLS_CERT, pem.get(0).toString())
                .set(ServerSettings.TLS_KEY, pem.get(1).toString())
                .start();
        try (RawClient client = new RawClient(socket(), rig.port(), 0)) {
            client.upgrade("/ws?token=admin");
            Files.copy(other.get(1), pem.get(1), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(other.get(0), pem.get(0), StandardCopyOption.REPLACE_EXISTING);
            change(pem.get(0), 2);
            Rig.await("the second certificate", () -> {
                try {
                    return certificate().getSubjectX500Principal().toString().equals("CN=second");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            client.text("still here");
            assertEquals("still here", message(client));
        }
    }

    /** File systems with coarse times would not tell. */
    private static void change(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    @Test
    @DisplayName(
            "C1 H4 files that cannot be used keep the socket closed, and the words say which and what would be right")
    void unusable() throws Exception {
        List<Path> pem = pem(keyStore("good", "-keyalg", "EC", "-groupname", "secp256r1"));
        List<Path> other = pem(keyStore("other", "-keyalg", "EC", "-groupname", "secp256r1"));
        Path old = files.resolve("old.key");
        Files.writeString(old, Files.readString(pem.get(1)).replace("PRIVATE KEY", "EC PRIVATE KEY"));
        Path damaged = files.resolve("damaged.key");
        Files.writeString(damaged, block("PRIVATE KEY", new byte[] {1, 2, 3}));
        assertFailure("tls.cert", "cannot be read", files.resolve("missing"), pem.get(1));
        assertFailure("tls.cert", "certificates in PEM", pem.get(1), pem.get(1));
        assertFailure("tls.key", "cannot be read", pem.get(0), files.resolve("missing"));
        assertFailure("tls.key", "openssl pkcs8", pem.get(0), pem.get(0));
        assertFailure("tls.key", "openssl pkcs8", pem.get(0), old);
        assertFailure("tls.key", "damaged", pem.get(0), damaged);
        assertFailure("tls.key", "does not belong", pem.get(0), other.get(1));
        for (String[] store : new String[][] {
            {"missing", "x", "PKCS #12"}, {"good", "wrong", "tls.keystore.password"}, {"good.cert", "x", "PKCS #12"}
        }) {
            rig().set(ServerSettings.TLS_KEYSTORE, files.resolve(store[0]).toString())
                    .set(ServerSettings.TLS_KEYSTORE_PASSWORD, store[1])
                    .start();
            String said = failure();
            assertTrue(said.contains("tls.keystore") && said.contains(store[2]), said);
            assertFalse(said.contains("secret"), said);
            rig.close();
        }
        rig = null;
    }

    private void assertFailure(String key, String why, Path certificate, Path secret) {
        rig().set(ServerSettings.TLS_CERT, certificate.toString())
                .set(ServerSettings.TLS_KEY, secret.toString())
                .start();
        String said = failure();
        assertTrue(said.contains(key) && said.contains(why), said);
        rig.close();
    }

    @Test
    @DisplayName("C1 who speaks neither TLS nor HTTP is dropped, and harms nobody")
    void garbage() throws Exception {
        rig().start();
        for (byte[] garbage : new byte[][] {
            {22, 3, 1, 0, 1, 0},
            {22, 99, 99, 99, 99},
            {0, 0, 0, 0, 0},
            "nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII)
        }) {
            try (Socket socket = new Socket("127.0.0.1", rig.port())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                try {
                    while (socket.getInputStream().read() >= 0) {
                        // an alert or an error may come before the end
                    }
                } catch (SSLException e) {
                    throw e;
                } catch (IOException e) {
                    // a reset is an end too
                }
            }
        }
        assertTrue(plain().startsWith("HTTP/1.1 101 "));
        assertTrue(encrypted().startsWith("HTTP/1.1 101 "));
    }
}
