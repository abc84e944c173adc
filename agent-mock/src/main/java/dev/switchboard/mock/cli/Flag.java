package dev.switchboard.mock.cli;

/**
 * One option of the command line.
 *
 * @param spelling all spellings and the value's placeholder, as {@code --help} shows them
 * @param arity    how many words it takes
 * @param listed   whether {@code --help} lists it
 * @param help     one line of help
 */
record Flag(String spelling, Arity arity, boolean listed, String help) {

    enum Arity {
        /** Takes nothing; {@code --flag=value} is an unknown option. */
        NONE,
        /** Takes the next word whatever it looks like. */
        ONE,
        /** Takes the next word unless that looks like an option. */
        OPTIONAL,
        /** Takes the next word and all that follow up to the next option: it also eats a prompt that follows. */
        MANY
    }

    boolean is(String word) {
        int start = 0;
        while (start < spelling.length() && spelling.charAt(start) == '-') {
            int end = start;
            while (end < spelling.length() && spelling.charAt(end) != ' ' && spelling.charAt(end) != ',') {
                end++;
            }
            if (word.length() == end - start && spelling.startsWith(word, start)) {
                return true;
            }
            start = spelling.startsWith(", ", end) ? end + 2 : spelling.length();
        }
        return false;
    }

    /** The long spelling without dashes, by which the value is looked up; the last one if there are several. */
    String key() {
        int start = spelling.lastIndexOf("--") + 2;
        int end = spelling.indexOf(' ', start);
        return end < 0 ? spelling.substring(start) : spelling.substring(start, end);
    }
}
