package dev.switchboard.executor.claude.internal;

import java.util.List;
import java.util.Map;
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

    /** Without contents, which may hold secrets. */
    @Override
    public String toString() {
        return "LaunchProfile[" + words.size() + " words, " + files.keySet() + "]";
    }
}
