package dev.switchboard.itests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One row of the table of scenarios: a prompt, what is done while it runs, and everything that its requester is shown, in
 * {@linkplain #word words}. Each stands for a run in a conversation that has had a turn, unless it is its first.
 */
final class Scenario {
    /** Done when something is shown, or before or after it all. */
    interface Step {
        /** @param frame what was shown; missing if it is not about that */
        void take(ScenarioPlay play, JsonNode frame) throws Exception;
    }

    private static final String BEGIN = "EXECUTING prompt (execute) ";

    private final int number;
    private final String what;
    private final String prompt;
    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final Map<MockRelease, String> shown = new EnumMap<>(MockRelease.class);
    private String options = "{}";
    private String inOneTurn;
    private Step before = (play, frame) -> {};
    private Step after = (play, frame) -> {};
    private boolean first;
    private boolean limited;

    private Scenario(int number, String what, String prompt) {
        this.number = number;
        this.what = what;
        this.prompt = prompt;
    }

    /** @param number of the scenario in the mock's README */
    static Scenario row(int number, String what, String prompt) {
        return new Scenario(number, what, prompt);
    }

    /** Options of {@code execute}; apostrophes stand for quotation marks. */
    Scenario options(String json) {
        options = json.replace('\'', '"');
        return this;
    }

    /** Something is done before the prompt is sent. */
    Scenario before(Step step) {
        before = step;
        return this;
    }

    /** It is the conversation's first run. */
    Scenario first() {
        first = true;
        return this;
    }

    /** Something is done when a word is shown for the first time. */
    Scenario when(String word, Step step) {
        steps.put(word, step);
        return this;
    }

    /**
     * Everything that is shown behind the beginning, which is always the same. A word that ends in {@code +}, {@code *} or
     * {@code ?} comes so often; a bar separates alternatives.
     */
    Scenario shows(String words) {
        shown.put(MockRelease.CURRENT, BEGIN + words);
        return this;
    }

    /** What the older release shows, if it shows something else. */
    Scenario older(String words) {
        shown.put(MockRelease.OLDER, BEGIN + words);
        return this;
    }

    /** What is shown if the process ends with its turn, if that differs. */
    Scenario inOneTurn(String words) {
        inOneTurn = BEGIN + words;
        return this;
    }

    /** The project knows afterwards until when there are no answers. */
    Scenario limited() {
        limited = true;
        return this;
    }

    /** What else holds at the end. */
    Scenario then(Step step) {
        after = step;
        return this;
    }

    String prompt() {
        return prompt;
    }

    JsonNode options() throws Exception {
        return Client.JSON.readTree(options);
    }

    boolean isFirst() {
        return first;
    }

    boolean isLimited() {
        return limited;
    }

    Step before() {
        return before;
    }

    /** What is done when a word is shown for the first time. */
    Optional<Step> step(String word) {
        return Optional.ofNullable(steps.get(word));
    }

    Step after() {
        return after;
    }

    /** What is to be shown. */
    String expected(MockRelease release, boolean warm) {
        String current = shown.get(MockRelease.CURRENT);
        return !warm && inOneTurn != null ? inOneTurn : shown.getOrDefault(release, current);
    }

    /** How many runs end in what is to be shown. */
    static int ends(String expected) {
        return (int) List.of(expected.split(" ")).stream()
                .filter(word -> word.equals("IDLE") || word.equals("ERROR"))
                .count();
    }

    /** Whether what was shown is what was to be shown. */
    static boolean matches(String expected, List<String> words) {
        StringBuilder pattern = new StringBuilder();
        for (String word : expected.split(" ")) {
            char last = word.charAt(word.length() - 1);
            boolean often = "+*?".indexOf(last) >= 0;
            String[] choices = (often ? word.substring(0, word.length() - 1) : word).split("\\|");
            pattern.append("(?:");
            for (int i = 0; i < choices.length; i++) {
                pattern.append(i == 0 ? "" : "|").append(Pattern.quote(choices[i] + " "));
            }
            pattern.append(')').append(often ? last : "");
        }
        return (String.join(" ", words) + " ").matches(pattern.toString());
    }

    /** A frame in a word. What is in the log is so; what is in parentheses is shown, but in no log. */
    static String word(JsonNode frame) {
        JsonNode data = frame.get("data");
        String type = frame.get("type").asText();
        String word = switch (type) {
            case "project_state" -> data.get("state").asText();
            case "project_update" -> data.get("update_type").asText();
            case "error" -> data.get("code").asText();
            case "permission_request" -> "asks:" + data.get("tool_name").asText();
            case "permission_resolved" ->
                data.get("decision").asText() + ":" + data.get("by").asText();
            case "agent_message" -> agentWord(data);
            default -> type;
        };
        return frame.has("seq") ? word : "(" + word + ")";
    }

    private static String agentWord(JsonNode line) {
        String type = line.path("type").asText();
        JsonNode content = line.at("/message/content");
        String block = content.isArray() ? content.at("/0/type").asText() : "text";
        return switch (type) {
            case "system" -> line.get("subtype").asText();
            case "result" ->
                line.get("subtype").asText() + (line.get("is_error").asBoolean() ? "!" : "");
            case "assistant" -> block;
            case "user" -> block.equals("text") ? "user_text" : block;
            default -> type;
        };
    }

    @Override
    public String toString() {
        return number + " " + what;
    }
}
