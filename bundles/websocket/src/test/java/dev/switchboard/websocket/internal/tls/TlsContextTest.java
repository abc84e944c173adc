package dev.switchboard.websocket.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that change and that are made, with a clock in the test's hands. */
class TlsContextTest {
    @TempDir
    Path first;

    @TempDir
    Path second;

    private long now = 1;

    @BeforeEach
    void make() {
        new GeneratedFiles(first.resolve("tls"), List.of("first.example")).ensure();
    }

    private TlsContext context(Path dataDirectory) {
        return TlsContext.of(Settings.defaults().with(ServerSettings.DATA_DIR, dataDirectory.toString()), () -> now);
    }

    private static X509Certificate used(TlsContext context) throws Exception {
        return (X509Certificate) context.factory().getKeyStore().getCertificate("switchboard");
    }

    private void pass(TlsContext context, Duration time) {
        now += time.toNanos();
        context.refresh();
    }

    /** File systems with coarse times would not tell that it has changed. */
    private static void touch(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    }

    @Test
    @DisplayName("C1 a file that cannot be used changes nothing; when it can be used again, it is, within a second")
    void changes() throws Exception {
        TlsContext context = context(first);
        X509Certificate before = used(context);
        Path certificate = first.resolve("tls/cert.pem");
        Path key = first.resolve("tls/key.pem");
        Files.writeString(certificate, "broken");
        touch(certificate, 1);
        pass(context, Duration.ofSeconds(1));
        assertEquals(before, used(context));
        Files.delete(key);
        pass(context, Duration.ofSeconds(1));
        assertEquals(before, used(context));

        GeneratedFiles other = new GeneratedFiles(second.resolve("tls"), List.of("second.example"));
        other.ensure();
        Files.copy(other.key(), key);
        Files.copy(other.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        touch(certificate, 2);
        pass(context, Duration.ofMillis(999));
        assertEquals(before, used(context), "not looked at so often");
        pass(context, Duration.ofMillis(1));
        assertNotEquals(before, used(context));
        assertEquals(PemFiles.read(other.certificate(), other.key()).certificate(), used(context));
    }

    @Test
    @DisplayName("C1 a generated key is kept; one that lacks a half is made again")
    void generated() throws Exception {
        X509Certificate before = used(context(first));
        assertEquals(before, used(context(first)));
        Files.delete(first.resolve("tls/key.pem"));
        X509Certificate after = used(context(first));
        assertNotEquals(before, after);
        assertTrue(after.getNotAfter().toInstant().isAfter(Instant.now().plus(Duration.ofDays(800))));
    }

    @Test
    @DisplayName("C1 the fingerprint is what other programs show, and no text of an identity holds a secret")
    void fingerprint() {
        TlsIdentity identity = PemFiles.read(first.resolve("tls/cert.pem"), first.resolve("tls/key.pem"));
        assertTrue(identity.fingerprint().matches("([0-9A-F]{2}:){31}[0-9A-F]{2}"), identity.fingerprint());
        assertEquals("TlsIdentity[CN=Switchboard]", identity.toString());
    }

    @Test
    @DisplayName(
            "C1 the certificate has the names that clients use: the host's, the public URL's, this machine's if it listens everywhere")
    void names() {
        assertEquals(List.of("localhost", "127.0.0.1", "::1"), ServerNames.of("localhost", ""));
        assertEquals(
                List.of("localhost", "127.0.0.1", "::1", "10.1.2.3", "agents.example.org"),
                ServerNames.of("10.1.2.3", "https://agents.example.org:8443/x"));
        assertEquals(
                List.of("localhost", "127.0.0.1", "::1", "2001:db8::7"),
                ServerNames.of("[2001:db8::7]", "https://[2001:db8::7]/"));
        assertTrue(ServerNames.of("0.0.0.0", "").size() > 3);
        assertEquals(
                List.of("localhost", "127.0.0.1", "::1"),
                ServerNames.of("a,dns:evil", ""),
                "nothing that keytool would split");
    }
}
