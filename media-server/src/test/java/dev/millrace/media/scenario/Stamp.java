package dev.millrace.media.scenario;

import dev.millrace.media.rtp.BigEndian;

/**
 * The truth a published payload carries in its last bytes, so that the receiver knows what it should have been shown.
 *
 * @param layer index of the encoding, -1 for audio
 * @param key decodable by itself
 * @param frame number of the picture, the same in all layers; of the audio packet
 * @param reference the picture it is predicted from, itself for a keyframe
 * @param source tells encoders apart that follow each other in one layer
 * @param kept whether later pictures are predicted from it
 * @param capturedNs when it was captured, to the microsecond
 */
record Stamp(
        int layer,
        boolean key,
        int frame,
        int reference,
        int part,
        int parts,
        int source,
        boolean kept,
        long capturedNs) {
    static final int BYTES = 26;
    private static final int MAGIC = 0x6d72;

    /** Into the last bytes of a payload. */
    void write(byte[] b, int end) {
        int at = end - BYTES;
        BigEndian.put16(b, at, MAGIC);
        b[at + 2] = (byte) layer;
        b[at + 3] = (byte) ((key ? 1 : 0) | (kept ? 2 : 0));
        BigEndian.put32(b, at + 4, frame);
        BigEndian.put32(b, at + 8, reference);
        BigEndian.put16(b, at + 12, part);
        BigEndian.put16(b, at + 14, parts);
        BigEndian.put16(b, at + 16, source);
        BigEndian.put64(b, at + 18, capturedNs);
    }

    static Stamp read(byte[] b, int end) {
        int at = end - BYTES;
        if (at < 0 || BigEndian.u16(b, at) != MAGIC) {
            throw new AssertionError("a payload came that nobody published");
        }
        return new Stamp(
                b[at + 2],
                (b[at + 3] & 1) != 0,
                BigEndian.i32(b, at + 4),
                BigEndian.i32(b, at + 8),
                BigEndian.u16(b, at + 12),
                BigEndian.u16(b, at + 14),
                BigEndian.u16(b, at + 16),
                (b[at + 3] & 2) != 0,
                BigEndian.i64(b, at + 18));
    }
}
