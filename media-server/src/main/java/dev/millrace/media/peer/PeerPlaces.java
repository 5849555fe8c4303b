package dev.millrace.media.peer;

import dev.millrace.media.net.NetworkPath;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer is found: its user name fragments, the paths that proved themselves, the addresses it had us check; each
 * entered in the {@link PeerTable}. The peer's loop's, but for the names, which any thread may give and take.
 */
final class PeerPlaces {
    /** Addresses a peer may have us check: browsers have a dozen candidates. */
    private static final int MAX_ASKED = 64;

    /** Addresses a peer may send from at a time; the oldest is forgotten for a newer one. */
    private static final int MAX_PATHS = 8;

    private final Peer peer;
    private final PeerTable table;
    private final List<NetworkPath> paths = new ArrayList<>(2);
    private final Set<InetSocketAddress> asked = new HashSet<>();
    private final List<String> ufrags = new ArrayList<>(2);

    PeerPlaces(Peer peer, PeerTable table) {
        this.peer = peer;
        this.table = table;
    }

    void named(String ufrag) {
        synchronized (ufrags) {
            ufrags.add(ufrag);
        }
        table.name(ufrag, peer);
    }

    void unname() {
        synchronized (ufrags) {
            ufrags.forEach(ufrag -> table.unname(ufrag, peer));
            ufrags.clear();
        }
    }

    /** The peer proved that it is there. */
    void verified(NetworkPath path) {
        if (paths.contains(path)) {
            return;
        }
        if (paths.size() == MAX_PATHS) {
            table.displace(paths.removeFirst(), peer);
        }
        paths.add(path);
        table.place(path, peer);
    }

    /** The path proved last, or null. */
    @Nullable
    NetworkPath latest() {
        return paths.isEmpty() ? null : paths.getLast();
    }

    /** A check of ours goes there: the answer comes back without a user name, so the address is remembered. */
    void asking(NetworkPath to) {
        if (!paths.contains(to) && asked.size() < MAX_ASKED && asked.add(to.remote())) {
            table.asked(to.remote(), peer);
        }
    }

    /** Nothing finds the peer any more. */
    void clear() {
        unname();
        asked.forEach(remote -> table.unasked(remote, peer));
        asked.clear();
        paths.forEach(path -> table.displace(path, peer));
        paths.clear();
    }
}
