package dev.switchboard.gateway.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** What counts as one address in limits. */
final class ClientNetwork {
    /** Whoever has one IPv6 address has the whole network of 64 bits: each of their addresses alone would be no limit. */
    private static final int NETWORK_BYTES = 8;

    private static final int IPV6_BYTES = 16;

    private ClientNetwork() {}

    /** An IPv4 address as it is, of an IPv6 address the network. */
    static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress(); // a literal: nobody is asked
            return bytes.length == IPV6_BYTES
                    ? HexFormat.ofDelimiter(":").formatHex(Arrays.copyOf(bytes, NETWORK_BYTES)) + "::/64"
                    : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
