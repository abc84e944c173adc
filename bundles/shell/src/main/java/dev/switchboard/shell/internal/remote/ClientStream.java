package dev.switchboard.shell.internal.remote;

import dev.switchboard.shell.internal.Caller;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * To a client. Everything goes out at once: the layers between a command and this stream do not pass a flush on. Nor do they
 * pass on that writing failed, so the caller is said to have left.
 */
final class ClientStream extends FilterOutputStream {
    private final Caller caller;

    ClientStream(OutputStream out, Caller caller) {
        super(out);
        this.caller = caller;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
            out.flush();
        } catch (IOException e) {
            caller.leave();
            throw e;
        }
    }
}
