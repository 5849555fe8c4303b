package dev.millrace.perf.load;

/** What a run has besides publishers and viewers by WebRTC; called on the run's thread, must not block. */
interface Side {
    /**
     * The ramp began so long ago.
     *
     * @return whether nobody is left to come
     */
    boolean tick(double sinceRampBeganS);
}
