package dev.switchboard.websocket.internal;

import dev.switchboard.metrics.MetricSink;
import dev.switchboard.metrics.MetricSource;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Component;

/**
 * How the socket is, for those who watch. It needs nobody: the edge reports to it, and so those that the edge needs
 * can ask it without needing the edge.
 */
@Component(
        immediate = true,
        service = {SocketState.class, HealthCheck.class, MetricSource.class},
        property = HealthCheck.NAME + "=socket")
public final class SocketState implements HealthCheck, MetricSource {
    private final EdgeFigures figures = new EdgeFigures();
    private final Connections connections = new Connections();
    private volatile Result result = new Result(Result.Status.CRITICAL, "the socket is not open yet");

    void listening(String where) {
        result = new Result(Result.Status.OK, "listening on " + where);
    }

    /** @param why and what would help */
    void failed(String why) {
        result = new Result(Result.Status.CRITICAL, why);
    }

    EdgeFigures figures() {
        return figures;
    }

    Connections connections() {
        return connections;
    }

    @Override
    public Result execute() {
        return result;
    }

    @Override
    public void collect(MetricSink sink) {
        figures.collect(sink, connections.size());
    }
}
