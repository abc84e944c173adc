package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Karaf does not know every ECDSA key again; the launcher must not give an instance one of those. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ShellKeyIT {
    private static final int BYTES = 32;
    private static final int KNOWN_KEYS = 50;
    private static final int REFUSED_KEYS = 4;

    /** One that was refused. */
    private static final String REFUSED =
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP/J0EZoPuIjmmRDHv/G6SyFPmrotMnVIv1gsOfp"
                    + "oYr1AVgka69vcEPUFETs7KsXglQexlL+QRRzxNHrT4e52bE= switchboard\n";

    @TempDir
    private Path directory;

    @Test
    @DisplayName("H6 the launcher tells the keys that Karaf refuses from those that it knows")
    void tellsThemApart() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        Map<String, Boolean> expected = new TreeMap<>();
        int refused = 0;
        while (refused < REFUSED_KEYS || expected.size() - refused < KNOWN_KEYS) {
            ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
            boolean known = isKnown(key);
            if (known ? expected.size() - refused < KNOWN_KEYS : refused < REFUSED_KEYS) {
                String name = "key-" + expected.size() + ".pub";
                Files.writeString(directory.resolve(name), line(key));
                expected.put(name, known);
                refused += known ? 0 : 1;
            }
        }
        Files.writeString(directory.resolve("other.pub"), REFUSED);
        expected.put("other.pub", false);
        Files.writeString(directory.resolve("rsa.pub"), REFUSED.replace("ecdsa-sha2-nistp256", "ssh-rsa"));
        expected.put("rsa.pub", true);
        String script = ". \"$1\"; cd \"$2\"; for key in *.pub; do is_known_to_karaf $key && echo $key; done; true";
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        script,
                        "sh",
                        Distribution.home().resolve("lib/switchboard/shell.sh").toString(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, shell.waitFor(), answer);
        expected.values().removeIf(known -> !known);
        assertEquals(
                expected.keySet().stream().toList(), answer.lines().sorted().toList());
    }

    /** What Karaf does: the numbers are taken for signed ones. */
    private static boolean isKnown(ECPublicKey key) throws GeneralSecurityException {
        ECPoint signed = new ECPoint(
                new BigInteger(bytes(key.getW().getAffineX())),
                new BigInteger(bytes(key.getW().getAffineY())));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(signed, key.getParams()))
                .equals(key);
    }

    private static byte[] bytes(BigInteger number) {
        byte[] bytes = new byte[BYTES];
        byte[] given = number.toByteArray();
        int length = Math.min(BYTES, given.length);
        System.arraycopy(given, given.length - length, bytes, BYTES - length, length);
        return bytes;
    }

    /** As OpenSSH writes it (RFC 5656). */
    private static String line(ECPublicKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (String text : Arrays.asList("ecdsa-sha2-nistp256", "nistp256")) {
            out.writeInt(text.length());
            out.writeBytes(text);
        }
        out.writeInt(2 * BYTES + 1);
        out.write(4);
        out.write(bytes(key.getW().getAffineX()));
        out.write(bytes(key.getW().getAffineY()));
        return "ecdsa-sha2-nistp256 " + Base64.getEncoder().encodeToString(bytes.toByteArray()) + " switchboard\n";
    }

    @Test
    @DisplayName("H6 an instance that has a key which Karaf refuses gets another one")
    void makesAnother() throws Exception {
        Path karaf = Files.createDirectories(directory.resolve("data/karaf"));
        Files.writeString(karaf.resolve("shell.key"), "its other half\n");
        Files.writeString(karaf.resolve("shell.key.pub"), REFUSED);
        try (Server server = new Server(directory.resolve("data")).start()) {
            assertNotEquals(REFUSED, Files.readString(karaf.resolve("shell.key.pub")));
            assertEquals(0, server.command("shell", "switchboard:health").status());
        }
    }
}
