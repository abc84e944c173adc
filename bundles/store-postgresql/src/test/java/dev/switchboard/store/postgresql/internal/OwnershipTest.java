package dev.switchboard.store.postgresql.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.switchboard.error.SwitchboardException;
import dev.switchboard.message.MessageLog;
import dev.switchboard.message.MessageQuery;
import dev.switchboard.project.Project;
import dev.switchboard.project.ProjectId;
import dev.switchboard.project.ProjectRegistry;
import dev.switchboard.store.testkit.Projects;
import dev.switchboard.store.testkit.Records;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One server has the store, whatever becomes of its connection. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OwnershipTest {
    private final String schema = Stores.newSchema();
    private final ProjectId project = ProjectId.random();

    private String holder(String kind) {
        return Stores.server()
                .sql("SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
                        + " AND (l.classid::bigint << 32) + l.objid::bigint = ('" + schema
                        + ".owners'::regclass::oid::bigint << 8) + " + kind);
    }

    private static boolean works(Runnable call) {
        try {
            call.run();
            return true;
        } catch (SwitchboardException e) {
            return false;
        }
    }

    @Test
    @DisplayName("S3 a connection that ends is noticed without anybody calling, and made again")
    void noticed() {
        try (MessageLog log = Stores.messages(Stores.settings(schema)).open();
                ProjectRegistry registry =
                        Stores.projects(Stores.settings(schema)).open()) {
            log.append(project, Records.lines(1, 2));
            for (String kind : List.of("1", "2")) {
                String before = holder(kind);
                Stores.server().sql("SELECT pg_terminate_backend(" + before + ")");
                Waiting.until(() -> !holder(kind).isEmpty() && !holder(kind).equals(before));
                assertNotEquals("", holder(kind));
            }
            Retrying.appendTo(log, project, 4, 2);
            Retrying.assertNumbered(log, project, 4);
            registry.create(Projects.plain(1));
        }
        assertEquals("", holder("1"));
        assertEquals("", holder("2"));
    }

    @Test
    @DisplayName(
            "S3 S1 who loses the store to another server writes nothing more, and goes on behind it when it has it back")
    void fenced() {
        Project mine = Projects.plain(1);
        Project theirs = Projects.plain(2);
        try (MessageLog first = Stores.messages(Stores.settings(schema)).open();
                ProjectRegistry registry =
                        Stores.projects(Stores.settings(schema)).open()) {
            first.append(project, Records.lines(1, 3));
            registry.create(mine);
            try (Taken taken = new Taken(schema)) {
                taken.log.append(project, Records.lines(4, 6));
                taken.registry.create(theirs);
                Waiting.until(() -> !works(() -> first.head(project)));
                assertThrows(SwitchboardException.class, () -> first.append(project, Records.lines(4, 4)));
                assertThrows(SwitchboardException.class, () -> first.read(project, MessageQuery.all()));
                assertThrows(
                        SwitchboardException.class,
                        () -> registry.update(mine.id(), before -> before.withName(Optional.of("x"))));
                assertEquals(6, taken.log.head(project).lastSeq());
            }
            Waiting.until(() -> works(() -> first.head(project)));
            assertEquals(6, first.head(project).lastSeq());
            first.append(project, Records.lines(7, 7));
            Retrying.assertNumbered(first, project, 7);
            Waiting.until(() -> works(() -> registry.update(mine.id(), before -> before.withName(Optional.of("y")))));
            assertEquals(
                    List.of("y", ""),
                    registry.list().stream().map(one -> one.name().orElse("")).toList());
        }
    }

    /** Another server, which is faster than the one whose connection has just ended. */
    private final class Taken implements AutoCloseable {
        private final MessageLog log;
        private final ProjectRegistry registry;

        Taken(String schema) {
            MessageLog[] opened = new MessageLog[1];
            ProjectRegistry[] projects = new ProjectRegistry[1];
            Waiting.until(() -> {
                if (opened[0] == null) {
                    Stores.server().sql("SELECT pg_terminate_backend(" + holder("2") + ")");
                    works(() ->
                            opened[0] = Stores.messages(Stores.settings(schema)).open());
                }
                if (projects[0] == null) {
                    Stores.server().sql("SELECT pg_terminate_backend(" + holder("1") + ")");
                    works(() -> projects[0] =
                            Stores.projects(Stores.settings(schema)).open());
                }
                return opened[0] != null && projects[0] != null;
            });
            log = opened[0];
            registry = projects[0];
        }

        @Override
        public void close() {
            log.close();
            registry.close();
        }
    }
}
