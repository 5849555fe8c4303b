package dev.millrace.media.peer;

import dev.millrace.media.ice.IceSession;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import dev.millrace.media.net.PathTable;
import dev.millrace.media.observe.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Tells STUN, DTLS and SRTP apart by their first byte (RFC 7983 section 7) and finds the peer: checks by the user name
 * they carry, everything else by an address that proved itself. One per loop, owned by it.
 */
public final class Demux {
    private static final int STUN_LAST = 3;
    private static final int DTLS_FIRST = 20;
    private static final int DTLS_LAST = 63;
    private static final int RTP_FIRST = 128;
    private static final int RTP_LAST = 191;

    private final EventLoop loop;
    private final PeerTable peers;
    private final PathTable<Peer> byPath = new PathTable<>();

    public Demux(EventLoop loop, PeerTable peers) {
        this.loop = loop;
        this.peers = peers;
        peers.join(this);
    }

    /** One datagram or ICE-TCP frame; the buffer is the loop's and may be overwritten. */
    public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
        if (length < 1) {
            loop.drops().count(DropReason.NOT_A_PROTOCOL);
            return;
        }
        int first = buffer[offset] & 0xff;
        if (first <= STUN_LAST) {
            onStun(buffer, offset, length, from, nowNs);
        } else if (first >= RTP_FIRST && first <= RTP_LAST) {
            Peer peer = known(buffer, offset, length, from);
            if (peer != null) {
                peer.onSrtp(buffer, offset, length, from, nowNs);
            }
        } else if (first >= DTLS_FIRST && first <= DTLS_LAST) {
            Peer peer = known(buffer, offset, length, from);
            if (peer != null) {
                peer.onDtls(buffer, offset, length, nowNs);
            }
        } else {
            loop.drops().count(DropReason.NOT_A_PROTOCOL);
        }
    }

    /** A check names its session; an answer to one of ours comes from an address that we asked. */
    private void onStun(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
        NetworkPath path = from.toPath();
        String ufrag = IceSession.localUfragOf(buffer, offset, length);
        if (ufrag == null) {
            onStunAnswer(buffer, offset, length, from, path, nowNs);
            return;
        }
        Peer peer = peers.named(ufrag);
        if (peer == null) {
            loop.drops().count(DropReason.STUN_UNKNOWN_UFRAG);
        } else if (peer.loop() == loop) {
            peer.onStun(buffer, offset, length, path, nowNs);
        } else {
            handOver(peer, buffer, offset, length, from);
        }
    }

    /** Whose check it answers: of the peer known to be there, or of those who asked an address that is not known yet. */
    private void onStunAnswer(byte[] buffer, int offset, int length, PathKey from, NetworkPath path, long nowNs) {
        Peer there = byPath.get(from);
        if (there != null && there.loop() != loop) {
            handOver(there, buffer, offset, length, from);
            return;
        }
        if (there != null && there.asked(buffer, offset, length)) {
            there.onStun(buffer, offset, length, path, nowNs);
            return;
        }
        EventLoop handedTo = loop;
        for (Peer peer : peers.asking(path.remote())) {
            if (peer.loop() != loop) {
                if (peer.loop() != handedTo) {
                    handedTo = peer.loop();
                    handOver(peer, buffer, offset, length, from);
                }
            } else if (peer.asked(buffer, offset, length)) {
                peer.onStun(buffer, offset, length, path, nowNs);
                return;
            }
        }
        if (handedTo == loop) {
            loop.drops().count(DropReason.UNKNOWN_SOURCE);
        }
    }

    /** The peer at that address when it lives on this loop; one of another loop is handed the datagram. */
    private @Nullable Peer known(byte[] buffer, int offset, int length, PathKey from) {
        Peer peer = byPath.get(from);
        if (peer == null) {
            loop.drops().count(DropReason.UNKNOWN_SOURCE);
            return null;
        }
        if (peer.loop() != loop) {
            handOver(peer, buffer, offset, length, from);
            return null;
        }
        return peer;
    }

    private void handOver(Peer peer, byte[] buffer, int offset, int length, PathKey from) {
        if (!peer.loop().handOver(buffer, offset, length, from)) {
            loop.drops().count(DropReason.LOOP_OVERFLOW);
        }
    }

    void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    void place(NetworkPath path, Peer peer) {
        byPath.put(path, peer);
    }

    void displace(NetworkPath path, Peer peer) {
        if (byPath.get(path) == peer) {
            byPath.remove(path);
        }
    }
}
