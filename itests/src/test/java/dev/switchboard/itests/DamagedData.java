package dev.switchboard.itests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** The files of one project in a server's data directory, and ways to damage them. */
record DamagedData(Path dataDir, String project) {
    private static final String CRC_FIELD = ",\n  \"crc\" : \"";

    Path directory() {
        return dataDir.resolve("projects").resolve(project);
    }

    Path metadata() {
        return directory().resolve("metadata.json");
    }

    Path copy() {
        return directory().resolve("metadata.json.bak");
    }

    Path log() {
        return directory().resolve("log");
    }

    Path identity() {
        return log().resolve("log.json");
    }

    /** The only segment. */
    Path segment() throws IOException {
        return only(".jsonl");
    }

    Path index() throws IOException {
        return only(".idx");
    }

    private Path only(String end) throws IOException {
        try (Stream<Path> files = Files.list(log())) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(end)).toList();
            if (found.size() != 1) {
                throw new IllegalStateException("there are " + found);
            }
            return found.get(0);
        }
    }

    /** Flips a bit in the middle of a file. */
    static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    /** Takes bytes away from the end of a file. */
    static void cut(Path file, int bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(open.length() - bytes);
        }
    }

    static void replaceByFile(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.writeString(directory, "a file");
    }

    /** Rewrites the metadata, with the checksum that it then must have. */
    void rewriteMetadata(String from, String to) throws IOException {
        String text = Files.readString(metadata());
        String body = text.substring(0, text.lastIndexOf(CRC_FIELD));
        String changed = body.replace(from, to);
        if (changed.equals(body)) {
            throw new IllegalStateException("there is no " + from + " in " + body);
        }
        CRC32C crc = new CRC32C();
        byte[] bytes = changed.getBytes(StandardCharsets.UTF_8);
        crc.update(bytes, 0, bytes.length);
        Files.writeString(metadata(), changed + CRC_FIELD + String.format("%08x", crc.getValue()) + "\"\n}\n");
    }
}
