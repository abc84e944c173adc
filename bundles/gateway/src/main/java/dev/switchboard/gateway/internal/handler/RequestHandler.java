package dev.switchboard.gateway.internal.handler;

import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.gateway.internal.Request;

/** A handler of the server's own, which knows more of a request than others do. */
abstract class RequestHandler implements FrameHandler {
    private final FrameRule rule;

    /** @param type the one that it handles, or one of several with the same rule */
    RequestHandler(RequestType type) {
        this.rule = type.rule();
    }

    @Override
    public final FrameRule rule() {
        return rule;
    }

    @Override
    public final void handle(FrameContext frame) {
        handle((Request) frame);
    }

    abstract void handle(Request request);
}
