package dev.millrace.media.ingest;

import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.Codec;

/** Makes RTP payloads of whole pictures of one codec. Owned by one loop. */
public sealed interface Packetizer permits H264Packetizer, Av1Packetizer, Vp9Packetizer {
    /** Takes payloads in order; the bytes are the packetizer's again afterwards. */
    interface Sink {
        /**
         * Hears of a payload.
         *
         * @param last the picture ends with it
         */
        void onPayload(byte[] b, int off, int len, boolean last);
    }

    /**
     * One for that codec.
     *
     * @param maxPayload bytes of a payload at most
     */
    static Packetizer of(Codec codec, int maxPayload) {
        return switch (codec) {
            case H264 -> new H264Packetizer(maxPayload);
            case AV1 -> new Av1Packetizer(maxPayload);
            case VP9 -> new Vp9Packetizer(maxPayload);
            case VP8, HEVC, OPUS, RED, OTHER -> throw new IllegalArgumentException("no packets are made of " + codec);
        };
    }

    /** All payloads of a picture. */
    void packetize(VideoFrame frame, Sink sink);
}
