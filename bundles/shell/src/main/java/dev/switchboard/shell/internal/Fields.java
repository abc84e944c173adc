package dev.switchboard.shell.internal;

/** Shows a thing as lines of a name and a value. */
public final class Fields {
    private final Console console;
    private final int width;

    /** @param width of the names, blanks behind them among it */
    public Fields(Console console, int width) {
        this.console = console;
        this.width = width;
    }

    public Fields show(String name, Object value) {
        console.line(String.format("%-" + width + "s%s", name, value));
        return this;
    }
}
