package dev.switchboard.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directory trees, and trees of processes. */
final class Trees {
    private Trees() {}

    /** Makes a temporary directory that is there until the tests are over. */
    static Path temporary(String prefix) throws IOException {
        Path directory = Files.createTempDirectory(prefix).toRealPath();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), prefix + "-remover"));
        return directory;
    }

    /** Deletes a directory with all that is in it. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // gone already
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that is in a directory where a server is at work, without what goes while it is looked at; links are not followed. */
    static List<Path> files(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                files.add(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                files.add(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return files;
    }

    /** The files in a directory where a server is at work that a text is in. */
    static List<Path> filesNaming(Path directory, String text) throws IOException {
        return files(directory).stream()
                .filter(Files::isRegularFile)
                .filter(file -> names(file, text))
                .toList();
    }

    /** The processes whose environment names a directory: what a server with that data directory started, however far it got. */
    static List<Long> processesNaming(String text) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process ->
                            names(process.resolve("environ"), text) || names(process.resolve("cmdline"), text))
                    .map(process -> Long.parseLong(process.getFileName().toString()))
                    .filter(pid -> pid != ProcessHandle.current().pid())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process's parent, command and the agent that it belongs to. */
    static String describe(long pid) {
        Path process = Path.of("/proc/" + pid);
        try {
            String cookie = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1)
                    .replaceAll("(?s).*(SWITCHBOARD_RUN=[^\0]*).*", "$1");
            String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            return Files.readString(process.resolve("stat")) + cookie + " " + command.replace('\0', ' ');
        } catch (IOException e) {
            return pid + ": " + e;
        }
    }

    /** The processes that work in a directory or below it. */
    static List<Long> processesIn(Path directory) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> worksIn(process, directory))
                    .map(process -> Long.parseLong(process.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean worksIn(Path process, Path directory) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory);
        } catch (IOException e) {
            return false; // ended meanwhile, or somebody else's
        }
    }

    private static boolean names(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            return false; // ended or gone meanwhile, or somebody else's
        }
    }
}
