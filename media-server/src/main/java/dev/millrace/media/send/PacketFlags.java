package dev.millrace.media.send;

/** What a payload says about its place in the stream, found once per received packet and kept with it. */
final class PacketFlags {
    /** The first packet of a keyframe: a decoder that knows nothing may start here. */
    static final int KEYFRAME_START = 1;

    /** No payload: padding that probes for bandwidth. */
    static final int EMPTY = 2;

    private PacketFlags() {}
}
