package dev.switchboard.gateway.internal.handler;

import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.internal.PromptHandler;
import dev.switchboard.gateway.internal.Request;
import org.osgi.service.component.annotations.Component;

/** {@code heartbeat} and {@code ping}: that they came is all there is to them. */
@Component(
        service = FrameHandler.class,
        property = {FrameHandler.TYPE + "=heartbeat", FrameHandler.TYPE + "=ping"})
public final class PulseHandler extends RequestHandler implements PromptHandler {
    public PulseHandler() {
        super(RequestType.PING);
    }

    @Override
    void handle(Request request) {
        // Counted as activity when it came in.
    }
}
