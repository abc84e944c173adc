package dev.switchboard.messagelog.file.internal;

import java.io.IOException;

/**
 * Passes bytes on and replaces what is not UTF-8 by U+FFFD, one for each maximal part of a sequence, as
 * Unicode recommends and browsers do. Sequences may be split over calls. Also finds line
 * feeds, which a record must not have.
 */
final class Utf8Repair {
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private final Target target;
    private final byte[] held = new byte[4];
    private int heldCount;
    private int missing;
    private int lower;
    private int upper;
    private long replaced;

    /** Takes the bytes that come out. */
    @FunctionalInterface
    interface Target {
        void put(byte[] bytes, int from, int length) throws IOException;
    }

    Utf8Repair(Target target) {
        this.target = target;
    }

    /** How often something was replaced since the beginning. */
    long replaced() {
        return replaced;
    }

    /**
     * @throws LineFeedException if there is a line feed among the bytes
     */
    void put(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            if (missing > 0) {
                at += follow(bytes[at]);
            } else {
                int end = plain(bytes, at, to);
                target.put(bytes, at, end - at);
                at = end;
                if (at < to) {
                    begin(bytes[at++]);
                }
            }
        }
    }

    /** To be called behind the last byte of a content: ends a sequence that is incomplete. */
    void finish() throws IOException {
        if (missing > 0) {
            replace();
        }
    }

    /** Where the run of ASCII that begins here ends. */
    private static int plain(byte[] bytes, int from, int to) throws LineFeedException {
        int at = from;
        while (at < to && bytes[at] >= 0) {
            if (bytes[at] == '\n') {
                throw new LineFeedException();
            }
            at++;
        }
        return at;
    }

    private void begin(byte first) throws IOException {
        int value = first & 0xFF;
        lower = 0x80;
        upper = 0xBF;
        if (value >= 0xC2 && value <= 0xDF) {
            missing = 1;
        } else if (value >= 0xE0 && value <= 0xEF) {
            missing = 2;
            lower = value == 0xE0 ? 0xA0 : lower; // nothing that would fit into two bytes
            upper = value == 0xED ? 0x9F : upper; // no surrogates
        } else if (value >= 0xF0 && value <= 0xF4) {
            missing = 3;
            lower = value == 0xF0 ? 0x90 : lower; // nothing that would fit into three bytes
            upper = value == 0xF4 ? 0x8F : upper; // nothing above U+10FFFF
        } else {
            replace();
            return;
        }
        held[heldCount++] = first;
    }

    /** Returns 1 if the byte belongs to the sequence, 0 if it has to be looked at again. */
    private int follow(byte next) throws IOException {
        int value = next & 0xFF;
        if (value < lower || value > upper) {
            replace();
            return 0;
        }
        lower = 0x80;
        upper = 0xBF;
        held[heldCount++] = next;
        if (--missing == 0) {
            target.put(held, 0, heldCount);
            heldCount = 0;
        }
        return 1;
    }

    private void replace() throws IOException {
        missing = 0;
        heldCount = 0;
        replaced++;
        target.put(REPLACEMENT, 0, REPLACEMENT.length);
    }

    /** The content is not one line. */
    static final class LineFeedException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
