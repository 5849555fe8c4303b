package dev.millrace.media.transcode;

import dev.millrace.media.net.WorkerProcess;
import dev.millrace.media.transcode.wire.Fetch;

/** Starts processes that fetch. */
public interface Fetching {
    /** Whether there is what it takes; why not, in {@link #state}. */
    boolean available();

    /** One sentence. */
    String state();

    /** Starts one after so long; returns at once. */
    Running start(String stream, Fetch what, long delayMs, WorkerProcess.Listener listener);

    /** One that was started. */
    interface Running {
        /** Ends it at once; the listener is told. */
        void kill(String why);
    }
}
