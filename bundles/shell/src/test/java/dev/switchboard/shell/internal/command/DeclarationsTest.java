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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
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

    private static final Set<String> WITHOUT_JSON = Set.of("chat", "log-export", "url");
    /** What completes an argument or the value of an option, by the name of its field. */
    private static final Map<String, Class<?>> COMPLETERS = Map.of(
            "project", ProjectCompleter.class,
            "projects", ProjectCompleter.class,
            "run", QueuedRunCompleter.class,
            "request", PermissionCompleter.class,
            "connection", ConnectionCompleter.class,
            "executor", ExecutorCompleter.class,
            "store", StoreCompleter.class,
            "key", SettingCompleter.class,
            "token", TokenCompleter.class);

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

    /** What Karaf sets in a command, its superclasses' among it. */
    private static List<Field> fields(Class<?> command) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> part = command; part != Object.class; part = part.getSuperclass()) {
            fields.addAll(List.of(part.getDeclaredFields()));
        }
        return fields;
    }

    private static boolean hasJson(Class<?> command) {
        return fields(command).stream()
                .map(field -> field.getAnnotation(Option.class))
                .anyMatch(option -> option != null && option.name().equals("--json"));
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
            for (Field field : fields(type)) {
                assertTrue(
                        !field.isAnnotationPresent(Reference.class) || GIVEN.contains(field.getType()),
                        field + " would take all commands away while that service is missing");
            }
        }
    }

    @Test
    @DisplayName("H6 every command has --json that has something to say, and the README says so")
    void haveJson() throws IOException, ClassNotFoundException {
        String readme = Files.readString(Path.of("README.md"));
        for (Class<?> type : concrete()) {
            if (!Action.class.isAssignableFrom(type)) {
                continue;
            }
            String name = type.getAnnotation(Command.class).name();
            assertEquals(!WITHOUT_JSON.contains(name), hasJson(type), name);
            // In the first cell: others refer to commands too.
            Matcher usage = Pattern.compile("(?m)^\\|(?:[^|\\\\]|\\\\.)*?`(" + name + "(?: [^`]*)?)`")
                    .matcher(readme);
            assertTrue(usage.find(), name + " is not in the README");
            assertEquals(hasJson(type), usage.group(1).contains("[--json]"), usage.group(1));
        }
    }

    @Test
    @DisplayName("H6 what names something that the server knows is completed with it")
    void complete() throws IOException, ClassNotFoundException {
        Set<String> seen = new TreeSet<>();
        for (Class<?> type : concrete()) {
            for (Field field : fields(type)) {
                Class<?> completer = COMPLETERS.get(field.getName());
                if (completer != null
                        && (field.isAnnotationPresent(Argument.class) || field.isAnnotationPresent(Option.class))) {
                    Completion completion = field.getAnnotation(Completion.class);
                    assertTrue(completion != null && completion.value() == completer, field + " of " + type);
                    seen.add(field.getName());
                }
            }
        }
        assertEquals(new TreeSet<>(COMPLETERS.keySet()), seen);
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
