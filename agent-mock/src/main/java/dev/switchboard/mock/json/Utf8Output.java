package dev.switchboard.mock.json;

import java.io.IOException;
import java.io.OutputStream;

/** Encodes characters to UTF-8 through one fixed buffer, so that a text of any size needs no second copy. Not thread-safe. */
public final class Utf8Output {

    private final OutputStream target;
    private final byte[] buffer = new byte[64 * 1024];
    private int used;

    public Utf8Output(OutputStream target) {
        this.target = target;
    }

    public void ascii(String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            octet(text.charAt(i));
        }
    }

    public void octet(int value) throws IOException {
        if (used == buffer.length) {
            flush();
        }
        buffer[used++] = (byte) value;
    }

    public void bytes(byte[] source, int offset, int length) throws IOException {
        if (length > buffer.length - used) {
            flush();
        }
        if (length > buffer.length) {
            target.write(source, offset, length);
            return;
        }
        System.arraycopy(source, offset, buffer, used, length);
        used += length;
    }

    public void codePoint(int code) throws IOException {
        if (code < 0x80) {
            octet(code);
        } else if (code < 0x800) {
            octet(0xc0 | code >> 6);
            octet(0x80 | code & 0x3f);
        } else if (code < 0x10000) {
            octet(0xe0 | code >> 12);
            octet(0x80 | code >> 6 & 0x3f);
            octet(0x80 | code & 0x3f);
        } else {
            octet(0xf0 | code >> 18);
            octet(0x80 | code >> 12 & 0x3f);
            octet(0x80 | code >> 6 & 0x3f);
            octet(0x80 | code & 0x3f);
        }
    }

    public void flush() throws IOException {
        int length = used;
        used = 0;
        if (length > 0) {
            target.write(buffer, 0, length);
        }
    }
}
