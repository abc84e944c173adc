import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes the comments out of a file of properties that Karaf's plugin has changed: one is the time of the build, and the same sources
 * have to give the same archives. Run by the build once the distribution is assembled: {@code java WithoutDate.java <file>}.
 */
class WithoutDate {
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.stream().filter(line -> !line.startsWith("#")).toList());
    }
}
