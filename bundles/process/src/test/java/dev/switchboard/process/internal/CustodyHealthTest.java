package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.Configuration;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.ServerSettings.Isolation;
import dev.switchboard.config.Settings;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.process.CustodyRecord;
import dev.switchboard.process.TerminationPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CustodyHealthTest extends CustodyTestBase {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    @DisplayName("H1 health tells what agents are shut in")
    void tells() throws Exception {
        CustodyHealth health = new CustodyHealth(custodian);

        assertEquals(Result.Status.OK, health.execute().getStatus());
        assertEquals(Map.of("isolation", "none", "survivors", 0), health.figures());
    }

    @Test
    @DisplayName(
            "H1 X4 isolation that cannot be had is critical, and no agent is launched; live changes hold for the next one")
    void refused() throws Exception {
        LaunchPrograms withoutUnshare = new LaunchPrograms(
                name -> name.equals("unshare") ? Optional.<Path>empty() : LaunchPrograms.find(name, "/usr/bin:/bin"));
        custodian = server(ProcessTable.ofThisMachine(), withoutUnshare);
        CustodyHealth health = new CustodyHealth(custodian);
        custodian.isolation().want(Isolation.ON);

        assertEquals(Result.Status.CRITICAL, health.execute().getStatus());
        assertEquals("refused", health.figures().get("isolation"));
        SwitchboardException e = assertThrows(SwitchboardException.class, () -> script("true"));
        assertTrue(e.getMessage().contains("agents.isolation = on"), e.getMessage());
        assertEquals(0, custodian.records().size());

        custodian.isolation().want(Isolation.AUTO);
        assertEquals(Result.Status.OK, health.execute().getStatus());
        assertEquals("none", health.figures().get("isolation"));
        tail(script("true")).awaitExit();
    }

    @Test
    @DisplayName("H1 X4 what is left at a termination's deadline is a warning until it is gone")
    void survivors() throws Exception {
        CustodyHealth health = new CustodyHealth(custodian);
        CustodyRecord agent = script("trap '' TERM INT; echo ready; sleep 120; sleep 120");
        tail(agent).awaitLine("ready");
        custodian
                .terminate(agent.agentId(), new TerminationPlan(LONG, LONG, LONG, Duration.ofMillis(20)))
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertEquals(Result.Status.WARN, health.execute().getStatus());
        assertTrue(
                (int) health.figures().get("survivors") >= 2, health.figures().toString());
        kill(agent);
        assertEquals(Result.Status.OK, health.execute().getStatus());
        assertEquals(0, health.figures().get("survivors"));
        assertTrue(custodian.counts().survivors() >= 2, "it goes on being counted");
    }

    @Test
    @DisplayName("H4 the component follows its configuration, until it goes")
    void followsTheConfiguration() throws Exception {
        AtomicReference<Consumer<Settings>> listener = new AtomicReference<>();
        Settings settings = Settings.defaults()
                .with(ServerSettings.DATA_DIR, temporary.resolve("configured").toString())
                .with(ServerSettings.AGENTS_ISOLATION, Isolation.NONE);
        Configuration fixed = Configuration.of(settings);
        DetachedProcessCustodian component = new DetachedProcessCustodian(new Configuration() {
            @Override
            public Settings settings() {
                return fixed.settings();
            }

            @Override
            public Registration onChange(Consumer<Settings> added) {
                listener.set(added);
                return () -> listener.set(null);
            }

            @Override
            public java.util.List<String> problems() {
                return fixed.problems();
            }
        });
        try {
            assertEquals("none", component.isolation().label());
            listener.get().accept(settings.with(ServerSettings.AGENTS_ISOLATION, Isolation.ON));
            assertEquals(
                    Machine.isolates(),
                    !component.isolation().label().equals("refused"),
                    component.isolation().label());
        } finally {
            component.close();
        }
        assertEquals(null, listener.get());
    }
}
