package dev.switchboard.shell.internal.chat;

/** Where a conversation is seen. May be called by any thread. */
@FunctionalInterface
interface Screen {
    /** Shows a line, or several with line feeds between them; control characters are masked. */
    void print(String text);
}
