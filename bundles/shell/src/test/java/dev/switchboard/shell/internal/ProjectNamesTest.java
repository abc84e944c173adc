package dev.switchboard.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.ProjectId;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProjectNamesTest {
    private final FakeServer server = new FakeServer();
    private final ProjectId first = server.add("abcdef00-0000-4000-8000-000000000001", "/srv/one", Optional.of("one"));
    private final ProjectId second = server.add("abcdef00-0000-4000-8000-000000000002", "/srv/two", Optional.empty());
    private final ProjectId third =
            server.add("12340000-0000-4000-8000-000000000003", "/srv/three", Optional.of("abcd"));

    private ProjectId find(String text) {
        return ProjectNames.find(server.projects, text).project().id();
    }

    private SwitchboardException refused(String text) {
        return assertThrows(SwitchboardException.class, () -> find(text));
    }

    @Test
    @DisplayName("H6 a project is meant by its id, in either case, its name or its path")
    void findsWholeMatches() {
        assertEquals(first, find("abcdef00-0000-4000-8000-000000000001"));
        assertEquals(first, find("ABCDEF00-0000-4000-8000-000000000001"));
        assertEquals(first, find("one"));
        assertEquals(second, find("/srv/two"));
        assertEquals(second, find("/srv/two/"));
    }

    @Test
    @DisplayName("H6 the beginning of one id will do, from four characters on")
    void findsBeginnings() {
        assertEquals(third, find("1234"));
        assertEquals(ErrorCode.PROJECT_NOT_FOUND, refused("123").code());
        assertEquals(second, find("abcdef00-0000-4000-8000-000000000002".substring(0, 36)));
    }

    @Test
    @DisplayName("H6 a whole name goes before the beginning of another project's id")
    void prefersWholeMatches() {
        assertEquals(third, find("abcd"));
    }

    @Test
    @DisplayName("H6 what could be several is refused, and named")
    void refusesTheAmbiguous() {
        SwitchboardException refusal = refused("abcdef");
        assertEquals(ErrorCode.VALIDATION_FAILED, refusal.code());
        assertTrue(refusal.getMessage().contains("/srv/one"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("/srv/two"), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("/srv/three"), refusal.getMessage());
    }

    @Test
    @DisplayName("H6 two projects of one name are told apart by their ids only")
    void refusesSharedNames() {
        server.add("99990000-0000-4000-8000-000000000004", "/srv/four", Optional.of("one"));
        assertEquals(ErrorCode.VALIDATION_FAILED, refused("one").code());
    }

    @Test
    @DisplayName("H6 an unknown project is said to be unknown, with what would be right")
    void refusesTheUnknown() {
        assertEquals(ErrorCode.PROJECT_NOT_FOUND, refused("").code());
        assertTrue(refused("nothing").getMessage().contains("project-list"));
        assertEquals(
                "there is no project \"6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001\"",
                refused("6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c0001").getMessage());
    }
}
