package dev.switchboard.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.karaf.options.KarafDistributionOption;
import org.ops4j.pax.exam.karaf.options.LogLevelOption.LogLevel;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * Executors are swapped inside the running container, over one connection that stays open. A test of JUnit 4, as Pax Exam has
 * them, which {@link HotSwapIT} runs.
 */
@RunWith(PaxExam.class)
public class HotSwapInKaraf {
    private static final String EXECUTOR = "dev.switchboard.executor-claude";
    private static final String AGENT_EXECUTOR = "dev.switchboard.execution.AgentExecutor";

    /** In the tests' own JVM, which asks for the configuration more than once; not in the container. */
    private static final class Data {
        private static final Path DIRECTORY = make();

        private static Path make() {
            try {
                return Trees.temporary("switchboard-hot-swap");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() throws Exception {
        Path unpacked = Path.of("target", "exam").toAbsolutePath();
        Path dataDir = Data.DIRECTORY;
        return new Option[] {
            karafDistributionConfiguration()
                    .frameworkUrl(
                            new File(System.getProperty("distribution")).toURI().toString())
                    .name("Switchboard")
                    .unpackDirectory(unpacked.toFile())
                    .useDeployFolder(false),
            // Without it, Pax Exam leaves an empty directory behind among the temporary files.
            CoreOptions.workingDirectory(unpacked.resolve("work").toString()),
            configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
            KarafDistributionOption.logLevel(LogLevel.INFO),
            editConfigurationFilePut("etc/dev.switchboard.cfg", "port", "0"),
            editConfigurationFilePut("etc/dev.switchboard.cfg", "auth.mode", "none"),
            editConfigurationFilePut("etc/dev.switchboard.cfg", "data.dir", dataDir.toString()),
            editConfigurationFilePut(
                    "etc/dev.switchboard.cfg", "claude.path", Distribution.home() + "/agent-mock/bin/claude"),
            editConfigurationFilePut(
                    "etc/org.ops4j.pax.url.mvn.cfg",
                    "org.ops4j.pax.url.mvn.localRepository",
                    System.getProperty("localRepository")),
            CoreOptions.systemProperty("test.data.dir").value(dataDir.toString()),
            CoreOptions.systemProperty("test.echo")
                    .value(Path.of(System.getProperty("echo")).toUri().toString()),
            CoreOptions.vmOption("-Xmx256m"),
            // Agents that end with the server would leave their temporary files among the machine's.
            CoreOptions.environment("TMPDIR=" + Files.createDirectories(dataDir.resolve("tmp"))),
            // And would keep their sessions among those of whoever builds this.
            CoreOptions.environment("HOME=" + dataDir),
        };
    }

    @Test
    public void swapsExecutors() throws Exception {
        Path dataDir = Path.of(System.getProperty("test.data.dir"));
        Path instance = dataDir.resolve("instance.json");
        Server.await("ready", 90, () -> Files.exists(instance));
        int port = Client.JSON.readTree(instance.toFile()).get("port").asInt();
        Path directory = Files.createDirectories(dataDir.resolveSibling(dataDir.getFileName() + "-project"));
        try (Client client = Client.connect(URI.create("ws://localhost:" + port + "/ws"))) {
            String project = client.create(directory.toString());
            client.join(project);
            assertTrue(isMock(run(client, project)));
            assertEquals(dataDir.resolve("tmp").toString(), System.getenv("TMPDIR"));
            assertTrue("sessions are kept there", Files.isDirectory(dataDir.resolve(".claude/projects")));

            Bundle echo = context.installBundle(System.getProperty("test.echo"));
            echo.start();
            assertTrue("the one with the higher ranking takes over", isEcho(run(client, project)));

            ServiceRegistration<?> other = registerMockAs("other");
            configure(client, project, "other");
            assertTrue("the project's own choice, whatever the other's ranking", isMock(run(client, project)));
            configure(client, project, "claude");
            assertTrue("and back", isEcho(run(client, project)));
            other.unregister();

            Bundle claude = bundle(EXECUTOR);
            claude.stop();
            assertTrue("the other is not needed any more", isEcho(run(client, project)));

            echo.uninstall();
            client.execute(project, "anybody there?");
            JsonNode refused = client.next("error").get("data");
            assertEquals("EXECUTOR_UNAVAILABLE", refused.get("code").asText());
            assertTrue(refused.get("details").get("retry_after_ms").asInt() > 0);

            claude.start();
            assertTrue(isMock(run(client, project)));

            client.send("get_messages", project, Client.data().put("limit", 1000));
            JsonNode messages = client.next("get_messages").get("data").get("messages");
            for (int i = 0; i < messages.size(); i++) {
                assertEquals(i + 1, messages.get(i).get("seq").asLong());
                assertFalse(messages.get(i).get("message").get("type").asText().equals("error"));
            }
        } finally {
            Trees.delete(directory);
        }
    }

    /** The mock's executor is there under another name too, which makes it another executor. */
    private ServiceRegistration<?> registerMockAs(String name) throws InvalidSyntaxException {
        ServiceReference<?> mock =
                context.getAllServiceReferences(AGENT_EXECUTOR, "(&(executor.name=claude)(!(service.ranking=100)))")[0];
        return context.registerService(
                AGENT_EXECUTOR, context.getService(mock), new Hashtable<>(Map.of("executor.name", name)));
    }

    private static void configure(Client client, String project, String executor) throws Exception {
        client.send("project_configure", project, Client.data().put("executor", executor));
        List<JsonNode> frames = List.of(client.next(), client.next());
        assertEquals(
                Set.of("project_update", "project_configure"),
                frames.stream().map(frame -> frame.get("type").asText()).collect(Collectors.toSet()));
        for (JsonNode frame : frames) {
            assertEquals(executor, frame.at("/data/executor").asText());
        }
    }

    /** A run from its prompt to IDLE. The mock's program is probed when its bundle starts, which takes a moment. */
    private static List<JsonNode> run(Client client, String project) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            client.execute(project, "hello");
            JsonNode first = client.next();
            if (!first.get("type").asText().equals("error")) {
                List<JsonNode> frames = client.rest();
                assertEquals(
                        "IDLE", Client.stateOf(frames.get(frames.size() - 1)).orElseThrow());
                return frames;
            }
            String code = first.get("data").get("code").asText();
            assertEquals("EXECUTOR_UNAVAILABLE", code);
            TimeUnit.MILLISECONDS.sleep(100);
        }
        throw new AssertionError("no executor came within 10 s");
    }

    private static boolean isEcho(List<JsonNode> frames) {
        return frames.stream()
                .anyMatch(frame -> frame.path("data")
                        .path("message")
                        .path("content")
                        .asText()
                        .equals("hello"));
    }

    private static boolean isMock(List<JsonNode> frames) {
        return frames.stream()
                .anyMatch(frame -> frame.path("data").path("subtype").asText().equals("init"));
    }

    private Bundle bundle(String name) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
