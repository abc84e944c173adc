package dev.switchboard.process.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IsolationTest {
    private final List<Namespace> asked = new ArrayList<>();
    private Set<Namespace> allowed = EnumSet.noneOf(Namespace.class);

    private Optional<String> obstacle(Namespace namespace) {
        asked.add(namespace);
        return allowed.contains(namespace) ? Optional.empty() : Optional.of("no right to " + namespace);
    }

    private Isolation isolation(ServerSettings.Isolation wanted) {
        return new Isolation(this::obstacle, wanted);
    }

    @ParameterizedTest
    @DisplayName("X4 X9 what agents are shut in is what is wanted, as far as the machine allows it")
    @CsvSource({
        "NONE, true, true, NONE",
        "AUTO, true, true, PID",
        "AUTO, false, true, NONE",
        "AUTO, false, false, NONE",
        "ON, true, true, PID",
        "ON, false, true, USER_AND_PID",
    })
    void verdicts(ServerSettings.Isolation wanted, boolean pid, boolean user, Namespace expected) {
        if (pid) {
            allowed.add(Namespace.PID);
        }
        if (user) {
            allowed.add(Namespace.USER_AND_PID);
        }
        Isolation isolation = isolation(wanted);

        assertEquals(expected, isolation.namespace());
        assertEquals(expected.label(), isolation.label());
        assertEquals(Optional.empty(), isolation.refusal());
        assertTrue(wanted != ServerSettings.Isolation.AUTO || !asked.contains(Namespace.USER_AND_PID));
    }

    @Test
    @DisplayName("X4 isolation that is wanted and cannot be had is a refusal that says why and what would help")
    void refusal() {
        Isolation isolation = isolation(ServerSettings.Isolation.ON);

        SwitchboardException e = assertThrows(SwitchboardException.class, isolation::namespace);
        assertEquals(ErrorCode.EXECUTION_FAILED, e.code());
        assertEquals(Optional.of(e.getMessage()), isolation.refusal());
        assertTrue(e.getMessage().contains("no right to USER_AND_PID"), e.getMessage());
        assertTrue(e.getMessage().contains("agents.isolation = auto"), e.getMessage());
        assertEquals("refused", isolation.label());
    }

    @Test
    @DisplayName("H4 a change holds for the next agent; the machine is asked only if something else is wanted")
    void change() {
        Isolation isolation = isolation(ServerSettings.Isolation.ON);
        allowed = EnumSet.of(Namespace.PID);
        isolation.want(ServerSettings.Isolation.ON);
        assertThrows(SwitchboardException.class, isolation::namespace);
        isolation.want(ServerSettings.Isolation.AUTO);
        assertEquals(Namespace.PID, isolation.namespace());
        int before = asked.size();
        isolation.want(ServerSettings.Isolation.AUTO);
        assertEquals(before, asked.size());
        isolation.want(ServerSettings.Isolation.NONE);
        assertEquals(Namespace.NONE, isolation.namespace());
        assertEquals(before, asked.size());
    }
}
