package dev.switchboard.mock.io;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Standard input line by line, as bytes, without a limit on the length. One thread only. */
public final class StdinLines {

    private final InputStream stdin = new FileInputStream(FileDescriptor.in);
    private byte[] buffer = new byte[64 * 1024];
    private int lineStart;
    private int lineEnd;
    private int filled;

    /** Moves to the next line. False at the end of the input, which includes an error; a last line may lack its line end. */
    public boolean next() {
        int start = filled == 0 ? 0 : lineEnd;
        int scan = start;
        while (true) {
            for (; scan < filled; scan++) {
                if (buffer[scan] == '\n') {
                    lineStart = start;
                    lineEnd = scan + 1;
                    return true;
                }
            }
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, filled - start);
                filled -= start;
                scan -= start;
                start = 0;
            }
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            int count = read();
            if (count < 0) {
                lineStart = 0;
                lineEnd = filled;
                return filled > 0;
            }
            filled += count;
        }
    }

    private int read() {
        try {
            return stdin.read(buffer, filled, buffer.length - filled);
        } catch (IOException e) {
            return -1;
        }
    }

    public byte[] buffer() {
        return buffer;
    }

    public int start() {
        return lineStart;
    }

    /** The end of the line without its {@code \n}. */
    public int end() {
        return lineEnd > lineStart && buffer[lineEnd - 1] == '\n' ? lineEnd - 1 : lineEnd;
    }
}
