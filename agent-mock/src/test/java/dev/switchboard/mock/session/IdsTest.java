package dev.switchboard.mock.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("D5 Ids and timestamps")
class IdsTest {

    @Test
    void idsAreUuidsTheSameInEveryRunAndNeverTwice() {
        Ids ids = new Ids("seed");
        Ids again = new Ids("seed");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = ids.uuid();
            assertEquals(id, again.uuid());
            assertEquals(4, UUID.fromString(id).version());
            assertEquals(2, UUID.fromString(id).variant());
            assertTrue(seen.add(id), id);
            assertTrue(seen.add(ids.prefixed("msg_")), "prefixed ids differ too");
            again.prefixed("msg_");
        }
        assertNotEquals(new Ids("seed").uuid(), new Ids("seed2").uuid());
        assertEquals(Ids.uuidOf("a text"), Ids.uuidOf("a text"));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                951_782_400_000L,
                951_868_799_999L,
                1_709_164_800_000L,
                1_767_225_599_999L,
                1_796_000_000_123L,
                4_102_444_800_000L,
                -1
            })
    void timestampsAreThoseOfTheJdk(long millis) {
        DateTimeFormatter iso = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
        assertEquals(iso.format(Instant.ofEpochMilli(millis)), Timestamps.format(millis));
    }
}
