package dev.millrace.media.rtp.codec;

/** Payloads written by hand, bit for bit from the specifications, as hex. */
final class CodecSamples {
    /** Constrained baseline 3.1, 1280x720. */
    static final String SPS_720P = "6742c01fda014016e4";

    /** High 4.0, 1920x1080: eight rows cropped. */
    static final String SPS_1080P = "67640028acd940780227e540";

    /** {@link #SPS_720P}, a PPS, and an IDR slice. */
    static final String STAP_A = "7800096742c01fda014016e4000468ce3c80000465880000";

    /** Picture id 0x1234, base layer index 7, temporal layer 1 with sync, 1280x720. */
    static final String VP8_KEYFRAME = "90f092340760100000" + "9d012a0005d00200";

    /** Picture id 0x123, base layer index 5, two spatial layers, a picture group of one. */
    static final String VP9_KEYFRAME = "aa8123000538014000b40280016801040182" + "49";

    /** A sequence header of 1280x720. */
    static final String AV1_KEYFRAME = "180800000042a67fd9e0";

    /** Two temporal layers, one chain, 1280x720; templates: key, base, upper. */
    static final String DESCRIPTOR_L1T2 = "c0000180011ea85141010c13fc0b3c";

    /** Opus 111 with one older block of three bytes, 960 ticks before. */
    static final String RED = "ef0f00036faabbcc01020304";

    private CodecSamples() {}
}
