package dev.switchboard.websocket.internal;

import java.io.Console;

/** Whether a person reads what this process prints. */
final class Terminal {
    /** Says {@code true} or {@code false} where the JVM cannot know. */
    static final String PROPERTY = "switchboard.terminal";

    private Terminal() {}

    static boolean isWatched() {
        String told = System.getProperty(PROPERTY);
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        Console console = System.console();
        return console != null && isTerminal(console);
    }

    /** From Java 22 on there may be a console without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
