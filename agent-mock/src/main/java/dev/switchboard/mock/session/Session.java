package dev.switchboard.mock.session;

import dev.switchboard.mock.json.JsonObject;
import dev.switchboard.mock.json.JsonReader;
import dev.switchboard.mock.json.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** One conversation: what was said, kept on disk so that a later process can go on with it. Used by the turn thread only. */
public final class Session {

    /** Longer texts are cut in the file: it is for remembering, not for replaying. */
    private static final int KEPT_CHARS = 2_000;

    private final String id;
    private final Path file;
    private final Ids ids;
    private int prompts;
    private String lastPrompt;
    private long modelCalls;

    private Session(String id, Path file, History history) {
        this.id = id;
        this.file = file;
        this.prompts = history.prompts;
        this.lastPrompt = history.lastPrompt;
        this.modelCalls = history.modelCalls;
        this.ids = new Ids(id + ":" + prompts);
    }

    /** @param file where turns are written, or null to keep them in memory */
    static Session fresh(String id, Path file) {
        return new Session(id, file, new History());
    }

    /** The session in {@code file}, or null if the file holds none: empty or garbage. */
    static Session stored(String id, Path file) {
        History history = History.read(file);
        return history.lines == 0 ? null : new Session(id, file, history);
    }

    /** The same history under a new id; this one stays as it is. */
    Session fork(String newId, Path newFile) {
        if (newFile != null && file != null) {
            try {
                Files.createDirectories(newFile.getParent());
                Files.copy(file, newFile);
            } catch (IOException e) {
                return new Session(newId, null, history());
            }
        }
        return new Session(newId, newFile, history());
    }

    private History history() {
        History history = new History();
        history.prompts = prompts;
        history.lastPrompt = lastPrompt;
        history.modelCalls = modelCalls;
        return history;
    }

    public String id() {
        return id;
    }

    public Ids ids() {
        return ids;
    }

    /** How many prompts this conversation has had, over all its processes. */
    public int prompts() {
        return prompts;
    }

    /** The beginning of the prompt before the current one, or null. */
    public String lastPrompt() {
        return lastPrompt;
    }

    /** Model calls over all processes of the conversation: what the cumulative cost is counted by. */
    public long modelCalls() {
        return modelCalls;
    }

    public void countModelCall() {
        modelCalls++;
    }

    /** Writes the prompt down before anything is answered, so that the conversation outlives a crash in this turn. */
    public void recordPrompt(String text) {
        prompts++;
        append(JsonObject.of("type", "user").put("text", cut(text)).put("chars", text.length()));
    }

    /** Writes the answer down and makes {@code prompt} the one that is remembered, unless it is null: nobody asked then. */
    public void recordAnswer(String prompt, String answer) {
        lastPrompt = prompt == null ? lastPrompt : cut(prompt);
        append(JsonObject.of("type", "assistant").put("text", cut(answer)).put("modelCalls", modelCalls));
    }

    private static String cut(String text) {
        return text.length() <= KEPT_CHARS ? text : text.substring(0, KEPT_CHARS);
    }

    private void append(JsonObject line) {
        if (file == null) {
            return;
        }
        line.put("sessionId", id).put("timestamp", Timestamps.now());
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(file, (line + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        } catch (IOException e) {
            // Like the real program with a read-only home: the conversation goes on, it just cannot be resumed.
            return;
        }
    }

    /** What a session file says, read line by line; a torn last line is passed over. */
    private static final class History {
        private int lines;
        private int prompts;
        private String lastPrompt;
        private long modelCalls;

        static History read(Path file) {
            History history = new History();
            try {
                for (String line : Files.readAllLines(file)) {
                    history.add(line);
                }
            } catch (IOException e) {
                history.lines = 0;
            }
            return history;
        }

        private void add(String line) {
            try {
                if (!(JsonReader.read(line) instanceof JsonObject entry)) {
                    return;
                }
                lines++;
                if ("user".equals(entry.string("type"))) {
                    prompts++;
                    lastPrompt = entry.string("text");
                } else if (entry.has("modelCalls")) {
                    modelCalls = Long.parseLong(String.valueOf(entry.get("modelCalls")));
                }
            } catch (JsonSyntaxException | NumberFormatException e) {
                // A torn or foreign line: not part of the history.
                return;
            }
        }
    }
}
