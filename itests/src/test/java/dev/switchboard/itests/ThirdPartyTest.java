package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program of {@code .ci/artifacts} that compares a release with its bill of materials, on a small distribution. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ThirdPartyTest {
    private static final Path PROGRAM =
            Path.of("../.ci/ThirdParty.java").toAbsolutePath().normalize();
    private static final String APACHE = "https://www.apache.org/licenses/LICENSE-2.0.txt";

    @TempDir
    private Path directory;

    private Path distribution;
    private Path alpha;
    private Path beta;

    @BeforeEach
    void unpack() throws IOException {
        distribution = directory.resolve("distribution");
        alpha = jar("system/org/acme/tools/alpha/1.0/alpha-1.0.jar", APACHE);
        // It has swallowed another, of which Maven's file is still there.
        beta = jar("lib/beta-2.1.jar", null, "org.acme:gamma:3", "org.acme:beta:2.1");
        jar("agent-mock/lib/agent-mock.jar", null, "dev.switchboard:mock:1");
    }

    private Path jar(String path, String licence, String... artifacts) throws IOException {
        Path file = distribution.resolve(path);
        Files.createDirectories(file.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (licence != null) {
            manifest.getMainAttributes().putValue("Bundle-License", licence);
        }
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (String artifact : artifacts) {
                String[] parts = artifact.split(":");
                jar.putNextEntry(new ZipEntry("META-INF/maven/" + parts[0] + "/" + parts[1] + "/pom.properties"));
                jar.write("groupId=%s\nartifactId=%s\nversion=%s\n"
                        .formatted((Object[]) parts)
                        .getBytes());
            }
        }
        return file;
    }

    /** Writes both bills, with one component for each jar: in XML as the program reads it, in JSON as it amends it. */
    private void bill(String... components) throws IOException {
        Files.writeString(directory.resolve("bill.xml"), """
                <bom><metadata><tools><components><component><name>plugin</name></component></components></tools>
                <component><name>switchboard</name></component></metadata><components>%s</components></bom>
                """.formatted(String.join("", components)));
        Files.writeString(directory.resolve("bill.json"), "{\"purl\" : \"pkg:maven/alpha\"}");
    }

    private static String component(String name, Path jar, String licence) throws Exception {
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        return """
                <component><group>org.acme</group><name>%s</name><version>1</version>
                <hashes><hash alg="MD5">00</hash><hash alg="SHA-256">%s</hash></hashes>%s<purl>pkg:maven/%s</purl></component>
                """.formatted(
                        name,
                        hash,
                        licence.isEmpty() ? "" : "<licenses><license><id>" + licence + "</id></license></licenses>",
                        name);
    }

    private Shell.Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                PROGRAM.toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Shell.Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    @DisplayName("D4 the project of the bill names each jar that others made, wherever it lies, and nothing else")
    void pom() throws Exception {
        Shell.Outcome outcome = run("pom", distribution.toString(), "1.2.3", "2026-01-01T00:00:00Z");
        assertEquals(0, outcome.status(), outcome.err());
        String pom = outcome.out().replaceAll(">\\s+<", "><");
        for (String expected : List.of(
                "<groupId>org.acme.tools</groupId><artifactId>alpha</artifactId><version>1.0</version>",
                "<groupId>org.acme</groupId><artifactId>beta</artifactId><version>2.1</version>",
                "<systemPath>" + beta + "</systemPath>",
                "<artifactId>switchboard</artifactId><version>1.2.3</version>")) {
            assertTrue(pom.contains(expected), pom);
        }
        assertEquals(3, pom.split("<dependency>").length, pom);

        jar("lib/delta-1.jar", null);
        Shell.Outcome unknown = run("pom", distribution.toString(), "1.2.3", "2026-01-01T00:00:00Z");
        assertEquals(1, unknown.status());
        assertTrue(unknown.err().contains("cannot tell which artifact of Maven's lib/delta-1.jar is"), unknown.err());
    }

    @Test
    @DisplayName("D4 a licence that the bill lacks comes from the jar's manifest, into the list and both bills")
    void licences() throws Exception {
        bill(component("alpha", alpha, ""), component("beta", beta, "MIT"));
        Shell.Outcome outcome = run("licences", distribution.toString(), "bill");
        assertEquals(0, outcome.status(), outcome.err());
        assertEquals(
                List.of("org.acme:alpha:1: " + APACHE + " (its manifest: " + APACHE + ")", "org.acme:beta:1: MIT"),
                outcome.out().lines().toList());
        assertTrue(outcome.err().startsWith("2 components of others"), outcome.err());
        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("bill.json").toFile());
        assertEquals(APACHE, json.at("/licenses/0/license/name").asText());
        assertTrue(Files.readString(directory.resolve("bill.xml")).contains("<name>" + APACHE + "</name>"));
    }

    @Test
    @DisplayName("D4 a bill that lacks a jar, has another, or knows no licence is refused")
    void wrongBill() throws Exception {
        Path other = Files.writeString(directory.resolve("other.jar"), "other bytes");
        bill(component("alpha", other, "MIT"), component("beta", beta, ""));
        Shell.Outcome outcome = run("licences", distribution.toString(), "bill");
        assertEquals(1, outcome.status());
        assertEquals("", outcome.out());
        List<String> wrong = outcome.err().lines().skip(1).toList();
        assertEquals(
                List.of(
                        "not in the bill: " + alpha,
                        "not in the distribution: org.acme:alpha:1",
                        "without a licence: org.acme:beta:1"),
                wrong);
        assertFalse(Files.readString(directory.resolve("bill.json")).contains("licenses"));
    }
}
