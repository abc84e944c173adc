package dev.switchboard.websocket.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Manifest;

/** The version of this bundle, which is the server's; as people write it, not as OSGi does. */
final class BundleVersion {
    private BundleVersion() {}

    static String get() {
        try (InputStream in = BundleVersion.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
            String version =
                    in == null ? null : new Manifest(in).getMainAttributes().getValue("Implementation-Version");
            return version == null ? "unknown" : version;
        } catch (IOException e) {
            return "unknown";
        }
    }
}
