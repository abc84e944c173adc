package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import dev.switchboard.error.SwitchboardException;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Projects;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Projects whose rows are odd, and changes that are cut off. */
class RegistryRowsTest {
    private final String schema = Stores.newSchema();
    private final Settings settings = Stores.settings(schema);

    @Test
    @DisplayName(
            "S3 P4 a row that cannot be understood is left as it is and reported; the others are there, its id is taken")
    void oddRow() {
        Project good = Projects.plain(1);
        Project odd = Projects.plain(2);
        try (ProjectRegistry registry = Stores.projects(settings).open()) {
            registry.create(good);
            registry.create(odd);
        }
        String row = schema + ".projects WHERE id = '" + odd.id() + "'";
        Stores.server().sql("UPDATE " + row.replace(" WHERE", " SET created_at = 'yesterday' WHERE"));
        try (ProjectRegistry registry = Stores.projects(settings).open()) {
            assertEquals(List.of(good), registry.list());
            assertEquals(1, registry.openReport().size());
            assertTrue(registry.openReport().get(0).startsWith("project " + odd.id() + " is left as it is"));
            assertThrows(IllegalArgumentException.class, () -> registry.create(odd));
            registry.update(good.id(), before -> before.withName(Optional.of("x")));
        }
        assertEquals("yesterday", Stores.server().sql("SELECT created_at FROM " + row));
    }

    @Test
    @DisplayName("S3 P4 any text is kept: NUL, halves of pairs, backslashes, in names and values of attributes too")
    void anyText() {
        String text = Stream.of("\u0000", "\uD83D", "\uDE00", "\uD83D\uDE00", "\\u0000", "\\", "\n\t'\"{},", "\uFFFF")
                .reduce("", (all, next) -> all + "|" + next);
        assertEquals(text, EscapedText.unescape(EscapedText.escape(text)));
        Project project = Projects.plain(1).withName(Optional.of(text)).withAttribute(text, Optional.of(text + text));
        try (ProjectRegistry registry = Stores.projects(settings).open()) {
            registry.create(project);
            registry.update(project.id(), before -> before.withAttribute("b", Optional.of("")));
            registry.update(project.id(), before -> before.withAttribute(text, Optional.of("changed")));
        }
        try (ProjectRegistry registry = Stores.projects(settings).open()) {
            assertEquals(
                    project.withAttribute("b", Optional.of("")).withAttribute(text, Optional.of("changed")),
                    registry.list().get(0));
        }
    }

    @Test
    @DisplayName(
            "S3 P4 cut off at any moment of a change: memory and database say the same afterwards, the old or the new")
    void cutOff() throws Exception {
        Project project = Projects.plain(1);
        Project extra = Projects.plain(2);
        try (CuttingProxy proxy = new CuttingProxy(Stores.server().port())) {
            String url = Stores.server().url().replace(":" + Stores.server().port(), ":" + proxy.port());
            try (ProjectRegistry registry = Stores.projects(settings.with(ServerSettings.POSTGRESQL_URL, url))
                    .open()) {
                registry.create(project);
                int refused = 0;
                for (boolean passed : new boolean[] {false, true}) {
                    for (int at = 1; at <= 4; at++) {
                        String name = "name " + passed + at;
                        String before = name(registry, project);
                        proxy.cutAt(at, passed);
                        boolean done = works(() -> registry.update(
                                project.id(),
                                one -> one.withName(Optional.of(name)).withAttribute(name, Optional.of("x"))));
                        refused += done ? 0 : 1;
                        assertEquals(done ? name : before, name(registry, project));
                        boolean created = works(() -> registry.create(extra));
                        proxy.mend();
                        Waiting.until(() -> !created
                                ? works(() -> registry.update(project.id(), one -> one.withSession(Optional.of(name))))
                                : works(() -> registry.remove(extra.id())));
                        assertEquals(
                                done ? name : before,
                                Stores.server().sql("SELECT coalesce(name, '') FROM " + schema + ".projects"));
                        assertEquals(
                                registry.list().get(0).attributes().size() + "",
                                Stores.server().sql("SELECT count(*) FROM " + schema + ".project_attributes"));
                    }
                }
                assertTrue(refused >= 4, refused + " refused");
            }
        }
    }

    private static String name(ProjectRegistry registry, Project project) {
        return registry.find(project.id()).orElseThrow().name().orElse("");
    }

    private static boolean works(Runnable call) {
        try {
            call.run();
            return true;
        } catch (SwitchboardException e) {
            return false;
        }
    }
}
