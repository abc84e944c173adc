package dev.switchboard.itests;

import static dev.switchboard.itests.BrowserPage.quoted;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The web console, in a real browser: what people see and do there, and what nobody can do to them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@Order(1)
class ConsoleIT {
    private static final String SEQS =
            "[...document.querySelectorAll('.log > .entry')].map(one => Number(one.dataset.seq))";
    /** What has to be scrolled sideways though it should not. */
    private static final String TOO_WIDE =
            "[...document.querySelectorAll('html, .columns, main, .scroller, .open-points, .prompt-box')]"
                    + ".filter(one => one.scrollWidth > one.clientWidth).map(one => one.className || one.tagName)";

    private static final int ENTER = 13;
    private static final int ESCAPE = 27;
    private static final int WINDOW = 500;

    @TempDir
    static Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private Stage stage;
    private Browser browser;
    private BrowserPage admin;

    @BeforeAll
    void start() throws Exception {
        browser = Browser.start();
        stage = Stage.open(directory, Map.of("STATS_SECONDS", "1"));
        admin = page(stage.server().token());
    }

    /** Nothing was done that the browser complains of: no error, no exception, nothing that the policy has stopped. */
    @AfterEach
    void complainsOfNothing() {
        stage.closeClients();
        for (BrowserPage page : browser.pages()) {
            assertEquals(List.of(), page.complaints());
        }
    }

    @AfterAll
    void stop() throws Exception {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            if (stage != null) {
                stage.close();
            }
        }
    }

    private URI console(String token) throws Exception {
        return stage.server().http("/#token=" + token);
    }

    /** A page in a browser of its own, of somebody who is in. */
    private BrowserPage page(String token) throws Exception {
        BrowserPage page = browser.page();
        page.open(console(token));
        page.awaitShown(".projects h2");
        page.await("document.querySelector('.project-list li')");
        return page;
    }

    /** Opens a project by its address. */
    private static void go(BrowserPage page, String project) throws Exception {
        page.evaluate("location.hash = '#/project/" + project + "'");
        page.await("document.querySelector('.log-view') && location.hash.includes('" + project + "')"
                + " && !document.body.innerText.includes('Loading …')");
    }

    private static void prompt(BrowserPage page, String text) throws Exception {
        page.type(".prompt-box > textarea", text);
        page.click(".send");
        page.await("document.querySelector('.prompt-box > textarea').value === ''");
    }

    private static void awaitEnds(BrowserPage page, int count) throws Exception {
        page.await("document.querySelectorAll('.entry.end').length === " + count);
    }

    private static List<Long> seqs(BrowserPage page) throws Exception {
        List<Long> seqs = new ArrayList<>();
        page.evaluate(SEQS).forEach(seq -> seqs.add(seq.asLong()));
        return seqs;
    }

    private static void assertInOrder(List<Long> seqs) {
        assertEquals(seqs.stream().distinct().sorted().toList(), seqs);
    }

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

    private String shell(String line) throws Exception {
        Server.Outcome outcome = stage.server().command("shell", line);
        assertEquals(0, outcome.status(), outcome.output());
        return outcome.output();
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
    @DisplayName(
            "D6 a conversation: text as it is written, tools with their results, costs, errors; two browsers see the same")
    void converses() throws Exception {
        String project = stage.project();
        BrowserPage other = page(stage.server().token());
        go(other, project);
        go(admin, project);
        admin.type(
                ".prompt-box > textarea",
                "[[think text=\"deep in thought\" say=\"# Title\\n\\n- **bold** `code`\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\"]] [[tools 2]]");
        admin.press("Enter", ENTER);
        for (BrowserPage page : List.of(admin, other)) {
            awaitEnds(page, 1);
            assertEquals(
                    "Title",
                    page.evaluate("document.querySelector('.assistant h3').innerText")
                            .asText());
            assertEquals(
                    "bold",
                    page.evaluate("document.querySelector('.assistant li strong').innerText")
                            .asText());
            assertEquals(4, page.count(".assistant th, .assistant td"));
            assertEquals(2, page.count(".call details.tool:not([open])"));
            assertEquals(2, page.count(".call .outcome details.tool-result:not([open])"));
            assertFalse(page.shows(".thinking pre"), "folded");
            assertTrue(page.text().matches("(?s).*The agent is done · .*\\d+ turns · \\$0\\.0.*"), page.text());
        }
        admin.click(".thinking summary");
        admin.await("document.querySelector('.thinking pre').innerText === 'deep in thought'");
        admin.click(".call details.tool summary");
        admin.awaitText("file1.txt");
        prompt(admin, "[[api-error status=500]]");
        admin.awaitText("EXECUTION_FAILED");
        other.awaitText("EXECUTION_FAILED");
        other.awaitShown(".banner");
        assertEquals(seqs(admin), seqs(other));

        prompt(admin, "[[stream words=2000 every=20ms]]");
        admin.await("document.querySelector('.partial').innerText.includes('w3 ')");
        assertFalse(other.shows(".partial"), "only who asked");
        prompt(admin, "the next one");
        prompt(admin, "one too many");
        other.awaitText("Waiting (2)");
        other.click(".queue li:last-child button");
        admin.awaitText("Waiting (1)");
        admin.awaitText("A prompt that waited was cancelled: one too many");
        assertEquals(
                "one too many",
                admin.evaluate("document.querySelector('.prompt-box > textarea').value")
                        .asText());
        admin.click(".interrupt");
        other.awaitText("You said: the next one");
        awaitEnds(admin, 3);
        awaitEnds(other, 3);
        assertFalse(admin.shows(".partial"));

        prompt(other, "[[hang deaf]]");
        admin.awaitShown(".kill");
        admin.click(".kill");
        admin.click("dialog .danger");
        other.awaitText("The run was killed.");
        admin.awaitText("The run was killed.");
        assertEquals(seqs(admin), seqs(other));
        assertInOrder(seqs(admin));
    }

    @Test
    @DisplayName("D6 options go with the prompt, and a wrong one is told where it was given")
    void takesOptions() throws Exception {
        go(admin, stage.project());
        admin.click(".options summary");
        admin.type(".options [name=model]", "sonnet");
        admin.type(".options [name=allowed_tools]", "Read, Bash(git log, x)");
        admin.type(".options [name=append_system_prompt]", "Be short.");
        prompt(admin, "[[args]]");
        awaitEnds(admin, 1);
        String said = admin.text();
        assertTrue(said.contains("sonnet") && said.contains("Bash(git log, x)"), said);
        admin.type(".options [name=add_dirs]", "relative");
        admin.type(".prompt-box > textarea", "hello");
        admin.click(".send");
        admin.await("document.querySelector('.prompt-box .failure').innerText.includes('absolute')");
        assertEquals(
                "hello",
                admin.evaluate("document.querySelector('.prompt-box > textarea').value")
                        .asText());
        admin.evaluate("sessionStorage.removeItem('switchboard.options')");
        admin.reload();
        admin.awaitShown(".prompt-box");
    }

    @Test
    @DisplayName("D6 X7 questions: allowed, denied with a reason, changed, chosen; answered elsewhere they vanish")
    void answersQuestions() throws Exception {
        Path path = stage.directory();
        String project = stage.client().create(path.toString());
        BrowserPage other = page(stage.server().token());
        go(admin, project);
        prompt(admin, "[[ask tool=Write path=a.txt content=\"hello\"]]");
        other.awaitShown(".badge.asks");
        assertTrue(other.evaluate("document.title").asText().startsWith("(1) "));
        go(other, project);
        other.awaitText("May the agent use Write?");
        admin.awaitShown(".question-card");
        other.click(".question-card .allow");
        for (BrowserPage page : List.of(admin, other)) {
            page.awaitGone(".question-card");
            page.awaitText("allowed by initial");
            awaitEnds(page, 1);
        }
        assertEquals("hello", Files.readString(path.resolve("a.txt")));

        prompt(admin, "[[ask tool=Write path=b.txt content=\"hello\"]]");
        admin.type(".question-card input", "not today");
        admin.click(".question-card .deny");
        awaitEnds(admin, 2);
        admin.awaitText("denied by initial: not today");
        assertFalse(Files.exists(path.resolve("b.txt")));

        prompt(admin, "[[ask tool=Write path=c.txt content=\"hello\"]]");
        admin.click(".question-card details.raw summary");
        admin.type(".question-card textarea", "[1]");
        admin.click(".question-card .allow");
        admin.awaitText("The input has to be a JSON object.");
        String input = Client.JSON
                .createObjectNode()
                .put("file_path", path.resolve("c.txt").toString())
                .put("content", "changed")
                .toString();
        admin.type(".question-card textarea", input);
        admin.click(".question-card .allow");
        awaitEnds(admin, 3);
        assertEquals("changed", Files.readString(path.resolve("c.txt")));

        prompt(admin, "[[question text=\"Which colour?\" options=Red,Blue]]");
        admin.awaitShown(".question-card");
        admin.click(".question-card .allow");
        admin.awaitText("Choose an answer to each question");
        admin.click(".question-card label:nth-of-type(2) input");
        admin.click(".question-card .allow");
        awaitEnds(admin, 4);
        admin.awaitText("The answer is \"Which colour?\"=\"Blue\".");

        prompt(admin, "[[ask tool=Write path=d.txt content=\"hello\"]]");
        admin.awaitShown(".question-card");
        Client client = stage.client();
        JsonNode state = joinedState(client, project);
        client.send(
                "permission_response",
                project,
                Stage.data(
                                "permission_id",
                                state.at("/data/pending_permissions/0/permission_id")
                                        .asText())
                        .put("decision", "deny"));
        admin.awaitGone(".question-card");
        awaitEnds(admin, 5);
        awaitEnds(other, 5);
        assertEquals(seqs(admin), seqs(other));
    }

    private static JsonNode joinedState(Client client, String project) throws Exception {
        client.send("project_join", project);
        JsonNode state = client.next("project_state");
        client.until("project_joined");
        return state;
    }

    @Test
    @DisplayName(
            "D6 M3 history: pages back to the first record and forward again, in a window of 500; new records do not move who reads")
    void pagesHistory() throws Exception {
        String project = stage.project();
        Client client = stage.member(project);
        client.execute(project, "[[flood lines=1300 bytes=500]]");
        client.run();
        go(admin, project);
        admin.awaitText("0000001300/0000001300");
        assertTrue(admin.count(".log > .entry") <= 100, "the end only");
        while (!seqs(admin).contains(2L)) { // the prompt
            String before = quoted(seqs(admin).toString());
            admin.evaluate("document.querySelector('.scroller').scrollTop = 0");
            admin.await("JSON.stringify(" + SEQS + ").replaceAll(',', ', ') !== " + before);
            assertTrue(admin.count(".log > .entry") <= WINDOW);
            assertInOrder(seqs(admin));
        }
        assertTrue(admin.text().contains("0000000001/0000001300"));
        assertFalse(admin.text().contains("0000001300/0000001300"));
        List<Long> beginning = seqs(admin);
        client.execute(project, "said meanwhile");
        client.run();
        admin.await("/\\(8\\d\\d records more\\)/.test(document.querySelector('.latest').innerText)");
        assertEquals(beginning, seqs(admin));
        admin.evaluate("document.querySelectorAll('.page')[1].click()");
        admin.await("JSON.stringify(" + SEQS + ").replaceAll(',', ', ') !== " + quoted(beginning.toString()));
        assertInOrder(seqs(admin));
        assertTrue(admin.count(".log > .entry") <= WINDOW);
        admin.click(".latest");
        admin.awaitText("You said: said meanwhile");
        admin.awaitGone(".latest");

        client.execute(project, "[[flood lines=1200 bytes=500]]");
        client.run();
        admin.awaitText("0000001200/0000001200");
        awaitEnds(admin, 1);
        assertTrue(admin.count(".log > .entry") <= WINDOW);
        assertInOrder(seqs(admin));
    }

    @Test
    @DisplayName("D6 M4 a reload keeps everything; a restart of the server loses and doubles nothing, and is seen")
    void comesBack() throws Exception {
        String project = stage.project();
        go(admin, project);
        prompt(admin, "before the restart");
        awaitEnds(admin, 1);
        List<Long> before = seqs(admin);
        admin.reload();
        awaitEnds(admin, 1);
        assertEquals(before, seqs(admin));

        Server server = stage.server();
        server.set("PORT", Integer.toString(server.port()));
        stage.restart();
        Client client = stage.client();
        client.execute(project, "[[slow lines=50 every=1ms]]");
        client.run();
        admin.await("document.querySelector('.connection').dataset.state === 'online'"
                + " || document.querySelector('.connection button').click()");
        awaitEnds(admin, 2);
        for (BrowserPage page : browser.pages()) {
            assertTrue(
                    page.complaints().stream().allMatch(one -> one.contains("ws://localhost")),
                    "only that it was gone");
        }
        prompt(admin, "behind the restart");
        awaitEnds(admin, 3);
        List<Long> live = seqs(admin);
        assertEquals(before, live.subList(0, before.size()));
        assertInOrder(live);
        admin.reload();
        awaitEnds(admin, 3);
        assertEquals(live, seqs(admin));
    }

    @Test
    @DisplayName("D6 M4 a hole is asked for, a gap is shown, and a log that is another one is begun with anew")
    void keepsTheLogWhole() throws Exception {
        // What a server seldom does, said by one that is not there.
        JsonNode told = admin.evaluate("""
                (async () => {
                  const { Conversation } = await import('/conversation.js');
                  const asked = [];
                  let epoch = 'one';
                  let last = 20;
                  const item = seq => ({ seq, timestamp: '', direction: 'claude', message: { type: 'x', content: { type: 'x' } } });
                  const frame = seq => ({ type: 'agent_message', seq, timestamp: '', data: { type: 'x' } });
                  const server = {
                    async read(type, data) {
                      asked.push(`${type} ${data.after_seq ?? ''} ${data.epoch ?? ''}`.trim());
                      if (type === 'project_join') {
                        return { data: { epoch, last_seq: last } };
                      }
                      const from = Math.max(1, data.before_seq - 5);
                      const messages = Array.from({ length: data.before_seq - from }, (_, index) => item(from + index)).reverse();
                      return { data: { messages, metadata: { epoch, has_more: from > 1 } } };
                    },
                  };
                  const shown = [];
                  const states = [];
                  const told = () => { states.push(`${shown.join(' ')} | ${asked.splice(0).join(', ')}`); };
                  const settled = () => new Promise(resolve => setTimeout(resolve));
                  const conversation = new Conversation(server, 'p');
                  conversation.addEventListener('reset', () => shown.splice(0));
                  conversation.addEventListener('append', event => shown.push(...event.detail.map(one => one.to ? `${one.seq}-${one.to}` : one.seq)));
                  conversation.addEventListener('prepend', event => shown.unshift(...event.detail.map(one => one.seq)));
                  const begun = conversation.join();
                  conversation.take(frame(20));
                  await begun;
                  told();
                  [20, 21, 21, 23, 24].forEach(seq => conversation.take(frame(seq)));
                  await settled();
                  conversation.take({ type: 'replay', data: { verdict: 'ok' } });
                  [22, 23, 24, 25].forEach(seq => conversation.take(frame(seq)));
                  told();
                  conversation.take({ type: 'gap', data: { from: 26, to: 30, reason: 'damaged' } });
                  conversation.take(frame(31));
                  told();
                  await conversation.join(40, 'one');
                  told();
                  last = 3000;
                  await conversation.join(3000, 'one');
                  told();
                  epoch = 'two';
                  last = 3;
                  conversation.take({ type: 'replay', data: { verdict: 'gap', first_seq: 1 } });
                  await settled();
                  told();
                  return states;
                })()
                """);
        List<String> states = new ArrayList<>();
        told.forEach(state -> states.add(state.asText()));
        assertEquals(
                List.of(
                        "16 17 18 19 20 | project_join, get_messages",
                        "16 17 18 19 20 21 22 23 24 25 | project_join 21 one",
                        "16 17 18 19 20 21 22 23 24 25 26-30 31 | ",
                        "16 17 18 19 20 21 22 23 24 25 26-30 31 | project_join 31 one",
                        "2996 2997 2998 2999 3000 | project_join, get_messages",
                        "1 2 3 | project_join, get_messages"),
                states);
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
