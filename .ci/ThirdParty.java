import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * What of a distribution others made: run from its source by {@code .ci/artifacts}, on an unpacked archive.
 *
 * <ul>
 *   <li>{@code pom <distribution> <version> <time>} prints a Maven project whose dependencies are exactly the jars of
 *       others, as the files that they are, for a plugin that makes a bill of materials of a project. The projects that
 *       the distribution is built of will not do: they have more (for tests, for benchmarks), and less (Karaf's jars).
 *   <li>{@code licences <distribution> <bill>} prints the licence of each. It fails if a jar is not in the bill
 *       (CycloneDX, in {@code <bill>.xml} and {@code <bill>.json}) byte by byte, if something else is, or if a licence is
 *       unknown. Where the bill has none because Maven did not find what a project inherits it from, it gets the one of
 *       the jar's manifest.
 * </ul>
 */
final class ThirdParty {
    private static final String OURS = "dev.switchboard";

    private ThirdParty() {}

    public static void main(String[] args) throws Exception {
        Map<String, Jar> jars = jars(Path.of(args[1]).toAbsolutePath());
        if (args[0].equals("pom")) {
            System.out.print(pom(jars.values(), args[2], args[3]));
            return;
        }
        Path xml = Path.of(args[2] + ".xml");
        List<Component> components = components(xml);
        fill(xml, components, jars, "<licenses><license><name>%s</name></license></licenses>", "<purl>%s</purl>");
        fill(
                Path.of(args[2] + ".json"),
                components,
                jars,
                "\"licenses\" : [ { \"license\" : { \"name\" : \"%s\" } } ],",
                "\"purl\" : \"%s\"");
        components = components(xml);
        List<String> wrong = compare(jars, components);
        if (!wrong.isEmpty()) {
            System.err.println(xml + " is not the bill of " + args[1] + ":");
            wrong.forEach(System.err::println);
            System.exit(1);
        }
        for (Component component : components) {
            String manifest = jars.get(component.sha256()).licence();
            System.out.printf(
                    "%s: %s%s%n",
                    component.name(),
                    String.join(", ", component.licences()),
                    manifest.isEmpty() ? "" : " (its manifest: " + manifest + ")");
        }
        System.err.println(components.size() + " components of others, all that there are, each with a licence");
    }

    /**
     * A jar of others.
     *
     * @param licence as its manifest has it, or empty
     */
    private record Jar(Path file, String group, String artifact, String version, String licence) {}

    /** An entry of the bill. */
    private record Component(String name, String purl, String sha256, List<String> licences) {}

    /** By SHA-256: some are there twice. */
    private static Map<String, Jar> jars(Path distribution) throws Exception {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(distribution)) {
            files = walk.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        Map<String, Jar> jars = new TreeMap<>();
        for (Path file : files) {
            Jar jar = jar(file, distribution.relativize(file));
            if (!jar.group().equals(OURS)) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                jars.put(HexFormat.of().formatHex(hash), jar);
            }
        }
        if (jars.isEmpty()) {
            throw new IOException("there is no jar in " + distribution);
        }
        return jars;
    }

    /** {@code system/} is a Maven repository, where the path tells; elsewhere, what Maven leaves in a jar does. */
    private static Jar jar(Path file, Path path) throws IOException {
        try (JarFile content = new JarFile(file.toFile())) {
            String header = content.getManifest().getMainAttributes().getValue("Bundle-License");
            String licence = header == null ? "" : header.replace("\"", "").strip();
            if (path.startsWith("system")) {
                Path version = path.getParent();
                Path artifact = version.getParent();
                String group = path.subpath(1, artifact.getNameCount() - 1).toString().replace('/', '.');
                return new Jar(file, group, name(artifact), name(version), licence);
            }
            List<Jar> inside = new ArrayList<>();
            for (var entry : content.stream().filter(entry -> entry.getName().endsWith("/pom.properties")).toList()) {
                Properties maven = new Properties();
                maven.load(content.getInputStream(entry));
                inside.add(new Jar(
                        file,
                        maven.getProperty("groupId"),
                        maven.getProperty("artifactId"),
                        maven.getProperty("version"),
                        licence));
            }
            // Some have swallowed others, with all that Maven left in those.
            return inside.stream()
                    .filter(jar -> inside.size() == 1 || name(path).equals(jar.artifact() + "-" + jar.version() + ".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("cannot tell which artifact of Maven's " + path + " is"));
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /** With a path of its own no dependency is resolved, nor are its parents, which are not all there on Central. */
    private static String pom(Collection<Jar> jars, String version, String time) {
        TreeSet<String> dependencies = new TreeSet<>();
        for (Jar jar : jars) {
            dependencies.add("""
                    <dependency>
                      <groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>
                      <scope>system</scope><systemPath>%s</systemPath>
                    </dependency>
                """.formatted(jar.group(), jar.artifact(), jar.version(), jar.file()));
        }
        return """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>%s</groupId><artifactId>switchboard</artifactId><version>%s</version>
              <packaging>pom</packaging>
              <name>Switchboard</name>
              <licenses>
                <license><name>Apache-2.0</name><url>https://www.apache.org/licenses/LICENSE-2.0</url></license>
              </licenses>
              <properties>
                <project.build.outputTimestamp>%s</project.build.outputTimestamp>
              </properties>
              <dependencies>
            %s  </dependencies>
            </project>
            """.formatted(OURS, version, time, String.join("", dependencies));
    }

    private static List<Component> components(Path xml) throws Exception {
        Element bom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(xml.toFile())
                .getDocumentElement();
        List<Component> components = new ArrayList<>();
        for (Element component : elements(bom, "component")) {
            Node parent = component.getParentNode();
            if (!parent.getNodeName().equals("components") || parent.getParentNode() != bom) {
                continue; // the distribution itself, or the plugin that made the bill
            }
            List<String> licences = new ArrayList<>();
            elements(component, "expression").forEach(expression -> licences.add(expression.getTextContent()));
            for (Element licence : elements(component, "license")) {
                licences.add(text(licence, "id") + text(licence, "name"));
            }
            String sha256 = elements(component, "hash").stream()
                    .filter(hash -> hash.getAttribute("alg").equals("SHA-256"))
                    .map(Element::getTextContent)
                    .findFirst()
                    .orElse("");
            components.add(new Component(
                    text(component, "group") + ":" + text(component, "name") + ":" + text(component, "version"),
                    text(component, "purl"),
                    sha256,
                    licences));
        }
        return components;
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return Stream.iterate(0, i -> i < found.getLength(), i -> i + 1)
                .map(i -> (Element) found.item(i))
                .toList();
    }

    private static String text(Element parent, String name) {
        return elements(parent, name).stream().findFirst().map(Element::getTextContent).orElse("");
    }

    /** Before the address of each component that has no licence. */
    private static void fill(Path bill, List<Component> components, Map<String, Jar> jars, String licence, String purl)
            throws IOException {
        String text = Files.readString(bill);
        for (Component component : components) {
            Jar jar = jars.get(component.sha256());
            if (component.licences().isEmpty() && jar != null && !jar.licence().isEmpty()) {
                String place = purl.formatted(component.purl());
                text = text.replace(place, licence.formatted(jar.licence()) + " " + place);
            }
        }
        Files.writeString(bill, text);
    }

    private static List<String> compare(Map<String, Jar> jars, List<Component> components) {
        List<String> wrong = new ArrayList<>();
        List<String> hashes = components.stream().map(Component::sha256).toList();
        jars.forEach((hash, jar) -> {
            if (!hashes.contains(hash)) {
                wrong.add("not in the bill: " + jar.file());
            }
        });
        for (Component component : components) {
            if (!jars.containsKey(component.sha256())) {
                wrong.add("not in the distribution: " + component.name());
            }
            if (component.licences().isEmpty()) {
                wrong.add("without a licence: " + component.name());
            }
        }
        return wrong;
    }
}
