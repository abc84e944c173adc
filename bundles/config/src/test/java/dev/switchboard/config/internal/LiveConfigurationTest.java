package dev.switchboard.config.internal;

import static dev.switchboard.config.ServerSettings.LIMITS_CONNECTIONS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.switchboard.config.Settings;
import dev.switchboard.config.internal.SettingsResolver.Resolution;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.felix.hc.api.Result;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("H4 the configuration changes while the server runs")
class LiveConfigurationTest {
    private final LiveConfiguration configuration = new LiveConfiguration(Settings.defaults(), List.of());
    private final List<Integer> seen = new ArrayList<>();

    @Test
    void aListenerIsToldOfEachChangeAndSeesIt() {
        configuration.onChange(settings -> {
            assertSame(settings, configuration.settings());
            seen.add(settings.get(LIMITS_CONNECTIONS));
        });
        change(7);
        change(8);
        assertEquals(List.of(7, 8), seen);
    }

    @Test
    void whatChangesNothingIsNotTold() {
        configuration.onChange(settings -> seen.add(0));
        change(100);
        assertEquals(List.of(), seen);
    }

    @Test
    void anEndedRegistrationIsNotToldAndItsTwinIs() {
        Consumer<Settings> listener = settings -> seen.add(settings.get(LIMITS_CONNECTIONS));
        var first = configuration.onChange(listener);
        configuration.onChange(listener);
        first.close();
        first.close();
        change(7);
        assertEquals(List.of(7), seen);
    }

    @Test
    void aListenerThatFailsIsLoggedAndKeepsNobodyElseFromKnowing() {
        configuration.onChange(settings -> {
            throw new IllegalStateException("cannot");
        });
        configuration.onChange(settings -> seen.add(settings.get(LIMITS_CONNECTIONS)));
        try (CapturedErr err = new CapturedErr()) {
            change(7);
            assertEquals(1, err.linesWith("IllegalStateException: cannot").size());
        }
        assertEquals(List.of(7), seen);
    }

    @Test
    void aProblemIsLoggedOnceAndAgainIfItComesBack() {
        Problem problem = Problem.harm("port is wrong");
        try (CapturedErr err = new CapturedErr()) {
            change(100, problem);
            change(100, problem);
            assertEquals(1, err.linesWith("port is wrong").size());
            change(100);
            change(100, problem);
            assertEquals(2, err.linesWith("port is wrong").size());
        }
        assertEquals(List.of("port is wrong"), configuration.problems());
    }

    @Test
    void healthTellsOfWhatNeedsAttentionOnly() {
        ConfigurationHealthCheck check = new ConfigurationHealthCheck(configuration);
        assertEquals(Result.Status.OK, check.execute().getStatus());
        change(100, Problem.notice("a key is misspelt"));
        assertEquals(Result.Status.OK, check.execute().getStatus());
        change(100, Problem.notice("a key is misspelt"), Problem.harm("port is {} wrong"));
        Result result = check.execute();
        assertEquals(Result.Status.WARN, result.getStatus());
        assertEquals("port is {} wrong", result.iterator().next().getMessage());
    }

    private void change(int connections, Problem... problems) {
        Settings settings = Settings.defaults().with(LIMITS_CONNECTIONS, connections);
        configuration.change(new Resolution(settings, List.of(), List.of(problems)));
    }
}
