package dev.switchboard.mock.scenario;

import dev.switchboard.mock.json.JsonReader;
import dev.switchboard.mock.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the directives of a prompt. A pair of brackets whose first word is not a plain name is text, not a directive. */
final class DirectiveParser {

    private final String text;
    private int at;

    private DirectiveParser(String text) {
        this.text = text;
    }

    /** All directives, in order. */
    static List<Directive> parse(String prompt) {
        List<Directive> directives = new ArrayList<>();
        int open = prompt.indexOf("[[");
        while (open >= 0) {
            DirectiveParser parser = new DirectiveParser(prompt);
            parser.at = open + 2;
            String name = parser.name();
            if (!name.isEmpty()) {
                directives.add(parser.directive(name));
            }
            open = prompt.indexOf("[[", Math.max(parser.at, open + 2));
        }
        return directives;
    }

    /** A name: lower-case letters and dashes, followed by a blank, the closing brackets or nothing. Empty if there is none. */
    private String name() {
        int start = at;
        while (at < text.length() && (text.charAt(at) >= 'a' && text.charAt(at) <= 'z' || text.charAt(at) == '-')) {
            at++;
        }
        boolean ends = at == text.length() || text.charAt(at) == ' ' || text.startsWith("]]", at);
        return ends ? text.substring(start, at) : "";
    }

    private Directive directive(String name) {
        List<String> words = new ArrayList<>();
        Map<String, Object> values = new LinkedHashMap<>();
        while (true) {
            skipBlanks();
            if (at >= text.length()) {
                throw new DirectiveException("[[" + name + " is not closed by ]]");
            }
            if (text.startsWith("]]", at)) {
                at += 2;
                return new Directive(name, words, values);
            }
            String word = until("= ");
            if (at < text.length() && text.charAt(at) == '=') {
                at++;
                values.put(word, value(name));
            } else {
                words.add(word);
            }
        }
    }

    private Object value(String name) {
        char first = at < text.length() ? text.charAt(at) : ' ';
        if (first != '"' && first != '{' && first != '[') {
            return until(" ");
        }
        // JSON values may contain blanks and brackets: the JSON reader knows where they end.
        byte[] rest = text.substring(at).getBytes(StandardCharsets.UTF_8);
        try {
            int end = JsonReader.endOfValue(rest, 0);
            at += new String(rest, 0, end, StandardCharsets.UTF_8).length();
            return JsonReader.read(rest, 0, end);
        } catch (JsonSyntaxException e) {
            throw new DirectiveException("[[" + name + "]] has a value that is not JSON: " + e.getMessage());
        }
    }

    /** The text up to one of the given characters or the closing brackets. */
    private String until(String stops) {
        int start = at;
        while (at < text.length()
                && stops.indexOf(text.charAt(at)) < 0
                && !text.startsWith("]]", at)
                && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
