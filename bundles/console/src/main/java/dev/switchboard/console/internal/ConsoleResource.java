package dev.switchboard.console.internal;

import dev.switchboard.http.HttpAccess;
import dev.switchboard.http.HttpQuery;
import dev.switchboard.http.HttpReply;
import dev.switchboard.http.HttpResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;

/**
 * {@code /}: the web console. Its files hold no secret, so nobody needs a token for them; what they show comes over the
 * WebSocket, with one. A path is looked up in a fixed list and never becomes the name of a file.
 */
@Component(service = HttpResource.class)
public final class ConsoleResource implements HttpResource {
    /** What there is, in the order in which browsers come for it. */
    static final List<String> FILES = List.of(
            "index.html",
            "theme.css",
            "layout.css",
            "conversation.css",
            "icon.svg",
            "main.js",
            "connection.js",
            "connection-view.js",
            "conversation.js",
            "dialogs.js",
            "dom.js",
            "entries.js",
            "format.js",
            "health-view.js",
            "log-view.js",
            "login-view.js",
            "markdown.js",
            "notices.js",
            "partial-view.js",
            "project-dialogs.js",
            "project-list-view.js",
            "project-view.js",
            "projects.js",
            "prompt-box.js",
            "questions-view.js",
            "queue-view.js",
            "records.js",
            "text.js",
            "token.js",
            "tool-view.js");

    private static final String INDEX = "index.html";

    /**
     * Scripts, styles and connections of this server's only; nothing inline, no markup from text (Trusted Types without a
     * policy), and no page around it. {@code data:} is for images in conversations.
     */
    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    /** Kept by browsers, and asked about each time: so a new version of the server is a new console, at once and as a whole. */
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache",
            "Content-Security-Policy", POLICY,
            "Cross-Origin-Opener-Policy", "same-origin");

    /** What was asked for by now, by path. */
    private final Map<String, WebFile> read = new ConcurrentHashMap<>();

    @Override
    public String path() {
        return "/";
    }

    @Override
    public HttpAccess access() {
        return HttpAccess.open();
    }

    @Override
    public HttpReply handle(HttpQuery query) {
        Optional<String> name = fileAt(query.path());
        if (name.isEmpty()) {
            return HttpReply.text(404, "there is nothing at this path\n");
        }
        WebFile file = read.computeIfAbsent(name.get(), WebFile::read);
        boolean known = names(query.headers().getOrDefault("if-none-match", ""), file.tag());
        return new HttpReply(known ? 304 : 200, file.contentType(), headers(file), file.content());
    }

    private static Optional<String> fileAt(String path) {
        String asked = path.equals("/") ? "/" + INDEX : path;
        return FILES.stream().filter(name -> asked.equals("/" + name)).findFirst();
    }

    /** Whether a list of entity tags has this one, weak or not. */
    private static boolean names(String tags, String tag) {
        return Stream.of(tags.split(","))
                .map(String::strip)
                .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }

    private static Map<String, String> headers(WebFile file) {
        return Stream.concat(HEADERS.entrySet().stream(), Stream.of(Map.entry("ETag", file.tag())))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
