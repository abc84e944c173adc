package dev.switchboard.auth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.switchboard.project.ProjectId;
import dev.switchboard.security.Role;
import dev.switchboard.security.TokenRegistry.TokenInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C5 tokens on disk are exactly right or refused")
class TokenFormatTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456789Z");

    private final List<StoredToken> tokens = List.of(
            new StoredToken(
                    new TokenInfo("01", "Zoë \"\\ 😀", Role.ADMIN, Optional.empty(), NOW, Optional.empty()),
                    Secrets.hash("a")),
            new StoredToken(
                    new TokenInfo(
                            "02",
                            "only two",
                            Role.VIEWER,
                            Optional.of(Set.of(ProjectId.random(), ProjectId.random())),
                            NOW,
                            Optional.of(NOW.plusSeconds(900))),
                    Secrets.hash("b")),
            new StoredToken(
                    new TokenInfo("03", "none", Role.OPERATOR, Optional.of(Set.of()), NOW, Optional.empty()),
                    Secrets.hash("c")));

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertEquals(tokens, TokenFormat.read(TokenFormat.write(tokens)));
        assertEquals(List.of(), TokenFormat.read(TokenFormat.write(List.of())));
    }

    @Test
    void noProjectsAndAllProjectsAreNotTheSame() throws IOException {
        List<StoredToken> read = TokenFormat.read(TokenFormat.write(tokens));
        assertTrue(read.get(0).principal().seesAll());
        assertFalse(read.get(2).principal().seesAll());
        assertFalse(read.get(2).principal().maySee(ProjectId.random()));
    }

    @Test
    void everyFlippedBitIsNoticedOrMeansTheSame() throws IOException {
        byte[] good = TokenFormat.write(tokens);
        int noticed = 0;
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertEquals(tokens, TokenFormat.read(bad), "bit " + bit);
            } catch (IOException e) {
                noticed++;
            }
        }
        // What is not noticed is white space, and the case of a letter in an escape.
        assertTrue(noticed > good.length * 6, noticed + " of " + good.length * 8);
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        byte[] good = TokenFormat.write(tokens);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            assertThrows(IOException.class, () -> TokenFormat.read(cut));
        }
    }

    @Test
    void aNewerFormatIsSaidToBeOne() {
        String newer = "{\"format\":2,\"wallet\":[]}";
        var error = assertThrows(IOException.class, () -> TokenFormat.read(newer.getBytes(StandardCharsets.UTF_8)));
        assertTrue(error.getMessage().contains("format 2"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"role\" : \"viewer\"", "\"sha256\" : \"", "\"created_at\" : \"", "\"id\" : \"02\""})
    void aChangeByHandIsNoticed(String part) throws IOException {
        String text = new String(TokenFormat.write(tokens), StandardCharsets.UTF_8);
        String changed = text.replace(part, part.replaceAll("\"[^\"]*\"?$", "\"admin"));
        assertFalse(text.equals(changed));
        assertThrows(IOException.class, () -> TokenFormat.read(changed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theErrorQuotesNothing() throws IOException {
        String text = new String(TokenFormat.write(tokens), StandardCharsets.UTF_8);
        for (String bad : List.of(text.replace("\"tokens\"", "tokens"), text.replace("admin", "king"), text + "}")) {
            var error = assertThrows(IOException.class, () -> TokenFormat.read(bad.getBytes(StandardCharsets.UTF_8)));
            assertFalse(
                    error.getMessage().contains("king") || error.getMessage().contains(Secrets.hash("a")));
        }
    }
}
