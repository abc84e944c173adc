package dev.switchboard.config.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C5 what counts as a loopback host")
class CrossRuleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LocalHost", "127.0.0.1", "127.255.255.254", "::1", "[::1]", "0:0:0:0:0:0:0:1"})
    void theseReachOnlyThisMachine(String host) {
        assertTrue(CrossRule.isLoopback(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "[::]",
                "128.0.0.1",
                "126.255.255.255",
                "192.168.0.1",
                "localhost.example.org",
                "127.0.0.1.example.org",
                "2130706433",
                "::ffff:10.0.0.1",
                "999.0.0.1",
                ""
            })
    void theseDoNotOrNobodyKnows(String host) {
        assertFalse(CrossRule.isLoopback(host));
    }
}
