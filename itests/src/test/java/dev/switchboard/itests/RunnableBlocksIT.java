package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The commands that the pages show are run as they stand there, in a home directory of their own with a demo running. Those of one
 * page are one script: later ones may use what earlier ones have made.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RunnableBlocksIT {
    private static final long PATIENCE_SECONDS = 120;
    /** Begins with a line end, for not everything ends with one. */
    private static final String BEGIN = "\n== line ";

    private static Path directory;
    private static Server server;

    /** What the pages take for granted: a demo, the launcher on the PATH, the checkout as working directory, and two projects. */
    @BeforeAll
    static void prepare() throws Exception {
        SystemTool.assume("jq", "--version");
        directory = Trees.temporary("switchboard-blocks");
        Path home = Files.createDirectory(directory.resolve("home"));
        Path etc = Files.createDirectory(directory.resolve("etc"));
        Files.copy(Distribution.home().resolve("etc/dev.switchboard.cfg"), etc.resolve("dev.switchboard.cfg"));
        for (String name : List.of("examples", "service", "switchboard")) {
            Files.createSymbolicLink(home.resolve(name), targetOf(name));
        }
        server = new Server(home.resolve(".switchboard"));
        Files.createSymbolicLink(home.resolve(".switchboard/demo"), Path.of("."));
        server.variable("HOME", home.toString())
                .variable("PATH", home + ":" + System.getenv("PATH"))
                .set("ETC", etc.toString())
                .set(
                        "CLAUDE_PATH",
                        Distribution.home().resolve("agent-mock/bin/claude").toString())
                .start();
        server.set("HEALTH_URL", server.http("").toString());
        for (String project : List.of("my-project", "web")) {
            Path path = Files.createDirectory(home.resolve(project));
            shell("switchboard:project-create --name " + project + " " + path);
        }
        shell("switchboard:execute my-project hello");
    }

    private static Path targetOf(String name) {
        return switch (name) {
            case "examples" -> MarkdownPage.ROOT.resolve(name);
            case "switchboard" -> Distribution.launcher();
            default -> Distribution.home().resolve(name);
        };
    }

    private static void shell(String command) throws Exception {
        Server.Outcome outcome = server.command("shell", command);
        assertEquals(0, outcome.status(), outcome::output);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.command("stop"); // the one that a page has started
            server.close();
        }
    }

    @TestFactory
    @DisplayName("D3 D1 commands that are marked so run as they stand on the page, and print what it shows")
    Stream<DynamicTest> run() {
        return RunnableBlock.PAGES.stream().map(name -> dynamicTest(name, () -> run(name)));
    }

    private static void run(String name) throws Exception {
        List<RunnableBlock> blocks = RunnableBlock.of(MarkdownPage.read(MarkdownPage.ROOT.resolve(name)));
        assertTrue(!blocks.isEmpty(), "nothing is marked");
        StringBuilder script = new StringBuilder("set -eo pipefail\n");
        for (RunnableBlock block : blocks) {
            script.append("echo '").append(BEGIN + block.line()).append("'\n").append(block.commands());
        }
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = server.program(List.of("bash", "-c", script.toString()))
                .directory(directory.resolve("home").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        boolean over = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(output);
        assertTrue(over, () -> "does not end:\n" + printed);
        assertEquals(0, process.exitValue(), () -> "failed at the last line:\n" + printed);
        String[] parts = printed.split(BEGIN + "\\d+\n", -1);
        for (int i = 0; i < blocks.size(); i++) {
            RunnableBlock block = blocks.get(i);
            String part = parts[i + 1];
            assertTrue(block.prints(part), () -> "line " + block.line() + " prints:\n" + part);
        }
    }
}
