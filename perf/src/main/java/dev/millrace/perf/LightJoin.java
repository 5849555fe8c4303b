package dev.millrace.perf;

/**
 * How long joining took, in nanoseconds since the POST; -1 = not yet.
 *
 * @param answeredNs the server answered the offer
 * @param iceNs ICE has its pair
 * @param connectedNs DTLS is done
 * @param firstPacketNs the first packet of pictures or sound came
 * @param keyframeNs the first keyframe was complete
 */
public record LightJoin(long answeredNs, long iceNs, long connectedNs, long firstPacketNs, long keyframeNs) {}
