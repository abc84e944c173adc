package dev.switchboard.websocket.internal;

import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * The proxies that are believed when they say whom they speak for. Each appends the address that it was reached from to
 * {@code X-Forwarded-For}, so that the last one that is no trusted proxy's is the client's; what stands before it anybody can have
 * made up.
 */
record Proxies(List<String> trusted) {
    static Proxies of(Settings settings) {
        return new Proxies(settings.get(ServerSettings.PROXIES_TRUSTED));
    }

    /** Whether an address is one of theirs. */
    boolean trusts(InetAddress address) {
        return trusted.stream()
                .anyMatch(range -> AddressRange.parse(range)
                        .filter(known -> known.contains(address))
                        .isPresent());
    }

    /**
     * Who is behind a peer.
     *
     * @param forwardedFor the values of {@code X-Forwarded-For}, in order
     * @return the peer itself if it is no trusted proxy, or says nothing that can be believed
     */
    InetAddress client(InetAddress peer, List<String> forwardedFor) {
        InetAddress client = peer;
        for (int i = forwardedFor.size() - 1; i >= 0 && trusts(client); i--) {
            Optional<InetAddress> before =
                    AddressRange.address(forwardedFor.get(i).strip());
            if (before.isEmpty()) {
                return client;
            }
            client = before.get();
        }
        return client;
    }

    /**
     * An address, or all that share its first bits (CIDR, RFC 4632).
     *
     * @param bits how many count
     */
    record AddressRange(InetAddress first, int bits) {
        static Optional<AddressRange> parse(String text) {
            int slash = text.indexOf('/');
            Optional<InetAddress> first = address(slash < 0 ? text : text.substring(0, slash));
            if (first.isEmpty()) {
                return Optional.empty();
            }
            int most = first.get().getAddress().length * Byte.SIZE;
            if (slash < 0) {
                return Optional.of(new AddressRange(first.get(), most));
            }
            String bits = text.substring(slash + 1);
            return bits.matches("\\d{1,3}") && Integer.parseInt(bits) <= most
                    ? Optional.of(new AddressRange(first.get(), Integer.parseInt(bits)))
                    : Optional.empty();
        }

        /** A literal address; names are not looked up. */
        static Optional<InetAddress> address(String text) {
            String plain = text.replaceAll("[\\[\\]]", "");
            boolean literal =
                    plain.matches("\\d{1,3}(\\.\\d{1,3}){3}") || plain.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
            try {
                return literal ? Optional.of(InetAddress.getByName(plain)) : Optional.empty();
            } catch (UnknownHostException e) {
                return Optional.empty();
            }
        }

        boolean contains(InetAddress address) {
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
    }
}
