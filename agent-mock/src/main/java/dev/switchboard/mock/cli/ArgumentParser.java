package dev.switchboard.mock.cli;

import dev.switchboard.mock.AgentVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Splits the words of the command line into options and positionals, with the verdicts of the real program's parser. */
final class ArgumentParser {

    private final AgentVersion version;
    private final String[] words;
    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> positionals = new ArrayList<>();
    private String unknown;
    private int at;

    private ArgumentParser(String[] words, AgentVersion version) {
        this.words = words;
        this.version = version;
    }

    /** @throws EarlyExit for {@code --version}, {@code --help} and what the parser refuses */
    static RawArguments parse(String[] words, AgentVersion version) {
        ArgumentParser parser = new ArgumentParser(words, version);
        parser.parseAll();
        return new RawArguments(parser.options, parser.positionals);
    }

    private void parseAll() {
        Flag variadic = null;
        while (at < words.length) {
            String word = words[at++];
            if (word.equals("--")) {
                while (at < words.length) {
                    positionals.add(words[at++]);
                }
                break;
            }
            if (!looksLikeOption(word)) {
                (variadic == null ? positionals : values(variadic)).add(word);
                continue;
            }
            variadic = option(word);
        }
        if (options.containsKey("help")) {
            throw EarlyExit.answered(FlagTable.help(version));
        }
        if (unknown != null) {
            throw EarlyExit.refused("error: unknown option '" + unknown + "'\n");
        }
    }

    /** Takes one option with its value and returns it if it goes on eating words. */
    private Flag option(String word) {
        Flag flag = FlagTable.find(word, version);
        if (flag != null) {
            return take(flag, null);
        }
        int equals = word.indexOf('=');
        if (word.startsWith("--")) {
            flag = equals < 0 ? null : FlagTable.find(word.substring(0, equals), version);
            return flag == null || flag.arity() == Flag.Arity.NONE
                    ? reject(word)
                    : take(flag, word.substring(equals + 1));
        }
        flag = FlagTable.find(word.substring(0, 2), version);
        if (flag == null) {
            return reject(word);
        }
        if (flag.arity() != Flag.Arity.NONE) {
            return take(flag, word.substring(2));
        }
        take(flag, null);
        return option("-" + word.substring(2));
    }

    private Flag reject(String word) {
        if (unknown == null) {
            unknown = word;
        }
        return null;
    }

    private Flag take(Flag flag, String attached) {
        List<String> values = values(flag);
        if (flag.key().equals("version")) {
            throw EarlyExit.answered(version.number() + " (Claude Code)\n");
        }
        if (attached != null) {
            values.add(attached);
        } else if (flag.arity() == Flag.Arity.ONE || flag.arity() == Flag.Arity.MANY) {
            if (at == words.length) {
                throw EarlyExit.refused("error: option '" + flag.spelling() + "' argument missing\n");
            }
            values.add(words[at++]);
        } else if (flag.arity() == Flag.Arity.OPTIONAL && at < words.length && !looksLikeOption(words[at])) {
            values.add(words[at++]);
        }
        LaunchOptions.checkChoice(flag, values, version);
        return flag.arity() == Flag.Arity.MANY ? flag : null;
    }

    private List<String> values(Flag flag) {
        List<String> values = options.get(flag.key());
        if (values == null) {
            values = new ArrayList<>();
            options.put(flag.key(), values);
        }
        return values;
    }

    private static boolean looksLikeOption(String word) {
        return word.length() > 1 && word.charAt(0) == '-';
    }
}
