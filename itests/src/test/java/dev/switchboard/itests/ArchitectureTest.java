package dev.switchboard.itests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The floors of the house, as docs/architecture.md draws them: imports point down only, and rooms on one floor do not meet. */
class ArchitectureTest {
    private static final Path BUNDLES = Path.of("..", "bundles");

    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("api", 0),
            Map.entry("protocol", 1),
            Map.entry("config", 2),
            Map.entry("project-file", 2),
            Map.entry("messagelog-file", 2),
            Map.entry("store-postgresql", 2),
            Map.entry("broadcast", 2),
            Map.entry("process", 2),
            Map.entry("executor-claude", 2),
            Map.entry("auth-token", 2),
            Map.entry("health", 2),
            Map.entry("metrics", 2),
            Map.entry("cleanup", 2),
            Map.entry("subject", 2),
            Map.entry("logging", 2),
            Map.entry("audit", 2),
            Map.entry("execution", 3),
            Map.entry("gateway", 4),
            Map.entry("websocket", 5),
            Map.entry("shell", 5),
            Map.entry("console", 5));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(
                    FLOORS.keySet().stream().map(ArchitectureTest::classesOf).toList());

    private static Path classesOf(String bundle) {
        return BUNDLES.resolve(bundle).resolve("target/classes");
    }

    private static String bundleOf(JavaClass type) {
        String source = type.getSource().map(from -> from.getUri().toString()).orElse("");
        return FLOORS.keySet().stream()
                .filter(bundle -> source.contains("/bundles/" + bundle + "/target/classes/"))
                .findFirst()
                .orElse("");
    }

    @Test
    @DisplayName("S4 every bundle is on a floor, and has classes")
    void knowsEveryBundle() throws IOException {
        try (Stream<Path> bundles = Files.list(BUNDLES)) {
            Set<String> found = new TreeSet<>(bundles.filter(bundle -> Files.exists(bundle.resolve("pom.xml")))
                    .map(bundle -> bundle.getFileName().toString())
                    .toList());
            assertEquals(found, new TreeSet<>(FLOORS.keySet()));
        }
        Set<String> withClasses = new TreeSet<>();
        CLASSES.forEach(type -> withClasses.add(bundleOf(type)));
        assertTrue(withClasses.containsAll(FLOORS.keySet()), withClasses.toString());
    }

    @Test
    @DisplayName("S4 imports point down only")
    void pointsDown() {
        List<String> wrong = CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(ArchitectureTest::isWrong)
                .map(dependency -> bundleOf(dependency.getOriginClass()) + " -> "
                        + bundleOf(dependency.getTargetClass()) + ": " + dependency.getDescription())
                .distinct()
                .toList();
        assertEquals(List.of(), wrong);
    }

    private static boolean isWrong(Dependency dependency) {
        String from = bundleOf(dependency.getOriginClass());
        String to = bundleOf(dependency.getTargetClass().getBaseComponentType());
        return !to.isEmpty() && !to.equals(from) && FLOORS.get(to) >= FLOORS.get(from);
    }

    @Test
    @DisplayName("S4 no package of one bundle needs another that needs it")
    void hasNoCycles() {
        slices().matching("dev.switchboard.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    @DisplayName("S4 each library is known in one room only")
    void keepsLibrariesInTheirRooms() {
        only("dev.switchboard.websocket..", "org.eclipse.jetty..");
        only("dev.switchboard.shell..", "org.apache.karaf..");
        only("dev.switchboard.shell..", "org.jline..");
        only("dev.switchboard.protocol..", "com.networknt..");
        only("dev.switchboard.metrics.internal..", "io.micrometer..");
        only("dev.switchboard.metrics.internal..", "io.prometheus..");
        only("dev.switchboard.store.postgresql..", "java.sql..");
        only("dev.switchboard.store.postgresql..", "javax.sql..");
        only("dev.switchboard.store.postgresql..", "org.postgresql..");
        only("dev.switchboard.store.postgresql..", "com.zaxxer..");
    }

    private static void only(String room, String library) {
        noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }

    @Test
    @DisplayName("S4 the API knows nothing but Java and OSGi's annotations; broadcaster and edge know no JSON library")
    void keepsTheApiPure() {
        for (JavaClass type : CLASSES) {
            if (bundleOf(type).equals("api")) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String target =
                            dependency.getTargetClass().getBaseComponentType().getName();
                    assertTrue(
                            target.startsWith("java.")
                                    || target.startsWith("dev.switchboard.")
                                    || target.startsWith("org.osgi.annotation.")
                                    || !target.contains("."),
                            dependency.getDescription());
                }
            }
        }
        noClasses()
                .that()
                .resideInAnyPackage("dev.switchboard.broadcast..", "dev.switchboard.websocket..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson..")
                .check(CLASSES);
    }
}
