package dev.millrace.media.rtmp;

/**
 * An encoder's milliseconds, which begin again after 49 days (RTMP 1.0 section 5.3.1.3), counted on: what lies less than
 * half of that ahead of the last is ahead, everything else behind. Owned by the connection.
 */
final class Clock32 {
    private boolean begun;
    private long lastMs;

    long unwrap(int timestampMs) {
        lastMs = begun ? lastMs + (timestampMs - (int) lastMs) : timestampMs & 0xffff_ffffL;
        begun = true;
        return lastMs;
    }
}
