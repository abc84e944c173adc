package dev.switchboard.websocket.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a key and its certificates from PEM files (RFC 7468): the certificates with the server's own first, the key in PKCS #8 and
 * not encrypted, as ACME clients write them.
 */
final class PemFiles {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519", "Ed448");

    /** The key store lives in memory only, next to its password: what PKCS #12 takes to encrypt well would only make starts slow. */
    private static final String TYPE = "JKS";

    private static final String PASSWORD = "in memory";

    private PemFiles() {}

    /** @throws TlsException if they cannot be read, are something else, or do not belong together */
    static TlsIdentity read(Path certificates, Path key) {
        List<X509Certificate> chain = chain(certificates);
        PrivateKey secret = key(key, chain.get(0).getPublicKey());
        try {
            KeyStore keys = KeyStore.getInstance(TYPE);
            keys.load(null, null);
            keys.setKeyEntry("switchboard", secret, PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
            return new TlsIdentity(keys, PASSWORD, chain.get(0));
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(certificates + " and " + key + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> chain(Path file) {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            List<X509Certificate> chain =
                    found.stream().map(X509Certificate.class::cast).toList();
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (IOException e) {
            throw new TlsException("tls.cert: " + file + " cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new TlsException(noCertificate(file), e);
        }
        throw new TlsException(noCertificate(file), null);
    }

    private static String noCertificate(Path file) {
        return "tls.cert: " + file + " is not valid: expected certificates in PEM, the server's own first";
    }

    private static PrivateKey key(Path file, PublicKey belongsTo) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TlsException("tls.key: " + file + " cannot be read", e);
        }
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) {
            if (blocks.group(1).equals("PRIVATE KEY")) {
                return decode(file, blocks.group(2), belongsTo);
            }
        }
        throw new TlsException(
                "tls.key: " + file
                        + " is not valid: expected a private key in PEM that begins with BEGIN PRIVATE KEY and is not"
                        + " encrypted; openssl pkcs8 -topk8 -nocrypt makes one of others",
                null);
    }

    private static PrivateKey decode(Path file, String base64, PublicKey belongsTo) {
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new TlsException("tls.key: " + file + " is damaged", e);
        }
        for (String algorithm : ALGORITHMS) {
            try {
                PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                if (!KeyPairs.match(key, belongsTo)) {
                    throw new TlsException(
                            "tls.key: " + file + " does not belong to the first certificate of tls.cert", null);
                }
                return key;
            } catch (InvalidKeySpecException e) {
                continue; // of another algorithm
            } catch (GeneralSecurityException e) {
                throw new TlsException("tls.key: " + file + " cannot be used: " + e.getMessage(), e);
            }
        }
        throw new TlsException(
                "tls.key: " + file + " is damaged, or of a kind that is not known: expected EC, RSA or EdDSA", null);
    }
}
