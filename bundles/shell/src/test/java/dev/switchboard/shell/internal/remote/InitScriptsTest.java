package dev.switchboard.shell.internal.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitScriptsTest {
    @TempDir
    private Path etc;

    @Test
    @DisplayName("H6 init scripts are found by name and by wildcard, in order; what is not there is no error")
    void findsScripts() throws IOException {
        Path scripts = Files.createDirectory(etc.resolve("scripts"));
        for (String name : List.of("init", "scripts/b.script", "scripts/a.script", "scripts/c.other")) {
            Files.createFile(etc.resolve(name));
        }
        assertEquals(
                List.of(etc.resolve("init"), scripts.resolve("a.script"), scripts.resolve("b.script")),
                InitScripts.files(etc, "init, scripts/*.script,missing/*.script,,gone"));
        assertEquals(List.of(), InitScripts.files(etc, ""));
    }
}
