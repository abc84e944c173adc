package dev.switchboard.websocket.internal.tls;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS: versions 1.2 and 1.3 with ciphers that have forward secrecy and authenticate what they encrypt (as
 * Mozilla's "intermediate" profile), and a key that is read again when its files change.
 */
public final class TlsContext {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] CIPHERS = {
        "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
    };

    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final Supplier<TlsIdentity> source;
    private final List<Path> files;
    private final LongSupplier nanoTime;
    private String stamp;
    private long checkedAt;

    private TlsContext(Supplier<TlsIdentity> source, List<Path> files, LongSupplier nanoTime) {
        this.source = source;
        this.files = files;
        this.nanoTime = nanoTime;
    }

    /**
     * From the files that the settings name, or else from generated ones below the data directory.
     *
     * @throws TlsException if the server cannot prove itself with them
     */
    public static TlsContext of(Settings settings, LongSupplier nanoTime) {
        TlsContext context = fromFiles(settings, nanoTime);
        context.stamp = context.stampNow();
        context.checkedAt = nanoTime.getAsLong();
        context.factory.setIncludeProtocols(PROTOCOLS);
        context.factory.setIncludeCipherSuites(CIPHERS);
        context.factory.setRenegotiationAllowed(false);
        context.use(context.source.get(), context.factory);
        return context;
    }

    private static TlsContext fromFiles(Settings settings, LongSupplier nanoTime) {
        String keyStore = settings.get(ServerSettings.TLS_KEYSTORE);
        if (!keyStore.isEmpty()) {
            Path file = Path.of(keyStore);
            String password = settings.get(ServerSettings.TLS_KEYSTORE_PASSWORD);
            return new TlsContext(() -> KeyStoreFile.read(file, password), List.of(file), nanoTime);
        }
        Path certificate;
        Path key;
        if (settings.get(ServerSettings.TLS_CERT).isEmpty()) {
            GeneratedFiles generated = new GeneratedFiles(
                    Path.of(settings.get(ServerSettings.DATA_DIR)).resolve("tls"),
                    ServerNames.of(settings.get(ServerSettings.HOST), settings.get(ServerSettings.PUBLIC_URL)));
            generated.ensure();
            certificate = generated.certificate();
            key = generated.key();
        } else {
            certificate = Path.of(settings.get(ServerSettings.TLS_CERT));
            key = Path.of(settings.get(ServerSettings.TLS_KEY));
        }
        return new TlsContext(() -> PemFiles.read(certificate, key), List.of(certificate, key), nanoTime);
    }

    /** What Jetty's connections take their TLS from. */
    public SslContextFactory.Server factory() {
        return factory;
    }

    /** Reads the files again if they have changed; with what cannot be used, the server goes on as before. Cheap to call often. */
    public void refresh() {
        long now = nanoTime.getAsLong();
        if (now - checkedAt < CHECK_EVERY.toNanos()) {
            return;
        }
        checkedAt = now;
        String present = stampNow();
        if (present.equals(stamp)) {
            return;
        }
        stamp = present;
        try {
            TlsIdentity identity = source.get();
            factory.reload(changed -> use(identity, (SslContextFactory.Server) changed));
        } catch (Exception e) { // Jetty declares it
            LOG.error("the changed certificate is not used: {}", e.getMessage());
            LOG.debug("the changed certificate is not used", e);
        }
    }

    private void use(TlsIdentity identity, SslContextFactory.Server target) {
        target.setKeyStore(identity.keys());
        target.setKeyStorePassword(identity.password());
        LOG.info(
                "certificate of {}, good until {}, SHA-256 fingerprint {}",
                identity.certificate().getSubjectX500Principal(),
                identity.certificate().getNotAfter().toInstant(),
                identity.fingerprint());
    }

    /** Changes whenever one of the files does; a link that now leads elsewhere is a change too. */
    private String stampNow() {
        StringBuilder stamps = new StringBuilder();
        for (Path file : files) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.append(attributes.lastModifiedTime()).append('/').append(attributes.size());
                stamps.append('/').append(attributes.fileKey()).append(' ');
            } catch (IOException e) {
                stamps.append("missing ");
            }
        }
        return stamps.toString();
    }
}
