package dev.switchboard.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An address, or all that share its first bits (CIDR, RFC 4632).
 *
 * @param bits how many count
 */
public record AddressRange(InetAddress first, int bits) {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final String LITERAL = OCTET + "(\\." + OCTET + "){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*";

    public AddressRange {
        int most = first.getAddress().length * Byte.SIZE;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException("an address of " + most + " bits has no " + bits + " first ones");
        }
    }

    /**
     * Reads {@code 192.0.2.7}, {@code 10.0.0.0/8}, {@code 2001:db8::1} or {@code 2001:db8::/32}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress first = address(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not an address or a range"));
        int all = first.getAddress().length * Byte.SIZE;
        return new AddressRange(first, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
    }

    /** A literal address, perhaps in brackets or with a zone, which does not count; names are not looked up. */
    public static Optional<InetAddress> address(String text) {
        String plain = text.replaceAll("[\\[\\]]", "").replaceFirst("%.*", "");
        try {
            return plain.matches(LITERAL) ? Optional.of(InetAddress.getByName(plain)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Whether it has an address; one of the other version of IP it never has. */
    public boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if (((mine[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** As in the configuration. */
    @Override
    public String toString() {
        return first.getHostAddress() + "/" + bits;
    }
}
