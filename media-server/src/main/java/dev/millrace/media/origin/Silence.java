package dev.millrace.media.origin;

import dev.millrace.media.segment.TrackFormat;

/**
 * Sound without a tone, for as long as pictures come from a broadcaster who sends no sound: players that know of a playlist
 * of sound play nothing while that stands still. Owned by the origin's thread.
 */
final class Silence {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int AAC_SAMPLES = 1_024;
    private static final long OPUS_NS = 20_000_000;

    /** What is missing longer is not filled: nothing came of the pictures, either. */
    private static final long HOLE_NS = NS_PER_S;

    /**
     * A channel pair of AAC-LC (ISO/IEC 14496-3 table 4.4) with a common window and max_sfb 0 in both channels: no spectrum
     * at all. 001 pair, 0000 tag, 1 common window; 0 00 0 long sine window, 000000 max_sfb, 0 no prediction; 00 no mid/side;
     * twice 00000000 gain and 000 no pulses, noise shaping, gain control; 111 end.
     */
    private static final byte[] AAC_PAIR = {0x21, 0, 0, 0, 0, 0x1c};

    /** One channel: 000 single, 0000 tag, gain, window and max_sfb as above, 111 end. */
    private static final byte[] AAC_SINGLE = {0, 0, 0, 0x07};

    /** 20 ms of CELT in full band (RFC 6716 section 3.1: configuration 31, one frame), whose range coder says silence. */
    private static final byte[] OPUS = {(byte) 0xf8, (byte) 0xff, (byte) 0xfe};

    /** Takes the packets. */
    interface Sink {
        void onAudio(TrackFormat format, byte[] data, long captureNs);
    }

    private final TrackFormat format;
    private boolean begun;
    private long startNs;
    private long packets;

    /** @param format of the sound before */
    Silence(TrackFormat format) {
        this.format = format;
    }

    /** Pictures have come to that time. */
    void until(long captureNs, Sink sink) {
        if (!begun || captureNs - nextNs() > HOLE_NS) {
            begun = true;
            startNs = captureNs;
            packets = 0;
        }
        while (nextNs() <= captureNs) {
            sink.onAudio(format, packet(), nextNs());
            packets++;
        }
    }

    /** Counted, not added up: no rounding error grows. */
    private long nextNs() {
        return startNs
                + switch (format) {
                    case TrackFormat.Aac aac -> packets * AAC_SAMPLES * NS_PER_S / aac.sampleRateHz();
                    case TrackFormat.Opus opus -> packets * OPUS_NS;
                    case TrackFormat.H264 pictures -> throw new IllegalArgumentException("pictures are not silent");
                };
    }

    private byte[] packet() {
        return switch (format) {
            case TrackFormat.Aac aac -> aac.channels() == 1 ? AAC_SINGLE : AAC_PAIR;
            case TrackFormat.Opus opus -> OPUS;
            case TrackFormat.H264 pictures -> throw new IllegalArgumentException("pictures are not silent");
        };
    }
}
