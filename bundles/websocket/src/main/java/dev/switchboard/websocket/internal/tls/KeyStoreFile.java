package dev.switchboard.websocket.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;

/** Reads a key and its certificates from a PKCS #12 file. */
final class KeyStoreFile {
    private KeyStoreFile() {}

    /** @throws TlsException if it cannot be read, the password is wrong, or it does not hold one key */
    static TlsIdentity read(Path file, String password) {
        try (InputStream input = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(input, password.toCharArray());
            List<String> aliases = Collections.list(keys.aliases()).stream()
                    .filter(alias -> isKey(keys, alias))
                    .toList();
            if (aliases.size() != 1) {
                throw new TlsException(
                        "tls.keystore: " + file + " is not valid: expected one private key in it, it has "
                                + aliases.size(),
                        null);
            }
            return new TlsIdentity(keys, password, (X509Certificate) keys.getCertificate(aliases.get(0)));
        } catch (IOException e) {
            String why = e.getCause() instanceof GeneralSecurityException
                    ? "the password (tls.keystore.password) is wrong"
                    : "expected a PKCS #12 file that the server may read";
            throw new TlsException("tls.keystore: " + file + " cannot be used: " + why, e);
        } catch (GeneralSecurityException e) {
            throw new TlsException("tls.keystore: " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static boolean isKey(KeyStore keys, String alias) {
        try {
            return keys.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the store has been loaded", e);
        }
    }
}
