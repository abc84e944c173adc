package dev.switchboard.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** An extension as its author would build it: a class compiled against the distribution, in a bundle. */
final class Extension {
    private Extension() {}

    /**
     * Builds a bundle.
     *
     * @param name of the bundle, and of its activator, a class without a package of its own's name
     * @param imports the packages that it uses
     * @param source of the activator, in package {@code extension}
     */
    static Path build(Path directory, String name, List<String> imports, String source) throws IOException {
        Path classes = Files.createDirectories(directory.resolve(name));
        Path file = Files.writeString(classes.resolve(name + ".java"), source);
        compile(classes, file);
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", "extension." + name);
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue("Bundle-Activator", "extension." + name);
        attributes.putValue("Import-Package", String.join(",", imports));
        Path jar = directory.resolve(name + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream bundle = new JarOutputStream(out, manifest);
                Stream<Path> made = Files.walk(classes)) {
            for (Path one : made.filter(path -> path.toString().endsWith(".class"))
                    .sorted(Comparator.naturalOrder())
                    .toList()) {
                bundle.putNextEntry(new ZipEntry(classes.relativize(one).toString()));
                Files.copy(one, bundle);
                bundle.closeEntry();
            }
        }
        return jar;
    }

    private static void compile(Path classes, Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertNotNull(compiler, "the tests need a JDK");
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-d", classes.toString(), "-proc:none", "-classpath", classpath());
            boolean done = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertEquals(true, done, messages.toString());
        }
    }

    /** Everything that the distribution has. */
    private static String classpath() throws IOException {
        Path home = Distribution.home();
        try (Stream<Path> system = Files.walk(home.resolve("system"));
                Stream<Path> boot = Files.walk(home.resolve("lib"))) {
            return Stream.concat(system, boot)
                    .filter(path -> path.toString().endsWith(".jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
