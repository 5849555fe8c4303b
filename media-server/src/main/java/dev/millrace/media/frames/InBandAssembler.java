package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.Codec;
import java.util.Optional;

/**
 * What the codecs have in common whose keyframes say all that a decoder needs: a picture is all payloads of one timestamp,
 * the last of them marked. Owned by one thread.
 */
abstract class InBandAssembler implements VideoAssembly {
    /** The picture so far, as a decoder takes it. */
    final UnitBuffer picture = new UnitBuffer();

    private final FrameListener listener;
    private final DropCounters drops;
    private final PictureWatch watch = new PictureWatch();
    private VideoConfig.InBand config;
    private boolean waiting = true;
    private boolean open;
    private boolean broken;
    private long rtpTime;
    private long arrivalNs;
    private long dropped;

    InBandAssembler(Codec codec, FrameListener listener, DropCounters drops) {
        this.config = new VideoConfig.InBand(codec, 0, 0);
        this.listener = listener;
        this.drops = drops;
    }

    /** A picture begins; {@link #picture} is empty. */
    abstract void begin();

    /** The picture's next payload; false if it does not fit. */
    abstract boolean take(byte[] b, int off, int len);

    /** The picture is over: true if nothing of it is missing, and {@link #picture} is what a decoder takes. */
    abstract boolean end();

    /** A decoder can begin with the picture. */
    abstract boolean key();

    /** No other picture refers to this one. */
    abstract boolean discardable();

    /** A keyframe tells how large the pictures are from here on; what it does not tell stays as it was. */
    final void size(int width, int height) {
        if (width > 0 && height > 0 && (width != config.width() || height != config.height())) {
            config = new VideoConfig.InBand(config.codec(), width, height);
        }
    }

    @Override
    public final void onPayload(long time, boolean marker, byte[] b, int off, int len, long nowNs) {
        if (len == 0) {
            return;
        }
        watch.onPacket(nowNs);
        if (open && time != rtpTime) {
            finish(); // nobody marked its last payload
        }
        if (!open) {
            open = true;
            broken = false;
            rtpTime = time;
            picture.reset();
            begin();
        }
        arrivalNs = nowNs;
        if (!broken && !take(b, off, len)) {
            malformed();
        }
        if (marker) {
            finish();
        }
    }

    @Override
    public final void onLost(long packets, long nowNs) {
        arrivalNs = nowNs;
        lose();
    }

    private void finish() {
        open = false;
        if (broken) {
            return;
        }
        if (!end()) {
            malformed();
            return;
        }
        if (picture.size() == 0) {
            return; // nothing to show, as a sequence header alone
        }
        if (waiting && !key()) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME);
            lose();
            return;
        }
        waiting = false;
        watch.onPicture(config, key(), arrivalNs);
        listener.onFrame(new VideoFrame(picture.copy(), rtpTime, key(), discardable() && !key(), config, arrivalNs));
    }

    private void malformed() {
        drops.count(DropReason.CODEC_MALFORMED);
        lose();
    }

    private void lose() {
        dropped += picture.size() > 0 ? 1 : 0;
        picture.reset();
        waiting = true;
        broken = true;
        listener.onKeyframeWanted(arrivalNs);
    }

    @Override
    public final boolean isWaiting() {
        return waiting;
    }

    @Override
    public final long dropped() {
        return dropped;
    }

    @Override
    public final Optional<SourceTrouble> trouble(long nowNs) {
        return watch.trouble(nowNs);
    }
}
