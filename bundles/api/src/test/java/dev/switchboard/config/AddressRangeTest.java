package dev.switchboard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("C4 H4 addresses and ranges of them")
class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "fe80::/10, fe80::1%eth0, true"
    })
    void containsWhatSharesItsFirstBits(String range, String address, boolean contained) {
        InetAddress literal = AddressRange.address(address).orElseThrow();
        assertEquals(contained, AddressRange.parse(range).contains(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "256.0.0.1", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::1/129", "1:2"})
    void whatIsNeitherIsRefusedAndNoNameIsLookedUp(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    }

    @Test
    void aNameIsNoAddress() {
        assertEquals(Optional.empty(), AddressRange.address("localhost"));
        assertEquals(Optional.empty(), AddressRange.address("unknown"));
    }

    @Test
    void aSettingTakesSeveral() {
        List<AddressRange> some = ServerSettings.METRICS_OPEN_FROM.parse("127.0.0.1, 10.0.0.0/8 ::1");
        assertEquals("[127.0.0.1/32, 10.0.0.0/8, 0:0:0:0:0:0:0:1/128]", some.toString());
        assertEquals(List.of(), ServerSettings.METRICS_OPEN_FROM.parse(""));
        String error = assertThrows(
                        IllegalArgumentException.class, () -> ServerSettings.METRICS_OPEN_FROM.parse("10.0.0.0/99"))
                .getMessage();
        assertEquals(
                "metrics.open.from = \"10.0.0.0/99\" is not valid: expected addresses like 192.0.2.7 or 2001:db8::1,"
                        + " or ranges like 10.0.0.0/8, separated by commas",
                error);
    }
}
