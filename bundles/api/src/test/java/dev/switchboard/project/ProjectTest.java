package dev.switchboard.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project.LastError;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private static Project project(Map<String, String> attributes) {
        return new Project(
                ProjectId.random(),
                "/link",
                Path.of("/real"),
                Optional.of("name"),
                "claude",
                Optional.of("session"),
                NOON,
                NOON,
                Optional.empty(),
                attributes);
    }

    @Test
    @DisplayName("H3 the text of a project has no values of attributes: prompts and secrets wait among them")
    void toStringHasNoValues() {
        Project project = project(Map.of("queue.1", "secret"));
        assertEquals("Project[" + project.id() + " /link]", project.toString());
    }

    @Test
    @DisplayName("X5 a project has a timeout of its own or none; what cannot be one counts as none")
    void hasATimeout() {
        Project project = project(Map.of());
        assertEquals(Optional.empty(), project.timeout());
        Project limited = project.withTimeout(Optional.of(Duration.ofMillis(1500)));
        assertEquals(Optional.of(Duration.ofMillis(1500)), limited.timeout());
        assertEquals(
                Optional.of(Duration.ZERO),
                limited.withTimeout(Optional.of(Duration.ZERO)).timeout());
        assertEquals(project, limited.withTimeout(Optional.empty()));
        for (String damaged : List.of("", "-1", "ten", "9".repeat(19))) {
            assertEquals(
                    Optional.empty(), project(Map.of("timeout.ms", damaged)).timeout());
        }
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("name", project -> project.withName(Optional.empty())),
                change("executor", project -> project.withExecutor("echo")),
                change("sessionId", project -> project.withSession(Optional.of("next"))),
                change("lastActive", project -> project.withLastActive(NOON.plusSeconds(1))),
                change(
                        "lastError",
                        project -> project.withLastError(
                                Optional.of(new LastError(ErrorCode.EXECUTION_FAILED, "why", NOON)))),
                change("attributes", project -> project.withTimeout(Optional.of(Duration.ofSeconds(1)))),
                change("attributes", project -> project.withAttribute("new", Optional.of("value"))),
                change("attributes", project -> project.withAttribute("kept", Optional.empty())));
    }

    private static Arguments change(String component, UnaryOperator<Project> change) {
        return Arguments.of(component, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    @DisplayName("P4 a change of a project changes that and nothing else")
    void changesOne(String component, UnaryOperator<Project> change) throws Exception {
        Project before = project(Map.of("kept", "x"));
        Project after = change.apply(before);
        List<String> differing = new ArrayList<>();
        for (RecordComponent part : Project.class.getRecordComponents()) {
            if (!part.getAccessor().invoke(before).equals(part.getAccessor().invoke(after))) {
                differing.add(part.getName());
            }
        }
        assertEquals(List.of(component), differing);
    }

    @Test
    @DisplayName("P4 attributes are a snapshot: set, replaced, removed, and never changed from outside")
    void attributes() {
        Map<String, String> given = new HashMap<>(Map.of("a", "1"));
        Project project = project(given);
        given.put("a", "2");
        assertEquals(Map.of("a", "1"), project.attributes());
        assertThrows(
                UnsupportedOperationException.class, () -> project.attributes().put("b", "1"));
        assertEquals(
                Map.of("a", "3"), project.withAttribute("a", Optional.of("3")).attributes());
        assertEquals(Map.of(), project.withAttribute("a", Optional.empty()).attributes());
        assertEquals(project, project.withAttribute("none", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c000",
                "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c00010",
                "6f1c1a52-2a3c-4f0e-9d64-0a8a7d1c000g",
                "../../../../../../../../etc/passwd..",
            })
    @DisplayName("P1 what is no id is refused, naming the field: an id becomes a directory's name")
    void badIds(String text) {
        SwitchboardException error = assertThrows(SwitchboardException.class, () -> ProjectId.parse(text));
        assertEquals(ErrorCode.VALIDATION_FAILED, error.code());
        assertEquals("project_id", error.details().get("field"));
    }

    @Test
    @DisplayName("P1 ids are read in either case and written in lower case")
    void ids() {
        ProjectId id = ProjectId.random();
        assertEquals(id, ProjectId.parse(id.toString().toUpperCase(Locale.ROOT)));
        assertEquals(id.toString().toLowerCase(Locale.ROOT), id.toString());
    }
}
