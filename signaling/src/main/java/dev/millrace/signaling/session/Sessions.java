package dev.millrace.signaling.session;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.Role;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.log.SessionLog;
import dev.millrace.signaling.metrics.SessionMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All sessions that signaling made and the media server has not ended. Owned by the HTTP context. */
public final class Sessions {
    /** The transport of what the media server fetched itself: nobody asked here for a session. */
    private static final String PULLED = "pull";

    private final Map<String, Session> byId = new HashMap<>();
    private final List<Consumer<Session>> onGone = new ArrayList<>();
    private final SessionLog log;
    private final SessionMetrics metrics;
    private final int mostViewers;
    private int viewers;
    private int joiningViewers;

    /** @param mostViewers by WebRTC at once, 0 for no limit */
    public Sessions(SessionLog log, SessionMetrics metrics, int mostViewers) {
        this.log = log;
        this.metrics = metrics;
        this.mostViewers = mostViewers;
    }

    /** Keeps a place for a viewer who is about to join, until {@link #viewerJoined}; false when there is none. */
    boolean admitsViewer() {
        if (mostViewers > 0 && viewers + joiningViewers >= mostViewers) {
            return false;
        }
        joiningViewers++;
        return true;
    }

    /** The viewer who was admitted has a session now, or will not have one. */
    void viewerJoined() {
        joiningViewers--;
    }

    void made(Session session, String participant, String address) {
        if (byId.put(session.id(), session) == null && session.role() == Role.PLAY) {
            viewers++;
        }
        metrics.made(session.protocol());
        log.made(session.role(), session.protocol(), session.stream(), session.id(), participant, address);
    }

    void refused(Role role, String stream, String why, String address) {
        refused(role, SessionMetrics.protocol(role), stream, why, address);
    }

    private void refused(Role role, String protocol, String stream, String why, String address) {
        metrics.refused(protocol, why);
        if (!why.equals(Problem.Kind.TOO_MANY_REQUESTS.anchor())) { // a flood must not flood the log as well
            log.refused(role, protocol, stream, why, address);
        }
    }

    /** Somebody publishes by other means than WebRTC, such as {@code rtmp}. */
    public void published(String protocol, String id, String stream, String participant, String address) {
        Session session = new Session(
                id, stream, Role.PUBLISH, protocol, OfferSketch.of(""), null, "", System.currentTimeMillis());
        made(session, participant, address);
    }

    /** Somebody may not publish by other means than WebRTC; {@code stream} is empty where it may be a secret. */
    public void publishingRefused(String protocol, String stream, String why, String address) {
        refused(Role.PUBLISH, protocol, stream, why, address);
    }

    /** The session at this address, when stream and protocol fit as well. */
    public Optional<Session> find(Role role, @Nullable String stream, @Nullable String id) {
        Session session = id == null ? null : byId.get(id);
        return session != null && session.role() == role && session.stream().equals(stream)
                ? Optional.of(session)
                : Optional.empty();
    }

    /** The session of that id, whatever its stream. */
    public Optional<Session> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Calls {@code listener} with every session that is gone. */
    public void onGone(Consumer<Session> listener) {
        onGone.add(listener);
    }

    /** Follows the media server's events. */
    public void on(MediaEvent event) {
        switch (event) {
            case MediaEvent.SessionConnected connected -> connected(connected);
            case MediaEvent.SessionClosed closed -> closed(closed);
            case MediaEvent.StreamLive live -> log.live(live.stream());
            case MediaEvent.StreamIdle idle -> log.idle(idle.stream(), idle.reason());
            case MediaEvent.LayersChanged l -> {}
            case MediaEvent.LayerDemand d -> {}
            case MediaEvent.ViewerCount v -> {}
            case MediaEvent.RecordingChanged r -> {}
            case MediaEvent.ReconnectNeeded r -> log.reconnect(r.stream(), r.session(), r.detail());
        }
    }

    private void connected(MediaEvent.SessionConnected connected) {
        if (connected.transport().equals(PULLED) && !byId.containsKey(connected.session())) {
            published(PULLED, connected.session(), connected.stream(), PULLED, "");
        }
        log.connected(
                connected.role(), connected.stream(), connected.session(), connected.transport(), connected.afterMs());
    }

    private void closed(MediaEvent.SessionClosed closed) {
        Session session = byId.get(closed.session());
        String protocol = session == null ? SessionMetrics.protocol(closed.role()) : session.protocol();
        metrics.closed(closed, protocol, age(session));
        log.closed(closed, age(session));
        if (session != null) {
            gone(session);
        }
    }

    /** Forgets a session; safe to say twice. */
    void gone(Session session) {
        if (byId.remove(session.id()) != null) {
            if (session.role() == Role.PLAY) {
                viewers--;
            }
            onGone.forEach(listener -> listener.accept(session));
        }
    }

    private static long age(@Nullable Session session) {
        return session == null ? -1 : System.currentTimeMillis() - session.madeAtMs();
    }
}
