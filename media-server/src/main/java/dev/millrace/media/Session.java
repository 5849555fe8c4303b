package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.SessionInfo.SentInfo;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.Transport;
import dev.millrace.media.peer.Peer;
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
    private final Peer peer;
    private volatile @Nullable Viewer viewer;
    private volatile @Nullable SessionChannels channels;
    private volatile @Nullable NetworkPath path;
    private volatile @Nullable Playback playback;
    private volatile String etag;

    Session(Peer peer, Broadcast broadcast, Role role, String participant, long createdMs) {
        this.id = peer.id();
        this.peer = peer;
        this.etag = peer.etag();
        this.broadcast = broadcast;
        this.role = role;
        this.participant = participant;
        this.createdMs = createdMs;
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
        return path != null;
    }

    void connectedBy(NetworkPath chosen) {
        path = chosen;
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
        NetworkPath chosen = path;
        return chosen == null ? "" : name(chosen.transport());
    }

    private static String name(Transport transport) {
        return transport.name().toLowerCase(Locale.ROOT);
    }

    SessionInfo describe() {
        NetworkPath chosen = path;
        Viewer watching = viewer;
        List<SentInfo> sent = watching == null ? List.of() : watching.sent();
        return new SessionInfo(
                id,
                broadcast.name(),
                role,
                participant,
                chosen == null ? "connecting" : "connected",
                chosen == null
                        ? null
                        : chosen.remote().getAddress().getHostAddress() + ":"
                                + chosen.remote().getPort(),
                chosen == null ? null : name(chosen.transport()),
                createdMs,
                watching == null ? null : watching.link(),
                sent);
    }
}
