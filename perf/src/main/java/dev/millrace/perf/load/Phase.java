package dev.millrace.perf.load;

import java.util.Locale;

/** Where a run is; each goes over into the next, or into {@link #LEAVE} when the run ends before its time. */
enum Phase {
    /** The publishers connect. */
    PUBLISH,
    /** The viewers come at the ramp's pace. */
    RAMP,
    /** All are there. */
    HOLD,
    /** All go. */
    LEAVE,
    DONE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
