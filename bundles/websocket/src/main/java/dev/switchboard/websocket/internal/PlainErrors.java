package dev.switchboard.websocket.internal;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty itself refuses, as requests that are not valid HTTP: the status in words, and nothing else. */
final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        HttpReplies.refuse(new HttpRefusal(status, HttpStatus.getMessage(status)), response, callback);
        return true;
    }
}
