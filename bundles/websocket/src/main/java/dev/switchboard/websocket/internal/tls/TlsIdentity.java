package dev.switchboard.websocket.internal.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What the server proves itself with.
 *
 * @param keys holds one private key with its chain of certificates
 * @param password of the key
 * @param certificate the server's own
 */
record TlsIdentity(KeyStore keys, String password, X509Certificate certificate) {
    /** SHA-256 over the certificate, as other programs show it: {@code 4A:7F:…}. */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "every Java has SHA-256, and the certificate was read from its encoding", e);
        }
    }

    /** Without key and password. */
    @Override
    public String toString() {
        return "TlsIdentity[" + certificate.getSubjectX500Principal() + "]";
    }
}
