package dev.millrace.media.peer;

import dev.millrace.media.net.NetworkPath;

/** What the owner of a peer wants to know; called on the peer's loop. */
public interface PeerListener {

    /** ICE has a pair and DTLS its keys. */
    void onConnected(Peer peer, NetworkPath path);

    /** The peer moved to another address. */
    void onPathChanged(Peer peer, NetworkPath path);

    /** The peer is gone; said once, nothing follows. */
    void onClosed(Peer peer, PeerEnd end, PeerMedia media);
}
