package dev.switchboard.websocket.internal;

import dev.switchboard.content.Content;
import dev.switchboard.http.HttpReply;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/** Writes replies, with the headers that every reply of this server has. */
final class HttpReplies {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final String CACHE_CONTROL = "Cache-Control";

    /** A page of this server is not shown inside another, tells nobody its address, and is what its type says. */
    private static final Map<String, String> SECURITY = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin");

    private HttpReplies() {}

    /**
     * Writes a reply.
     *
     * @param cacheable whether the reply's own word on caching counts; otherwise nobody may keep it
     */
    static void write(HttpReply reply, boolean cacheable, Response response, Callback callback) {
        response.setStatus(reply.status());
        HttpFields.Mutable fields = response.getHeaders();
        fields.put(CACHE_CONTROL, "no-store");
        reply.headers().forEach((name, value) -> {
            if (cacheable || !name.equalsIgnoreCase(CACHE_CONTROL)) {
                fields.put(name, value);
            }
        });
        SECURITY.forEach(fields::put);
        if (hasBody(response.getRequest())) {
            fields.put(HttpFields.CONNECTION_CLOSE);
        }
        fields.put(HttpHeader.CONTENT_TYPE, reply.contentType());
        fields.put(HttpHeader.CONTENT_LENGTH, reply.body().size());
        if (HttpMethod.HEAD.is(response.getRequest().getMethod())
                || reply.status() == HttpStatus.NOT_MODIFIED_304
                || reply.body().size() == 0) {
            response.write(true, null, callback);
        } else {
            new Body(reply.body(), response, callback).iterate();
        }
    }

    /** Nobody reads bodies here, so that what follows on the connection would be taken for the next request. */
    private static boolean hasBody(Request request) {
        HttpFields fields = request.getHeaders();
        return fields.getLongField(HttpHeader.CONTENT_LENGTH) > 0 || fields.contains(HttpHeader.TRANSFER_ENCODING);
    }

    static void refuse(HttpRefusal refusal, Response response, Callback callback) {
        HttpReply text = HttpReply.text(refusal.status(), refusal.getMessage() + "\n");
        HttpReply reply = new HttpReply(text.status(), text.contentType(), refusal.headers(), text.body());
        write(reply, false, response, callback);
    }

    /** Writes content piece by piece, the next when the one before has gone. */
    private static final class Body extends IteratingCallback {
        private final Content content;
        private final Response response;
        private final Callback callback;
        private long position;

        Body(Content content, Response response, Callback callback) {
            this.content = content;
            this.response = response;
            this.callback = callback;
        }

        @Override
        protected Action process() {
            if (position == content.size()) {
                return Action.SUCCEEDED;
            }
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, content.size() - position));
            position += content.read(position, piece);
            response.write(position == content.size(), piece.flip(), this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            callback.succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable failure) {
            callback.failed(failure);
        }
    }
}
