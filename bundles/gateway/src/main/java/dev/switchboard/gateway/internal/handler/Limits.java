package dev.switchboard.gateway.internal.handler;

/** How long texts in requests may be, in characters. */
final class Limits {
    static final int MAX_PATH = 4096;
    static final int MAX_NAME = 128;
    static final int MAX_ID = 128;
    static final int MAX_TEXT = 64 * 1024;

    private Limits() {}
}
