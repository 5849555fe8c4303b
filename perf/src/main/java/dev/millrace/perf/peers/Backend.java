package dev.millrace.perf.peers;

import java.io.IOException;

/** A server that has an interface of its own in place of WHIP and WHEP. Safe for any thread; calls block. */
interface Backend extends AutoCloseable {
    /**
     * A session.
     *
     * @param id what ends it
     * @param answer the SDP answer
     */
    record Session(String id, String answer) {}

    /** Somebody publishes; a {@link RefusedException} with a sentence when the server does not let them. */
    Session publish(String stream, String offer) throws IOException, InterruptedException;

    /** Somebody watches. */
    Session watch(String stream, String offer) throws IOException, InterruptedException;

    /** A session is over; one that is not known is none. */
    void end(String id) throws IOException, InterruptedException;

    @Override
    void close();

    /** The server said no, or something that cannot be understood. */
    final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence);
        }
    }
}
