package dev.millrace.media.segment;

/**
 * One CMAF chunk, or the lack of one: what a player may have before the segment is over.
 *
 * @param index in its segment, from 0
 * @param startNs on the packager's timeline
 * @param independent it begins with a sample that a decoder can begin with
 * @param offset of its first byte in the segment
 * @param bytes never changed; empty if this is a gap
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; shared by all who send it
public record Part(int index, long startNs, long durationNs, boolean independent, int offset, byte[] bytes) {
    private static final byte[] NOTHING = {};

    static Part gap(int index, long startNs, long durationNs, int offset) {
        return new Part(index, startNs, durationNs, false, offset, NOTHING);
    }

    /** Nothing came for this time. */
    public boolean isGap() {
        return bytes.length == 0;
    }
}
