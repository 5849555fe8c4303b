package dev.millrace.perf;

/**
 * What one light client saw so far.
 *
 * @param up whether media can flow
 * @param join how long joining took
 * @param audio what a viewer received of the audio
 * @param video what a viewer received of the video
 * @param packetsSent media packets a publisher sent
 * @param keyframesAsked picture loss and full intra requests a publisher got
 */
public record LightStats(
        boolean up, LightJoin join, LightTrack audio, LightTrack video, long packetsSent, long keyframesAsked) {}
