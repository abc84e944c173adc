package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A page of the {@link Browser}, as a person uses it, who also sees what the browser complains of. */
final class BrowserPage {
    private static final long PATIENCE_SECONDS = 30;

    private final Browser browser;
    private final String session;
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();

    BrowserPage(Browser browser, String session) {
        this.browser = browser;
        this.session = session;
    }

    void begin() throws Exception {
        for (String domain : List.of("Page", "Runtime", "Log", "Audits")) {
            browser.ask(session, domain + ".enable", Browser.object());
        }
        size(1280, 860);
    }

    /** Takes what the browser tells: errors of scripts and loading, and everything that the page's policy has stopped. */
    void event(JsonNode event) {
        JsonNode told = event.get("params");
        switch (event.path("method").asText()) {
            case "Runtime.exceptionThrown" -> complaints.add(told.toString());
            case "Runtime.consoleAPICalled" -> complain(told, "type");
            case "Log.entryAdded" -> complain(told.get("entry"), "level");
            case "Audits.issueAdded" -> {
                if (told.at("/issue/code").asText().contains("ContentSecurityPolicy")) {
                    complaints.add(told.toString());
                }
            }
            default -> {
                // the rest is of no interest
            }
        }
    }

    private void complain(JsonNode entry, String level) {
        if (Set.of("error", "warning", "assert").contains(entry.path(level).asText())) {
            complaints.add(entry.toString());
        }
    }

    /** What the browser has complained of since the last time. */
    List<String> complaints() {
        List<String> all = new ArrayList<>();
        for (String one = complaints.poll(); one != null; one = complaints.poll()) {
            all.add(one);
        }
        return all;
    }

    void size(int width, int height) throws Exception {
        browser.ask(
                session,
                "Emulation.setDeviceMetricsOverride",
                Browser.object()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    void open(URI address) throws Exception {
        browser.ask(session, "Page.navigate", Browser.object().put("url", address.toString()));
    }

    void reload() throws Exception {
        evaluate("window.isOld = true");
        browser.ask(session, "Page.reload", Browser.object());
        await("window.isOld === undefined && document.readyState === 'complete'");
    }

    /** What an expression is in the page. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode result = browser.ask(
                session,
                "Runtime.evaluate",
                Browser.object()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .put("awaitPromise", true));
        if (result.has("exceptionDetails")) {
            fail(expression + ": " + result.get("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** Waits until an expression is true; while the page changes it may fail. */
    void await(String expression) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!evaluate("(() => { try { return Boolean((" + expression + ")); } catch { return false; } })()")
                .asBoolean()) {
            if (System.nanoTime() > deadline) {
                Path picture = Files.createTempFile("switchboard-page", ".png");
                screenshot(picture);
                fail("still not so: " + expression + "\nlooks like " + picture + " and says\n" + text() + "\n"
                        + complaints);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Everything that can be read. */
    String text() throws Exception {
        return evaluate("document.body.innerText").asText();
    }

    /** Waits until a text can be read. */
    void awaitText(String text) throws Exception {
        await("document.body.innerText.includes(" + quoted(text) + ")");
    }

    int count(String selector) throws Exception {
        return evaluate("document.querySelectorAll(" + quoted(selector) + ").length")
                .asInt();
    }

    /** Whether there is something, and it can be seen. */
    boolean shows(String selector) throws Exception {
        return evaluate(visible(selector)).asBoolean();
    }

    void awaitShown(String selector) throws Exception {
        await(visible(selector));
    }

    void awaitGone(String selector) throws Exception {
        await("!" + visible(selector));
    }

    private static String visible(String selector) {
        return "[...document.querySelectorAll(" + quoted(selector) + ")].some(one => one.checkVisibility())";
    }

    /** Clicks what can be seen and is not disabled, once that is so. */
    void click(String selector) throws Exception {
        String found = "[...document.querySelectorAll(" + quoted(selector)
                + ")].find(one => one.checkVisibility() && !one.disabled)";
        await(found);
        evaluate(found + ".click()");
    }

    /** Types into a field, in place of what was there, once it can have the focus: while a dialog is open nothing else can. */
    void type(String selector, String text) throws Exception {
        String field = "document.querySelector(" + quoted(selector) + ")";
        await(field + ".focus(), " + field + ".select(), document.activeElement === " + field);
        browser.ask(session, "Input.insertText", Browser.object().put("text", text));
        await(field + ".value === " + quoted(text));
    }

    /** Presses a key that writes nothing. */
    void press(String key, int code) throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            browser.ask(
                    session,
                    "Input.dispatchKeyEvent",
                    Browser.object()
                            .put("type", type)
                            .put("key", key)
                            .put("code", key)
                            .put("windowsVirtualKeyCode", code)
                            .put("text", type.equals("keyDown") && key.equals("Enter") ? "\r" : ""));
        }
    }

    void screenshot(Path file) throws Exception {
        JsonNode picture = browser.ask(session, "Page.captureScreenshot", Browser.object());
        Files.write(file, Base64.getDecoder().decode(picture.get("data").asText()));
    }

    /** A text as a string of JavaScript. */
    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
