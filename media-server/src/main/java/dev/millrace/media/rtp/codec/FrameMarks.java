package dev.millrace.media.rtp.codec;

/** What one packet is to the decode targets of its layer: filled by {@link FrameReader}; reusable, owned by one loop. */
final class FrameMarks {
    boolean start;
    boolean end;
    boolean key;
    boolean discardable;
    int spatialId;

    /** Bit i: decode target i needs the packet. */
    int present;

    /** Bit i: a viewer who can decode this frame can decode all of target i from here on. */
    int up;

    /** Bit i: whoever has all of target i has every frame this one refers to. */
    int ready;

    /** A packet of which nothing is known: everybody needs it, nobody may go up. */
    void plain() {
        start = false;
        end = false;
        key = false;
        discardable = false;
        spatialId = 0;
        present = DecodeTargets.ALL;
        up = 0;
        ready = 0;
    }

    /** A decoder that knows nothing may start here. */
    void keyframe() {
        key = true;
        up = DecodeTargets.ALL;
        ready = DecodeTargets.ALL;
    }
}
