package dev.millrace.media.control;

/**
 * What is known of the connection to one viewer.
 *
 * @param estimateBps what it carries by the bandwidth estimate, -1 while unknown
 * @param wantedBps what would be sent if it carried everything
 * @param sentBps RTP sent over it, retransmissions and probes included
 * @param rttMs round trip, -1 while unknown
 * @param fractionLost of what was sent lately, 0 to 1
 * @param state in a word what holds the estimate where it is
 * @param probes how often its room was tried out
 */
public record LinkInfo(
        long estimateBps, long wantedBps, long sentBps, double rttMs, double fractionLost, String state, long probes) {}
