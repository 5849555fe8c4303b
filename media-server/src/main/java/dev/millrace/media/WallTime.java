package dev.millrace.media;

/** The wall clock, for what people and logs are shown; the real one comes from net. */
interface WallTime {
    /** Milliseconds since 1970. */
    long epochMs();
}
