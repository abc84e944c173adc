package dev.switchboard.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** What Karaf reads of the commands' classes, which no call in a test would miss. */
class DeclarationsTest {
    private static final Path CLASSES = Path.of("target/classes/dev/switchboard/shell/internal/command");
    private static final Path ACL =
            Path.of("../../karaf-distribution/src/main/resources/etc/org.apache.karaf.command.acl.switchboard.cfg");
    /** What Karaf has for every call, whatever services there are. */
    private static final Set<Class<?>> GIVEN = Set.of(BundleContext.class, Session.class);

    private static final Set<String> LOOKING = Set.of(
            "project-list",
            "project-info",
            "queue-list",
            "session-list",
            "execution-list",
            "permission-list",
            "executor-list",
            "executor-info",
            "store-list",
            "stats",
            "info",
            "health",
            "log",
            "log-query",
            "log-export");
    private static final Set<String> DRIVING = Set.of(
            "project-create",
            "project-configure",
            "executor-use",
            "execute",
            "chat",
            "permission-answer",
            "kill",
            "interrupt",
            "queue-cancel",
            "log-verify",
            "custody",
            "config");

    private static List<Class<?>> concrete() throws IOException, ClassNotFoundException {
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.list(CLASSES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName(DeclarationsTest.class.getPackageName() + "." + name);
                if (!Modifier.isAbstract(type.getModifiers()) && type.isAnnotationPresent(Service.class)) {
                    classes.add(type);
                }
            }
        }
        return classes;
    }

    private static Set<String> commands() throws IOException, ClassNotFoundException {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : concrete()) {
            if (Action.class.isAssignableFrom(type)) {
                Command command = type.getAnnotation(Command.class);
                assertEquals("switchboard", command.scope());
                assertTrue(names.add(command.name()), command.name() + " is there twice");
            }
        }
        return names;
    }

    @Test
    @DisplayName("H6 Karaf can make every command and completer, and none goes away with a service")
    void canBeMade() throws ReflectiveOperationException, IOException {
        List<Class<?>> classes = concrete();
        assertEquals(47, classes.size(), "39 commands, 8 completers: " + classes);
        for (Class<?> type : classes) {
            assertTrue(Modifier.isPublic(type.getModifiers()), type + " is not public");
            type.getConstructor().newInstance();
            for (Class<?> part = type; part != Object.class; part = part.getSuperclass()) {
                for (Field field : part.getDeclaredFields()) {
                    assertTrue(
                            !field.isAnnotationPresent(Reference.class) || GIVEN.contains(field.getType()),
                            field + " would take all commands away while that service is missing");
                }
            }
        }
    }

    @Test
    @DisplayName("H6 C5 every command has its roles in the shell's access list, and nothing else has")
    void haveRoles() throws IOException, ClassNotFoundException {
        Properties acl = new Properties();
        try (Reader reader = Files.newBufferedReader(ACL)) {
            acl.load(reader);
        }
        Map<String, String> expected = new TreeMap<>();
        for (String command : commands()) {
            expected.put(
                    command,
                    LOOKING.contains(command)
                            ? "viewer, operator, admin"
                            : DRIVING.contains(command) ? "operator, admin" : "admin");
        }
        expected.put("*", "admin");
        Map<String, String> actual = new TreeMap<>();
        acl.forEach((command, roles) -> actual.put(command.toString(), roles.toString()));
        assertEquals(expected, actual);
    }
}
