package dev.millrace.perf;

/**
 * What was received of one medium.
 *
 * @param packets packets that are no duplicates
 * @param bytes of them, headers included
 * @param missing sequence numbers between first and last that never came
 * @param duplicates packets that came twice
 * @param firstPacketNs first packet after the POST, in nanoseconds; -1 = none came
 * @param longestGapNs longest time between two packets in a row
 */
public record LightTrack(
        long packets, long bytes, long missing, long duplicates, long firstPacketNs, long longestGapNs) {
    static final LightTrack NONE = new LightTrack(0, 0, 0, 0, -1, 0);
}
