package dev.switchboard.gateway.internal.handler;

import dev.switchboard.gateway.FrameContext;
import dev.switchboard.gateway.FrameHandler;
import dev.switchboard.gateway.FrameRule;
import dev.switchboard.gateway.internal.Request;

/** A handler of the server's own, which knows more of a request than others do. */
abstract class RequestHandler implements FrameHandler {
    private final FrameRule rule;

    RequestHandler(FrameRule rule) {
        this.rule = rule;
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
