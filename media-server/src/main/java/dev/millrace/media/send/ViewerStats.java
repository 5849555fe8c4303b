package dev.millrace.media.send;

import dev.millrace.media.bwe.CongestionState;

/**
 * One viewer's connection as of the last second; immutable, for other threads.
 *
 * @param estimateBps what the connection carries, in bits per second; -1 while unknown
 * @param wantedBps what the viewer would be sent if the connection carried it, audio included; 0 while it gets the best
 * @param sentBps RTP sent over the last second, retransmissions and probes included
 * @param rttNs smoothed round trip; -1 while unknown
 * @param lossFraction packets lost towards the viewer, 0 to 1
 * @param state what holds the estimate where it is
 * @param probes probe clusters sent
 * @param probeBytes padding sent for them
 * @param waitingPackets packets the pacer holds back now
 */
public record ViewerStats(
        long estimateBps,
        long wantedBps,
        long sentBps,
        long rttNs,
        double lossFraction,
        CongestionState state,
        long probes,
        long probeBytes,
        int waitingPackets) {
    /** Before anything was sent. */
    public static final ViewerStats NONE = new ViewerStats(-1, 0, 0, -1, 0, CongestionState.UNKNOWN, 0, 0, 0);
}
