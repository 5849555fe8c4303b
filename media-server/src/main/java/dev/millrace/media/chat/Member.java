package dev.millrace.media.chat;

import dev.millrace.media.control.Identity;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection to a room, from its first message or channel to its end. Its fields belong to the chat thread. */
public final class Member {
    private final String stream;
    private final Identity identity;
    private final Outlet outlet;
    private final Object connection;

    // the chat thread's
    private final Set<String> subscriptions = HashSet.newHashSet(0);
    private @Nullable TokenBucket patience;
    private @Nullable TokenBucket hellos;
    private @Nullable Participant participant;
    private boolean welcomed;
    private Playing.Way plays = Playing.Way.NONE;
    private boolean connected;

    /**
     * A connection that has said nothing yet.
     *
     * @param connection the outlet's own, to find it again
     */
    public Member(String stream, Identity identity, Outlet outlet, Object connection) {
        this.stream = stream;
        this.identity = identity;
        this.outlet = outlet;
        this.connection = connection;
    }

    public String stream() {
        return stream;
    }

    public Identity identity() {
        return identity;
    }

    public Outlet outlet() {
        return outlet;
    }

    /** The outlet's own. */
    public Object connection() {
        return connection;
    }

    /** Whether a request deserves an answer: even a refusal costs more than it takes to ask for it. */
    boolean mayAsk(long nowNs) {
        if (patience == null) {
            patience = new TokenBucket(100, 400, nowNs); // above every limit that is answered
        }
        return patience.take(nowNs);
    }

    /** Each hello may cost thousands of messages; two tabs of a flaky network stay far below. */
    boolean mayHello(long nowNs) {
        if (hellos == null) {
            hellos = new TokenBucket(1, 10, nowNs);
        }
        return hellos.take(nowNs);
    }

    /** Null until the first hello, or the first message on an application's channel. */
    @Nullable
    Participant participant() {
        return participant;
    }

    /** Whether hello was said. */
    boolean welcomed() {
        return welcomed;
    }

    void become(@Nullable Participant somebody, boolean welcome) {
        participant = somebody;
        welcomed = welcome;
    }

    Playing.Way plays() {
        return plays;
    }

    void plays(Playing.Way way) {
        plays = way;
    }

    boolean connected() {
        return connected;
    }

    void connected(boolean now) {
        connected = now;
    }

    /** Application channels asked for by a message; those opened as data channels are the outlet's to know. */
    Set<String> subscriptions() {
        return subscriptions;
    }
}
