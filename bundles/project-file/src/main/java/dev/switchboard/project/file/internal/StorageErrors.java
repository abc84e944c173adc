package dev.switchboard.project.file.internal;

import dev.switchboard.error.ErrorCode;
import dev.switchboard.error.SwitchboardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Turns what a file operation throws into what clients are told: which never names a file. */
final class StorageErrors {
    /** With less than this free, a failed write is taken for a full disk whatever its message says. */
    private static final long FULL_BYTES = 1 << 16;

    private StorageErrors() {}

    /** @param directory lies on the disk that failed */
    static SwitchboardException of(IOException cause, String failed, Path directory) {
        if (full(cause, directory)) {
            return new SwitchboardException(
                    ErrorCode.DISK_SPACE_LOW,
                    failed + ": the disk is full; free some space and try again",
                    Map.of(),
                    cause);
        }
        return unavailable(failed + ": the disk failed; the server's log says how", cause);
    }

    static SwitchboardException unavailable(String message, Throwable cause) {
        return new SwitchboardException(
                ErrorCode.STORAGE_UNAVAILABLE, message, Map.of("service", "project store"), cause);
    }

    private static boolean full(IOException cause, Path directory) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            return Files.getFileStore(directory).getUsableSpace() < FULL_BYTES;
        } catch (IOException e) {
            return false; // the first failure is the one to tell about
        }
    }
}
