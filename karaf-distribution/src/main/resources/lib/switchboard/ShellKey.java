import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Makes a key pair for the shell where there is no ssh-keygen: run by the launcher from its source, with the private
 * key's file as the only argument. The public key goes beside it, with {@code .pub}, in OpenSSH's form.
 */
final class ShellKey {
    private static final int COORDINATE_BYTES = 32;

    private ShellKey() {}

    public static void main(String[] args) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(sec1(pair));
        Path file = Path.of(args[0]);
        Files.writeString(file, "-----BEGIN EC PRIVATE KEY-----\n" + body + "\n-----END EC PRIVATE KEY-----\n");
        String encoded = Base64.getEncoder().encodeToString(openSsh((ECPublicKey) pair.getPublic()));
        Files.writeString(Path.of(file + ".pub"), "ecdsa-sha2-nistp256 " + encoded + " switchboard\n");
    }

    /** RFC 5915, with the public key, which Karaf's client does not work out by itself. All lengths are fixed. */
    private static byte[] sec1(KeyPair pair) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(HexFormat.of().parseHex("30770201010420"));
        bytes.write(fixed(((ECPrivateKey) pair.getPrivate()).getS()));
        bytes.write(HexFormat.of().parseHex("a00a06082a8648ce3d030107a144034200"));
        bytes.write(point((ECPublicKey) pair.getPublic()));
        return bytes.toByteArray();
    }

    /** RFC 5656, section 3.1. */
    private static byte[] openSsh(ECPublicKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writeString(out, "ecdsa-sha2-nistp256".getBytes(StandardCharsets.US_ASCII));
            writeString(out, "nistp256".getBytes(StandardCharsets.US_ASCII));
            writeString(out, point(key));
        }
        return bytes.toByteArray();
    }

    private static byte[] point(ECPublicKey key) throws IOException {
        ByteArrayOutputStream point = new ByteArrayOutputStream();
        point.write(4); // an uncompressed point follows
        point.write(fixed(key.getW().getAffineX()));
        point.write(fixed(key.getW().getAffineY()));
        return point.toByteArray();
    }

    private static byte[] fixed(BigInteger coordinate) {
        byte[] result = new byte[COORDINATE_BYTES];
        byte[] signed = coordinate.toByteArray();
        int length = Math.min(signed.length, COORDINATE_BYTES);
        System.arraycopy(signed, signed.length - length, result, COORDINATE_BYTES - length, length);
        return result;
    }

    private static void writeString(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }
}
