package dev.switchboard.websocket.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;

/** Whether a private key belongs to a public one: what the first signs, the second confirms. */
final class KeyPairs {
    private static final byte[] SAMPLE = {1, 2, 3};
    private static final Map<String, String> SIGNATURES = Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA");

    private KeyPairs() {}

    static boolean match(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        if (!secret.getAlgorithm().equals(open.getAlgorithm())) {
            return false;
        }
        Signature signature =
                Signature.getInstance(SIGNATURES.getOrDefault(secret.getAlgorithm(), secret.getAlgorithm()));
        signature.initSign(secret);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(SAMPLE);
        return signature.verify(signed);
    }
}
