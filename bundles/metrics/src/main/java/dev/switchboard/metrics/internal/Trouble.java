package dev.switchboard.metrics.internal;

import java.util.Locale;

/** Why something that a source gave is not shown. */
enum Trouble {
    /** The source threw an exception; nothing of it is shown. */
    SOURCE_FAILED("it failed"),
    /** The name is not as it should be. */
    NAME(
            "its name is not snake_case, or ends as only those of other kinds may: counters, and no others, end in _total"),
    /** The help text is empty, or a label's name is not as it should be. */
    TEXT("it has no help text, or the name of a label is not snake_case, or is le or quantile"),
    /** A counter below zero or without a number, or bounds that do not ascend. */
    VALUE("it is a counter with a negative value or none, or a histogram whose bounds do not ascend"),
    /** There is one of this name with these labels, or of another kind, already. */
    DUPLICATE("there is one of its name with its labels, or of another kind, already"),
    /** There are too many label values. */
    TOO_MANY("its labels have more values than " + Family.MAX_SERIES + " together");

    private final String meaning;

    Trouble(String meaning) {
        this.meaning = meaning;
    }

    /** The value of the label. */
    String cause() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is wrong, for the log. */
    String meaning() {
        return meaning;
    }
}
