package dev.switchboard.executor.claude.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a process is launched with and keeps for its whole life. Turns with equal profiles can follow one another in one
 * process; conversation, model and permission mode are not part of it, because they are compared, or changed, in between.
 *
 * @param words the command line without those
 * @param files what the files that it names hold
 * @param variables the environment
 */
record LaunchProfile(List<String> words, Map<String, String> files, Map<String, String> variables) {
    LaunchProfile {
        words = List.copyOf(words);
        files = Map.copyOf(files);
        variables = Map.copyOf(variables);
    }

    static LaunchProfile of(ClaudeCommandLine line, Map<String, String> variables) {
        Map<String, String> texts = line.files().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, file -> file.getValue().toText()));
        return new LaunchProfile(line.lasting(), texts, variables);
    }

    /**
     * Equal for equal profiles, and nothing can be learnt from it.
     *
     * @return a SHA-256 in hexadecimal digits
     */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, words);
            add(digest, new TreeMap<>(files));
            add(digest, new TreeMap<>(variables));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, SortedMap<String, String> map) {
        add(digest, List.copyOf(map.keySet()));
        add(digest, List.copyOf(map.values()));
    }

    /** With the lengths, so that what is cut in other places is something else. */
    private static void add(MessageDigest digest, List<String> texts) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(texts.size()).flip());
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
    }

    /** Without contents, which may hold secrets. */
    @Override
    public String toString() {
        return "LaunchProfile[" + words.size() + " words, " + files.keySet() + "]";
    }
}
