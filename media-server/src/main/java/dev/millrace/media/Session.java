package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.SessionInfo.SentInfo;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerEnd;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One publishing or watching session as the control plane knows it; safe for any thread. */
final class Session {
    private final String id;
    private final Broadcast broadcast;
    private final Role role;
    private final String participant;
    private final long createdMs;
    private final AtomicReference<@Nullable CloseReason> closing = new AtomicReference<>();
    private final @Nullable Peer peer;
    private volatile Runnable ending;
    private volatile @Nullable Viewer viewer;
    private volatile @Nullable SessionChannels channels;
    private volatile @Nullable Way way;
    private volatile @Nullable Playback playback;
    private volatile String etag;

    /** How its media comes or goes, and from or to where. */
    private record Way(String transport, String remote) {}

    /** One over WebRTC. */
    Session(Peer peer, Broadcast broadcast, Role role, String participant, long createdMs) {
        this.id = peer.id();
        this.peer = peer;
        this.etag = peer.etag();
        this.ending = () -> peer.loop().execute(() -> peer.close(PeerEnd.CLOSED));
        this.broadcast = broadcast;
        this.role = role;
        this.participant = participant;
        this.createdMs = createdMs;
    }

    /** An encoder's, which is there at once; {@link #endsBy} says how it ends. */
    Session(String id, Broadcast broadcast, String participant, long createdMs, String protocol, String remote) {
        this.id = id;
        this.peer = null;
        this.etag = "";
        this.ending = () -> {};
        this.broadcast = broadcast;
        this.role = Role.PUBLISH;
        this.participant = participant;
        this.createdMs = createdMs;
        this.way = new Way(protocol, remote);
    }

    void endsBy(Runnable what) {
        ending = what;
        if (closing.get() != null) {
            what.run(); // it was ended before anybody knew how
        }
    }

    /** Ends it from our side, soon. */
    void end(CloseReason reason) {
        closing(reason);
        ending.run();
    }

    /** At least 128 random bits, safe in a URL. */
    String id() {
        return id;
    }

    Broadcast broadcast() {
        return broadcast;
    }

    Role role() {
        return role;
    }

    /** What a watching session is sent from. */
    void watches(Viewer watching) {
        viewer = watching;
    }

    /** Null if it is not over WebRTC. */
    @Nullable
    Peer peer() {
        return peer;
    }

    /** When it was made, epoch milliseconds. */
    long createdMs() {
        return createdMs;
    }

    String participant() {
        return participant;
    }

    /**
     * What a viewer's player said of itself.
     *
     * @param bufferMs how long pictures wait in its jitter buffer
     * @param atMs when it said so, epoch milliseconds
     */
    record Playback(double bufferMs, long atMs) {}

    void played(Playback told) {
        playback = told;
    }

    /** Null while it said nothing. */
    @Nullable
    Playback playback() {
        return playback;
    }

    void talksBy(SessionChannels what) {
        channels = what;
    }

    /** Null when no data channels were negotiated. */
    @Nullable
    SessionChannels channels() {
        return channels;
    }

    @Nullable
    Viewer viewer() {
        return viewer;
    }

    /** Entity tag of the current ICE session, without quotes. */
    String etag() {
        return etag;
    }

    void retag(String newEtag) {
        etag = newEtag;
    }

    boolean connected() {
        return way != null;
    }

    void connectedBy(NetworkPath chosen) {
        String remote = chosen.remote().getAddress().getHostAddress() + ":"
                + chosen.remote().getPort();
        way = new Way(chosen.transport().name().toLowerCase(Locale.ROOT), remote);
    }

    /** Notes why the session is being closed from our side; the first reason stays. */
    void closing(CloseReason reason) {
        closing.compareAndSet(null, reason);
    }

    /** Why we closed it, or null when the peer ended by itself. */
    @Nullable
    CloseReason closing() {
        return closing.get();
    }

    String transport() {
        Way chosen = way;
        return chosen == null ? "" : chosen.transport();
    }

    SessionInfo describe() {
        Way chosen = way;
        Viewer watching = viewer;
        List<SentInfo> sent = watching == null ? List.of() : watching.sent();
        return new SessionInfo(
                id,
                broadcast.name(),
                role,
                participant,
                chosen == null ? "connecting" : "connected",
                chosen == null ? null : chosen.remote(),
                chosen == null ? null : chosen.transport(),
                createdMs,
                watching == null ? null : watching.link(),
                sent);
    }
}
