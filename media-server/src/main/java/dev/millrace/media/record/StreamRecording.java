package dev.millrace.media.record;

import org.jspecify.annotations.Nullable;

/** Whether a stream is to be recorded, and what became of it last. Any thread. */
final class StreamRecording {
    private final String stream;
    private volatile boolean on;
    private volatile @Nullable Session session;
    private volatile String problem = "";

    StreamRecording(String stream, boolean on) {
        this.stream = stream;
        this.on = on;
    }

    String stream() {
        return stream;
    }

    /** Said by somebody, or by the configuration; what went wrong before is forgotten. */
    void set(boolean wanted) {
        on = wanted;
        problem = "";
        Session current = session;
        if (!wanted && current != null) {
            current.end("");
        }
    }

    boolean isOn() {
        return on;
    }

    /** It is to be recorded, and nothing stands against it that is known. */
    boolean wanted() {
        return on && problem.isEmpty();
    }

    /** Another broadcast, another try. */
    void onBroadcast() {
        problem = "";
    }

    void onSession(Session begun) {
        session = begun;
    }

    void onOver(Session over, String sentence) {
        problem = sentence;
        if (session == over) {
            session = null;
        }
    }

    /** The one going on; null if none is. */
    @Nullable
    Session session() {
        return session;
    }

    /** Why nothing is recorded although it should be; empty if all is well. */
    String problem() {
        return problem;
    }
}
