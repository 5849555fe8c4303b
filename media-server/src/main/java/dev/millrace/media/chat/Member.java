package dev.millrace.media.chat;

import dev.millrace.media.control.Identity;

/** One connection to a room, from its first message or channel to its end. Its fields belong to the chat thread. */
public final class Member {
    private final String stream;
    private final Identity identity;
    private final Outlet outlet;
    private final Object connection;

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
}
