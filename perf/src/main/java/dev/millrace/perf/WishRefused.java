package dev.millrace.perf;

import java.net.URI;

/** A server answered a WHIP or WHEP offer, but not with a session: its status and the beginning of what it said. */
public final class WishRefused extends RuntimeException {
    /** Enough of an answer to see what it is: a problem in words, or a page of HTML. */
    private static final int EXCERPT_CHARS = 200;

    private final URI endpoint;
    private final int status;
    private final String excerpt;

    WishRefused(URI endpoint, int status, String body) {
        super(endpoint + " answered " + status + (body.isBlank() ? "" : ": " + shortened(body)), null, false, false);
        this.endpoint = endpoint;
        this.status = status;
        this.excerpt = shortened(body);
    }

    private static String shortened(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS) + "…";
    }

    public URI endpoint() {
        return endpoint;
    }

    /** 201 when the answer lacked its Location or its SDP. */
    public int status() {
        return status;
    }

    public String excerpt() {
        return excerpt;
    }
}
