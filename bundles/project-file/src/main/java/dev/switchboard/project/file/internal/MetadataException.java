package dev.switchboard.project.file.internal;

import java.io.IOException;

/** A metadata file that cannot be used; the message says why, for the operator. */
final class MetadataException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean newer;

    private MetadataException(String message, boolean newer, Throwable cause) {
        super(message, cause);
        this.newer = newer;
    }

    static MetadataException damaged(String message, Throwable cause) {
        return new MetadataException(message, false, cause);
    }

    /** It was written by a newer version: nothing is wrong with it, but this version must not touch it. */
    static MetadataException newer(int format) {
        return new MetadataException(
                "it has format " + format + ", this version knows " + MetadataCodec.FORMAT, true, null);
    }

    boolean isNewer() {
        return newer;
    }
}
