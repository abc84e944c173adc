package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server, a browser, and a page of the web console that an administrator has open. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
abstract class ConsoleScene {
    static final int ENTER = 13;
    static final String SEQS = "[...document.querySelectorAll('.log > .entry')].map(one => Number(one.dataset.seq))";
    /** What has to be scrolled sideways though it should not. */
    static final String TOO_WIDE =
            "[...document.querySelectorAll('html, .columns, main, .scroller, .open-points, .prompt-box')]"
                    + ".filter(one => one.scrollWidth > one.clientWidth).map(one => one.className || one.tagName)";

    Stage stage;
    Browser browser;
    BrowserPage admin;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
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
    BrowserPage page(String token) throws Exception {
        BrowserPage page = browser.page();
        page.open(console(token));
        page.awaitShown(".projects h2");
        page.await("document.querySelector('.project-list li')");
        return page;
    }

    /** Opens a project by its address. */
    static void go(BrowserPage page, String project) throws Exception {
        page.evaluate("location.hash = '#/project/" + project + "'");
        page.await("document.querySelector('.log-view') && location.hash.includes('" + project + "')"
                + " && !document.body.innerText.includes('Loading …')");
    }

    static void prompt(BrowserPage page, String text) throws Exception {
        page.type(".prompt-box > textarea", text);
        page.click(".send");
        page.await("document.querySelector('.prompt-box > textarea').value === ''");
    }

    static void awaitEnds(BrowserPage page, int count) throws Exception {
        page.await("document.querySelectorAll('.entry.end').length === " + count);
    }

    static List<Long> seqs(BrowserPage page) throws Exception {
        List<Long> seqs = new ArrayList<>();
        page.evaluate(SEQS).forEach(seq -> seqs.add(seq.asLong()));
        return seqs;
    }

    static void assertInOrder(List<Long> seqs) {
        assertEquals(seqs.stream().distinct().sorted().toList(), seqs);
    }

    String shell(String line) throws Exception {
        Server.Outcome outcome = stage.server().command("shell", line);
        assertEquals(0, outcome.status(), outcome.output());
        return outcome.output();
    }
}
