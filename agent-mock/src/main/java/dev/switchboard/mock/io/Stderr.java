package dev.switchboard.mock.io;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Standard error: what the real program says when there is no result line to say it. */
public final class Stderr {

    private static final FileOutputStream STREAM = new FileOutputStream(FileDescriptor.err);

    private Stderr() {}

    public static void print(String text) {
        try {
            STREAM.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Nobody listens; there is no third place to say it.
            return;
        }
    }
}
