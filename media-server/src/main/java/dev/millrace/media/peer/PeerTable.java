package dev.millrace.media.peer;

import dev.millrace.media.net.NetworkPath;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Who a datagram belongs to, for all loops: by the ICE user name fragment a check names, and by the address once a check
 * from there was proven. Each loop holds its own copy of the addresses, so that looking one up takes no lock.
 */
public final class PeerTable {
    /** Peers that check one address at a time: more are somebody's game. */
    private static final int MAX_ASKING = 16;

    private final ConcurrentMap<String, Peer> byUfrag = new ConcurrentHashMap<>();
    private final ConcurrentMap<InetSocketAddress, List<Peer>> byAsked = new ConcurrentHashMap<>();
    private final List<Demux> demuxes = new ArrayList<>();

    /** A loop's demultiplexer joins; before any peer exists. */
    void join(Demux demux) {
        synchronized (demuxes) {
            demuxes.add(demux);
        }
    }

    void name(String ufrag, Peer peer) {
        byUfrag.put(ufrag, peer);
    }

    void unname(String ufrag, Peer peer) {
        byUfrag.remove(ufrag, peer);
    }

    @Nullable
    Peer named(String ufrag) {
        return byUfrag.get(ufrag);
    }

    /** A check of the peer went to that address: its answer, which carries no user name, will come from there. */
    void asked(InetSocketAddress remote, Peer peer) {
        byAsked.compute(remote, (key, asking) -> {
            List<Peer> peers = asking == null ? List.of() : asking;
            if (peers.contains(peer) || peers.size() >= MAX_ASKING) {
                return peers;
            }
            List<Peer> more = new ArrayList<>(peers);
            more.add(peer);
            return List.copyOf(more);
        });
    }

    void unasked(InetSocketAddress remote, Peer peer) {
        byAsked.computeIfPresent(remote, (key, asking) -> {
            List<Peer> rest = asking.stream().filter(other -> other != peer).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** Those who may wait for an answer from that address. */
    List<Peer> asking(InetSocketAddress remote) {
        return byAsked.getOrDefault(remote, List.of());
    }

    /** The peer proved to be at that address: at once on its own loop, soon on the others. */
    void place(NetworkPath path, Peer peer) {
        synchronized (demuxes) {
            for (Demux demux : demuxes) {
                demux.onLoop(() -> demux.place(path, peer));
            }
        }
    }

    /** The peer is no more at that address, unless another one has taken it since. */
    void displace(NetworkPath path, Peer peer) {
        synchronized (demuxes) {
            for (Demux demux : demuxes) {
                demux.onLoop(() -> demux.displace(path, peer));
            }
        }
    }
}
