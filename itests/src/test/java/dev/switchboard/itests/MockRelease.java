package dev.switchboard.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The releases of the CLI that the mock imitates, and a program that is either of them, as the directory says that it is called in. */
enum MockRelease {
    CURRENT(""),
    OLDER("2.1.197");

    private static final String FILE = ".mock-release";

    private final String version;

    MockRelease(String version) {
        this.version = version;
    }

    /** Makes the program. Its long waits take a thousandth of the time. */
    static Path program(Path directory) throws IOException {
        Path mock = Distribution.home().resolve("agent-mock/bin/claude");
        Path program = Files.writeString(
                directory.resolve("claude"),
                "#!/bin/sh\n"
                        + "[ ! -f " + FILE + " ] || export SWITCHBOARD_MOCK_VERSION=\"$(cat " + FILE + ")\"\n"
                        + "export SWITCHBOARD_MOCK_SCALE=1000\n"
                        + "exec '" + mock + "' \"$@\"\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Has the agents of a project be of this release. */
    void rules(Path project) throws IOException {
        if (!version.isEmpty()) {
            Files.writeString(project.resolve(FILE), version);
        }
    }
}
