package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Getting into the web console, around in it, and out of it, in a real browser; and what nobody can do to people there. */
class ConsoleIT extends ConsoleScene {
    private static final int ESCAPE = 27;
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) throws Exception {
        return HttpRequest.newBuilder(stage.server().http(path));
    }

    @Test
    @DisplayName(
            "D6 D2 switchboard url lets in with one click; the token is out of the address at once, and forgotten with the tab")
    void letsInByUrl() throws Exception {
        Server.Outcome url = stage.server().command("url");
        assertEquals(0, url.status(), url.output());
        BrowserPage page = browser.page();
        page.open(URI.create(url.output().strip()));
        page.awaitShown(".projects h2");
        assertEquals(
                stage.server().http("/").toString(),
                page.evaluate("location.href").asText());
        assertEquals(0, page.evaluate("localStorage.length").asInt());
        assertEquals("", page.evaluate("document.cookie").asText());
        assertTrue(page.evaluate("sessionStorage.getItem('switchboard.token')")
                .asText()
                .startsWith("sb_"));
        assertFalse(page.evaluate("document.documentElement.outerHTML").asText().contains("sb_"));
        page.reload();
        page.awaitText("admin · url-");

        page.click(".logout");
        page.awaitShown(".login");
        assertEquals(0, page.evaluate("sessionStorage.length").asInt());
        page.type(".login input", "sb_wrong");
        page.press("Enter", ENTER);
        page.awaitText("The server does not accept this token");
        page.type(".login input", stage.server().token());
        page.press("Enter", ENTER);
        page.awaitText("admin · initial");

        page.open(stage.server().http("/?token=" + stage.server().token() + "#/health"));
        page.awaitShown(".health");
        assertEquals(
                stage.server().http("/#/health").toString(),
                page.evaluate("location.href").asText());
    }

    @Test
    @DisplayName("D6 C5 whom an operator disconnects may come back, whose token is revoked may not; both are told")
    void tellsOfTheEnd() throws Exception {
        BrowserPage page =
                page(stage.newToken("--role operator gone").get("token").asText());
        JsonNode all = Client.JSON.readTree(shell("switchboard:connection-list --json"));
        for (JsonNode one : all.get("connections")) {
            if (one.toString().contains("\"gone\"")) {
                shell("switchboard:connection-close " + one.get("id").asText());
            }
        }
        page.awaitText("An operator of the server has closed this connection.");
        page.click(".login button:not(.primary)");
        page.awaitShown(".projects");
        shell("switchboard:token-revoke gone");
        page.awaitText("The server has ended this connection");
        page.awaitShown(".login");
        assertEquals(0, page.count(".projects"));
        assertEquals(0, page.evaluate("sessionStorage.length").asInt());
    }

    @Test
    @DisplayName("D6 projects are created, named and deleted, and everybody's list follows")
    void managesProjects() throws Exception {
        Path path = stage.directory();
        BrowserPage other = page(stage.server().token());
        admin.click(".create");
        admin.type("dialog [name=path]", "relative");
        admin.press("Enter", ENTER);
        admin.awaitShown("dialog .failure");
        assertTrue(admin.text().contains("absolute"), admin.text());
        admin.press("Escape", ESCAPE);
        admin.awaitGone("dialog");

        admin.click(".create");
        admin.type("dialog [name=path]", path.toString());
        admin.type("dialog [name=name]", "First name");
        admin.press("Enter", ENTER);
        admin.awaitShown(".prompt-box");
        admin.awaitText("Nothing has been said here yet.");
        other.awaitText("First name");
        admin.click(".configure");
        admin.type("dialog [name=name]", "Second name");
        admin.press("Enter", ENTER);
        for (BrowserPage page : List.of(admin, other)) {
            page.awaitText("Second name");
            assertFalse(page.text().contains("First name"));
        }
        admin.click(".configure");
        admin.type("dialog [name=name]", "");
        admin.press("Enter", ENTER);
        for (BrowserPage page : List.of(admin, other)) {
            page.await("document.querySelector('.project-list').innerText.includes('" + path.getFileName()
                    + "') && !document.body.innerText.includes('Second name')");
        }
        admin.click(".configure");
        admin.type("dialog [name=name]", "Second name");
        admin.type("dialog [name=timeout]", "90.5");
        admin.press("Enter", ENTER);
        other.awaitText("Second name");
        other.await(
                "[...document.querySelectorAll('.project-list a')].filter(one => one.innerText.includes('Second name'))"
                        + ".map(one => (one.click(), true))[0]");
        other.click(".configure");
        other.await("document.querySelector('dialog [name=timeout]').value === '90.5'");
        other.type("dialog [name=timeout]", "");
        other.press("Enter", ENTER);
        other.awaitGone("dialog");
        other.click(".configure");
        other.await("document.querySelector('dialog [name=timeout]').value === ''");
        other.press("Escape", ESCAPE);
        other.awaitGone("dialog");
        prompt(admin, "[[slow lines=1000 every=50ms]]");
        other.await(
                "[...document.querySelectorAll('.project-list a')].some(one => one.innerText.includes('Second name')"
                        + " && one.querySelector('.state-executing'))");
        admin.click(".delete");
        admin.awaitText("The directory " + path + " stays as it is.");
        admin.click("dialog .danger");
        admin.awaitShown("dialog .failure"); // what executes cannot be deleted
        admin.press("Escape", ESCAPE);
        admin.click(".interrupt");
        awaitEnds(admin, 1);
        admin.click(".delete");
        admin.click("dialog .danger");
        for (BrowserPage page : List.of(admin, other)) {
            page.await("!document.querySelector('.projects').innerText.includes('Second name')");
        }
        admin.await("location.hash === '#/'");
        assertTrue(Files.isDirectory(path));
    }

    @Test
    @DisplayName("D6 H1 health: every check with its status, and the server's figures, as they are told")
    void showsHealth() throws Exception {
        admin.click(".health-link");
        admin.awaitShown(".checks tbody tr");
        Client client = stage.client();
        client.send("health_check", Client.data());
        JsonNode health = client.next("health_check").get("data");
        List<String> names = new ArrayList<>();
        health.get("checks").fieldNames().forEachRemaining(names::add);
        assertTrue(names.size() > 10, names.toString());
        for (String name : names) {
            assertEquals(1, admin.count(".checks tr[data-check='" + name + "'] .badge"), name);
        }
        admin.await("document.querySelector('tr[data-check=claude_cli] .badge').innerText === 'healthy'");
        admin.awaitText("Average run");
        admin.awaitText("version " + health.get("version").asText());
    }

    @Test
    @DisplayName("D6 on a phone there is one thing at a time, and nothing is too wide; the keyboard reaches everything")
    void fitsAPhone() throws Exception {
        String project = stage.project();
        admin.size(390, 844);
        try {
            admin.evaluate("location.hash = '#/'");
            admin.awaitShown(".project-list a[data-project='" + project + "']");
            admin.awaitGone("main");
            admin.click(".project-list a[data-project='" + project + "']");
            admin.awaitShown(".prompt-box");
            admin.awaitGone(".projects");
            prompt(admin, "[[say text=\"" + "wide ".repeat(40) + "y".repeat(400) + "\"]] [[tools 1]]");
            awaitEnds(admin, 1);
            assertEquals("[]", admin.evaluate(TOO_WIDE).toString());
            admin.click(".back");
            admin.awaitShown(".projects");
        } finally {
            admin.size(1280, 860);
        }
        go(admin, project);
        String unnamed =
                "[...document.querySelectorAll('button, a, input, textarea, select')].filter(one => one.checkVisibility()"
                        + " && !(one.innerText || one.ariaLabel || one.labels?.length)).length";
        assertEquals(0, admin.evaluate(unnamed).asInt(), "everything has a name");
        assertEquals(
                "polite",
                admin.evaluate("document.querySelector('[role=log]').ariaLive").asText());
        assertEquals(
                "TEXTAREA", admin.evaluate("document.activeElement.tagName").asText());
        admin.press("Tab", 9);
        assertEquals("SUMMARY", admin.evaluate("document.activeElement.tagName").asText());
        assertNotEquals(
                "none",
                admin.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                        .asText());
    }

    @Test
    @DisplayName(
            "D6 C5 nothing of what agents, prompts, tools and projects are called and say runs, links to scripts, or hides itself")
    void isNotFooled() throws Exception {
        String evil =
                "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=2</script><svg onload=\"window.hacked=3\">"
                        + " [click](javascript:window.hacked=4) [data](data:text/html,<script>window.hacked=5</script>)"
                        + " javascript:window.hacked=6 <a href=\"javascript:window.hacked=7\">x</a> {{hacked}} ${hacked}"
                        + " [fine](https://example.org/a?b=c) \u202Etxt.exe\u202C \u0007\u001b[31mred\u001b[0m \u200B\uDB40\uDC41"
                        + "\n\n```html\n<script>window.hacked=8</script>\n```\n\n<iframe srcdoc=\"<script>parent.hacked=9</script>\"></iframe>";
        String longLine = "x".repeat(60_000);
        Path path = Files.createDirectories(stage.directory().resolve("<img src=x onerror=hacked=10>"));
        Client client = stage.client();
        client.send(
                "project_create",
                Stage.data("path", path.toString()).put("name", "<b>name</b>\u202E<img src=x onerror=hacked=11>"));
        String project = client.next("project_state").at("/data/id").asText();
        go(admin, project);
        prompt(
                admin,
                "[[say text=" + TextNode.valueOf(evil) + "]] [[say text=\"" + longLine + "\"]] [[think text="
                        + TextNode.valueOf(evil)
                        + "]] [[unknown-line type=\"<img/src=x/onerror=hacked=12>\"]] [[stderr text=\"<script>hacked=13</script>\"]]");
        awaitEnds(admin, 1);
        prompt(
                admin,
                "[[ask tool=WebFetch input="
                        + Client.JSON.createObjectNode().put("command", evil).put("<img src=x onerror=hacked=14>", evil)
                        + "]]");
        admin.awaitShown(".question-card");
        // Everything that is folded is opened: it is made only then.
        admin.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })");
        admin.await("document.querySelectorAll('.thinking .folded-body pre').length > 0");
        admin.click(".question-card .deny");
        awaitEnds(admin, 2);
        admin.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })");
        client.send("project_configure", project, Stage.data("name", evil.substring(0, 120)));
        admin.awaitText("<img src=x onerror=\"window.hacked=1\">");

        assertTrue(admin.evaluate("window.hacked === undefined").asBoolean());
        assertEquals(1, admin.count("script"));
        assertEquals(1, admin.count("img"), "the icon");
        assertEquals(0, admin.count("svg, iframe, object, embed, base, main b, [onerror], [onload], [style]"));
        JsonNode links = admin.evaluate(
                "[...new Set([...document.querySelectorAll('.log a')].map(one => one.getAttribute('href') + ' ' + one.rel + ' ' + one.target))]");
        assertEquals("[\"https://example.org/a?b=c noopener noreferrer nofollow _blank\"]", links.toString());
        String text = admin.text();
        assertTrue(text.contains("⟨U+202E⟩txt.exe⟨U+202C⟩ ⟨U+0007⟩red ⟨U+200B⟩⟨U+E0041⟩"), text);
        assertFalse(text.matches("(?s).*[\u202A-\u202E\u0000-\u0008\u200B].*"));
        assertEquals("[]", admin.evaluate(TOO_WIDE).toString());
        // And the policy stands behind all that: what would run is stopped by the browser, which complains.
        admin.evaluate(
                "(() => { const made = document.createElement('script'); try { made.text = 'window.hacked = 15'; } catch { return; } document.body.append(made); })()");
        admin.evaluate(
                "(() => { try { document.getElementById('notices').innerHTML = '<img src=x onerror=hacked=16>'; } catch { /* so it should be */ } })()");
        admin.evaluate(
                "(() => { const link = document.createElement('a'); link.href = 'javascript:window.hacked=17'; document.body.append(link); link.click(); link.remove(); })()");
        admin.evaluate("fetch('https://example.org/').catch(() => {})");
        assertTrue(admin.evaluate("window.hacked === undefined").asBoolean());
        assertNotEquals(List.of(), admin.complaints());
        assertEquals(0, admin.count("#notices img"));
    }

    @Test
    @DisplayName("D6 C5 no text is so odd that the page takes long for it")
    void takesItsTimeForNothing() throws Exception {
        JsonNode slow = admin.evaluate("""
                (async () => {
                  const { markdown } = await import('/markdown.js');
                  const { visible } = await import('/text.js');
                  const slow = [];
                  for (const piece of ['*a ', '**a ', '_a *b ', '`', '[', '[a](', '[a](http://b', '> ', '- ', '  - a\\n', '|', '|-', 'http://', '#', '\\n', '\\\\', '```\\n', '1. ', '*', '\u202e', '\u001b[']) {
                    const text = piece.repeat(Math.floor(99999 / piece.length));
                    const begin = performance.now();
                    markdown(text);
                    visible(text);
                    const millis = performance.now() - begin;
                    if (millis > 2000) {
                      slow.push(`${piece}: ${millis}`);
                    }
                  }
                  return slow;
                })()
                """);
        assertEquals("[]", slow.toString());
    }

    @Test
    @DisplayName("D6 C5 a viewer sees everything and has no button that would be refused")
    void showsViewersWhatTheyMay() throws Exception {
        String project = stage.project();
        go(admin, project);
        prompt(admin, "[[ask tool=Write path=a.txt content=\"hello\"]]");
        admin.awaitShown(".question-card");
        BrowserPage viewer = page(stage.token("viewer"));
        viewer.awaitText("viewer · viewer");
        go(viewer, project);
        viewer.awaitText("May the agent use Write?");
        viewer.awaitText("Operators can answer this.");
        JsonNode buttons = viewer.evaluate(
                "[...document.querySelectorAll('button')].filter(one => one.checkVisibility()).map(one => one.innerText)");
        assertEquals("[\"Log out\",\"Sessions\"]", buttons.toString());
        assertEquals(0, viewer.count("main textarea, main input, main select"));
        viewer.click(".menu button");
        viewer.awaitShown("dialog");
        assertEquals(1, viewer.count("dialog button"), "close");
        admin.click(".question-card .deny");
        viewer.awaitGone(".question-card");
    }

    @Test
    @DisplayName("D6 C5 its files need no token, but the server's name; they are read only, and kept until they change")
    void servesFiles() throws Exception {
        HttpResponse<String> page = send(request("/"));
        assertEquals(200, page.statusCode());
        for (String header : List.of(
                "X-Content-Type-Options: nosniff",
                "Referrer-Policy: no-referrer",
                "X-Frame-Options: DENY",
                "Cache-Control: no-cache",
                "Content-Type: text/html; charset=utf-8")) {
            String[] parts = header.split(": ");
            assertEquals(parts[1], page.headers().firstValue(parts[0]).orElse(""), parts[0]);
        }
        assertTrue(page.headers()
                .firstValue("Content-Security-Policy")
                .orElse("")
                .startsWith("default-src 'none'; script-src 'self';"));
        String tag = page.headers().firstValue("ETag").orElseThrow();
        assertEquals(304, send(request("/").header("If-None-Match", tag)).statusCode());
        HttpResponse<String> head = send(request("/main.js").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertTrue(Long.parseLong(head.headers().firstValue("Content-Length").orElse("0")) > 1000);
        assertEquals(405, send(request("/").POST(BodyPublishers.ofString("x"))).statusCode());
        assertEquals(404, send(request("/nothing")).statusCode());
        assertEquals(400, send(request("/%2e%2e/%2e%2e/etc/passwd")).statusCode());
        assertEquals(
                "no-store",
                send(request("/?token=x")).headers().firstValue("Cache-Control").orElse(""));
        assertEquals(
                200,
                send(request("/main.js").header("Origin", "https://evil.example"))
                        .statusCode(),
                "which it may not read");
    }

    @Test
    @DisplayName("D6 S1 without the bundle the root is 404, and nothing else changes")
    void isSwapped() throws Exception {
        try {
            shell("bundle:stop dev.switchboard.console");
            assertEquals(404, send(request("/")).statusCode());
            assertEquals(404, send(request("/main.js")).statusCode());
            assertEquals(200, send(request("/health/ready")).statusCode());
            go(admin, stage.project());
            prompt(admin, "Still there?");
            awaitEnds(admin, 1);
            assertTrue(admin.complaints().stream().allMatch(one -> one.contains("icon.svg")), "the tab's icon");
        } finally {
            shell("bundle:start dev.switchboard.console");
        }
        assertEquals(200, send(request("/")).statusCode());
    }
}
