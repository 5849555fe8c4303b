package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.Codec;
import org.jspecify.annotations.Nullable;

/** What pictures have in common whose keyframes say all that a decoder needs. Owned by one thread. */
final class InBandPictures {
    private final DropCounters drops;
    private VideoConfig.InBand config;
    private boolean waiting = true;

    InBandPictures(Codec codec, DropCounters drops) {
        this.config = new VideoConfig.InBand(codec, 0, 0);
        this.drops = drops;
    }

    /** A keyframe tells how large the pictures are from here on; what it does not tell stays as it was. */
    void size(int width, int height) {
        if (width > 0 && height > 0 && (width != config.width() || height != config.height())) {
            config = new VideoConfig.InBand(config.codec(), width, height);
        }
    }

    /** Nothing can be made of it. */
    @Nullable
    VideoFrame malformed() {
        drops.count(DropReason.CODEC_MALFORMED);
        waiting = true;
        return null;
    }

    /** A whole picture; null before a keyframe. */
    @Nullable
    VideoFrame made(byte[] data, long rtpTime, boolean key, long arrivalNs) {
        if (waiting && !key) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME);
            return null;
        }
        waiting = false;
        return new VideoFrame(data, rtpTime, key, false, config, arrivalNs);
    }
}
