package dev.switchboard.itests;

import static dev.switchboard.itests.BrowserPage.quoted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What people say to an agent in the web console, and what they see of it: now, later, and after a restart. */
@Order(1)
class ConsoleConversationIT extends ConsoleScene {
    /** A PNG of one pixel. */
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static final int WINDOW = 500;

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
        forgetOptions();
    }

    @Test
    @DisplayName("D6 images go with a prompt, and are shown with it ever after; one that is too large goes nowhere")
    void takesImages() throws Exception {
        String project = stage.project();
        go(admin, project);
        paste("png", "Uint8Array.from(atob('" + PIXEL + "'), one => one.charCodeAt(0))");
        admin.awaitShown(".attached li");
        paste("large", "new Uint8Array(1024 * 1024)");
        admin.await("document.querySelectorAll('.attached li').length === 2");
        admin.type(".prompt-box > textarea", "What is this?");
        admin.click(".send");
        admin.awaitText("This is too large: the server takes messages of 1,048,576 bytes");
        admin.click(".attached li:last-child button");
        prompt(admin, "What is this?");
        awaitEnds(admin, 1);
        assertFalse(admin.shows(".attached"));
        String image =
                "[...document.querySelectorAll('.entry.prompt img')].map(one => one.naturalWidth + ' ' + one.src).join()";
        String pixel = "1 data:image/png;base64," + PIXEL;
        admin.await(image + " === " + quoted(pixel));
        admin.reload();
        admin.await(image + " === " + quoted(pixel));
        prompt(admin, "And without one?");
        awaitEnds(admin, 2);
        assertEquals(pixel, admin.evaluate(image).asText());
    }

    /** Pastes a file into the prompt's box. */
    private void paste(String name, String bytes) throws Exception {
        admin.evaluate("(() => { const pasted = new DataTransfer(); pasted.items.add(new File([" + bytes + "], '" + name
                + "', { type: 'image/png' })); document.querySelector('.prompt-box > textarea').dispatchEvent("
                + "new ClipboardEvent('paste', { clipboardData: pasted })); })()");
    }

    @Test
    @DisplayName("D6 X7 a plan is shown as it is meant, and gone on with, or kept at")
    void approvesPlans() throws Exception {
        go(admin, stage.project());
        admin.click(".options summary");
        admin.evaluate("(() => { const mode = document.querySelector('.options [name=permission_mode]');"
                + " mode.value = 'plan'; mode.dispatchEvent(new Event('change', { bubbles: true })); })()");
        prompt(admin, "[[plan text=\"1. look\\n2. leap\"]]");
        admin.awaitText("Is this plan good?");
        assertEquals(2, admin.count(".question-card ol li"));
        admin.type(".question-card .reason", "look again");
        admin.click(".question-card .deny");
        awaitEnds(admin, 1);
        admin.awaitText("denied by initial: look again");
        prompt(admin, "[[plan text=\"1. look twice\"]]");
        admin.click(".question-card .allow");
        awaitEnds(admin, 2);
        admin.awaitText("allowed by initial");
        forgetOptions();
    }

    private void forgetOptions() throws Exception {
        admin.evaluate("sessionStorage.removeItem('switchboard.options')");
        admin.reload();
        admin.awaitShown(".prompt-box");
    }

    @Test
    @DisplayName("D6 X7 a session is begun, gone back to, and forked; the conversation says where")
    void choosesSessions() throws Exception {
        go(admin, stage.project());
        prompt(admin, "first words");
        awaitEnds(admin, 1);
        admin.click(".menu button");
        admin.click("dialog .primary");
        admin.awaitGone("dialog");
        admin.awaitText("Another session of the agent begins here.");
        prompt(admin, "other words");
        awaitEnds(admin, 2);
        admin.await("[...document.querySelectorAll('.assistant')].at(-1).innerText.includes('This is turn 1 ')");
        choose("Continue");
        prompt(admin, "back again");
        awaitEnds(admin, 3);
        admin.awaitText("This is turn 2 of our conversation. Before that you said: first words");
        choose("Fork");
        prompt(admin, "on a branch");
        awaitEnds(admin, 4);
        admin.awaitText("This is turn 3 of our conversation. Before that you said: back again");
        assertEquals(
                3,
                admin.evaluate("[...document.querySelectorAll('.entry.event')].filter(one =>"
                                + " one.innerText.includes('Another session of the agent begins here.')).length")
                        .asInt());
    }

    /** Chooses the session that began with "first words". */
    private void choose(String what) throws Exception {
        admin.click(".menu button");
        String found = "[...document.querySelectorAll('dialog li')].find(one => one.innerText.includes('first words'))"
                + ".querySelectorAll('button')";
        admin.await("[..." + found + "].some(one => one.innerText === '" + what + "')");
        admin.evaluate("[..." + found + "].find(one => one.innerText === '" + what + "').click()");
        admin.awaitGone("dialog");
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
}
