package dev.switchboard.websocket.internal;

import dev.switchboard.config.AddressRange;
import dev.switchboard.config.ServerSettings;
import dev.switchboard.config.Settings;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The proxies that are believed when they say whom they speak for. Each appends the address that it was reached from to
 * {@code X-Forwarded-For}, so that the last one that is no trusted proxy's is the client's; what stands before it anybody can have
 * made up.
 */
record Proxies(List<AddressRange> trusted) {
    static Proxies of(Settings settings) {
        return new Proxies(settings.get(ServerSettings.PROXIES_TRUSTED));
    }

    /** Whether an address is one of theirs. */
    boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
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
}
