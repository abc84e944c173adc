package dev.switchboard.websocket.internal;

import java.util.UUID;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where every request arrives. */
final class RequestHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final TransportRule transport;
    private final Upgrades upgrades;
    private final ResourceRequests resources;
    private final EdgeFigures figures;

    RequestHandler(TransportRule transport, Upgrades upgrades, ResourceRequests resources, EdgeFigures figures) {
        this.transport = transport;
        this.upgrades = upgrades;
        this.resources = resources;
        this.figures = figures;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Requests.socket(request).requested();
        try {
            transport.check(request);
            if (Upgrades.PATH.equals(request.getHttpURI().getDecodedPath())) {
                upgrades.handle(request, response, callback);
            } else {
                resources.handle(request, response, callback);
            }
        } catch (HttpRefusal e) {
            refuse(e, request, response, callback);
        } catch (RuntimeException e) {
            String incident = UUID.randomUUID().toString();
            LOG.error(
                    "incident {}: {} {} failed",
                    incident,
                    request.getMethod(),
                    request.getHttpURI().getPath(),
                    e);
            refuse(
                    new HttpRefusal(500, "internal error; the server's log has incident " + incident),
                    request,
                    response,
                    callback);
        }
        return true;
    }

    private void refuse(HttpRefusal refusal, Request request, Response response, Callback callback) {
        figures.refused(refusal.status());
        LOG.debug("{} from {}: {}", refusal.status(), Requests.peerText(request), refusal.getMessage());
        if (response.isCommitted()) {
            callback.failed(refusal);
        } else {
            response.reset();
            HttpReplies.refuse(refusal, response, callback);
        }
    }
}
