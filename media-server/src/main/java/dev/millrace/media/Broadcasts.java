package dev.millrace.media;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply.Traffic;
import dev.millrace.media.origin.Origins;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** All streams that have a session, by name; made when first wanted, forgotten when nobody is left. Any thread. */
final class Broadcasts {
    private final ConcurrentMap<String, Broadcast> byName = new ConcurrentHashMap<>();
    private Traffic ended = TrafficCounter.none();
    private final int loops;
    private final Consumer<MediaEvent> events;
    private final WallTime time;
    private final Origins origins;

    Broadcasts(int loops, Consumer<MediaEvent> events, WallTime time, Origins origins) {
        this.loops = loops;
        this.events = events;
        this.time = time;
        this.origins = origins;
    }

    /** Adds a session to the stream of that name; atomic with {@link #leave}, so that no session is in a forgotten one. */
    Session join(String name, Function<Broadcast, Session> make) {
        Session[] made = new Session[1];
        byName.compute(name, (key, existing) -> {
            Broadcast broadcast = existing == null ? new Broadcast(name, loops, events, time, origins) : existing;
            made[0] = make.apply(broadcast);
            broadcast.add(made[0]);
            return broadcast;
        });
        return made[0];
    }

    /** Removes a session, and its stream when it was the last. */
    void leave(Session session) {
        byName.computeIfPresent(session.broadcast().name(), (key, broadcast) -> {
            broadcast.remove(session);
            if (!broadcast.unused()) {
                return broadcast;
            }
            end(broadcast);
            return null;
        });
    }

    /** What streams that have ended had carried: totals never go back. */
    synchronized Traffic ended() {
        return ended;
    }

    private synchronized void end(Broadcast broadcast) {
        ended = TrafficCounter.sum(ended, broadcast.traffic());
    }

    /** Connected viewers with sessions. */
    int viewers(String stream) {
        Broadcast broadcast = byName.get(stream);
        return broadcast == null ? 0 : broadcast.viewers();
    }

    boolean isLive(String stream) {
        Broadcast broadcast = byName.get(stream);
        return broadcast != null && broadcast.isLive();
    }

    Collection<Broadcast> all() {
        return byName.values();
    }
}
