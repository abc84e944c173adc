package dev.switchboard.metrics.internal;

import dev.switchboard.config.AddressRange;
import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.content.Content;
import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import dev.switchboard.metrics.MetricSource;
import dev.switchboard.security.Role;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * {@code /metrics}: what all sources and the Java machine have to tell, in Prometheus's text format or as OpenMetrics, as the
 * client asks. For who has the role viewer, or comes from an address that needs no token. A token that is limited to some
 * projects is as good as any: no figure is about a project.
 */
@Component(service = HttpResource.class)
public final class MetricsResource implements HttpResource {
    private final Configuration configuration;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final SourceCollector sources;
    private final JavaMeters java;

    @Activate
    public MetricsResource(BundleContext context, @Reference Configuration configuration) {
        this(configuration, context.getBundle().getHeaders().get("Implementation-Version"));
    }

    /** @param version the server's */
    MetricsResource(Configuration configuration, String version) {
        this.configuration = configuration;
        sources = new SourceCollector(
                sink -> sink.gauge("build_info", "Which version this is; always 1.", Map.of("version", version), 1));
        java = new JavaMeters(registry);
        registry.getPrometheusRegistry().register(sources);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSource(MetricSource source) {
        sources.add(source);
    }

    void removeSource(MetricSource source) {
        sources.remove(source);
    }

    @Deactivate
    void deactivate() {
        java.close();
        registry.close();
    }

    @Override
    public String path() {
        return "/metrics";
    }

    @Override
    public HttpAccess access() {
        return new HttpAccess(Optional.of(Role.VIEWER), true, false);
    }

    @Override
    public HttpReply handle(HttpQuery query) {
        if (query.principal().isEmpty() && !isOpenTo(query.remoteAddress())) {
            return new HttpReply(
                    401,
                    "text/plain; charset=utf-8",
                    Map.of("WWW-Authenticate", "Bearer"),
                    Content.of("a token is needed; metrics.open.from lists addresses that need none\n"));
        }
        ExpositionFormatWriter writer = formats.findWriter(query.headers().get("accept"));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.getPrometheusRegistry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return new HttpReply(200, writer.getContentType(), Map.of(), Content.of(text.toByteArray()));
    }

    private boolean isOpenTo(String address) {
        return AddressRange.address(address)
                .filter(known -> configuration.settings().get(ServerSettings.METRICS_OPEN_FROM).stream()
                        .anyMatch(range -> range.contains(known)))
                .isPresent();
    }
}
