package dev.switchboard.websocket.internal.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key (EC, P-256) with a certificate that it has signed itself, made by the JDK's keytool where none is given, and kept as PEM
 * files below the data directory, readable for the server's user only.
 */
final class GeneratedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(GeneratedFiles.class);

    /** The longest that the platforms of phones and desktops take. */
    private static final int DAYS = 820;

    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final long KEYTOOL_SECONDS = 60;
    private static final String PASSWORD_VARIABLE = "SWITCHBOARD_KEYTOOL_PASSWORD";

    private final Path directory;
    private final List<String> names;

    /**
     * @param directory where the files are, or are to be
     * @param names DNS names and addresses that clients use for the server
     */
    GeneratedFiles(Path directory, List<String> names) {
        this.directory = directory;
        this.names = List.copyOf(names);
    }

    Path certificate() {
        return directory.resolve("cert.pem");
    }

    Path key() {
        return directory.resolve("key.pem");
    }

    /**
     * Makes the files if they are missing or about to expire.
     *
     * @throws TlsException if that cannot be done
     */
    void ensure() {
        if (Files.exists(certificate()) && Files.exists(key()) && !expiresSoon()) {
            return;
        }
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path store = Files.createTempFile(directory, "new", ".p12");
            try {
                Files.delete(store); // keytool makes it
                generate(store);
            } finally {
                Files.deleteIfExists(store);
            }
            LOG.info("a new key and certificate were made in {}, for {}", directory, names);
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException("no key could be made in " + directory + ": " + e.getMessage(), e);
        }
    }

    private boolean expiresSoon() {
        Instant end =
                PemFiles.read(certificate(), key()).certificate().getNotAfter().toInstant();
        return end.isBefore(Instant.now().plus(RENEW_BEFORE));
    }

    private void generate(Path store) throws IOException, GeneralSecurityException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        keytool(store, password);
        KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
        String alias = keys.aliases().nextElement();
        Key key = keys.getKey(alias, password.toCharArray());
        Certificate certificate = keys.getCertificate(alias);
        // The key first: with an old one, a new certificate would be of no use.
        write(key(), "PRIVATE KEY", key.getEncoded());
        write(certificate(), "CERTIFICATE", certificate.getEncoded());
    }

    private void keytool(Path store, String password) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        // A machine of half a second: what it need not compile well, it does not.
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of("-alias", "switchboard", "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-sigalg", "SHA256withECDSA", "-dname", "CN=Switchboard", "-validity", "" + DAYS));
        command.addAll(
                List.of("-ext", "san=" + subjectNames(), "-ext", "eku=serverAuth", "-ext", "ku:c=digitalSignature"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        command.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD_VARIABLE, password);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("keytool failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private String subjectNames() {
        return names.stream().map(GeneratedFiles::subjectName).collect(Collectors.joining(","));
    }

    private static String subjectName(String name) {
        boolean address = name.indexOf(':') >= 0 || name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        return (address ? "ip:" : "dns:") + name;
    }

    private void write(Path file, String type, byte[] content) throws IOException {
        Path fresh = directory.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(fresh, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
