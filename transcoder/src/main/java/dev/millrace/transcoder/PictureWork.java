package dev.millrace.transcoder;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.transcode.TranscodeSpec.Rung;
import dev.millrace.media.transcode.wire.Picture;
import dev.millrace.media.transcode.wire.Trouble;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * One stream's pictures to rungs: decoded once, and a keyframe of every rung exactly where the source has one. After a
 * picture that cannot be decoded nothing is made until the next keyframe. Owned by one lane.
 */
final class PictureWork implements Lane.Work<Picture> {
    /** Keyframes in a row that cannot be decoded, until somebody is told. */
    private static final int TROUBLE_AFTER = 3;

    /** What is in the decoder at most. */
    private static final int MAX_KEYS = 32;

    private final int job;
    private final List<Rung> rungs;
    private final Encoders encoders;
    private final Ladder.Output output;
    private final Set<Long> keys = new HashSet<>();
    private final FrameRate rate = new FrameRate();
    private @Nullable PictureDecoder decoder;
    private volatile @Nullable Ladder ladder;
    private boolean needsKey = true;
    private boolean forceKey;
    private int badKeys;
    private long lastNs = Long.MIN_VALUE;

    /** When the picture is shown that decoding began with, until the next that it may begin with. */
    private long beginNs = Long.MIN_VALUE;

    PictureWork(int job, List<Rung> rungs, Encoders encoders, Ladder.Output output) {
        this.job = job;
        this.rungs = rungs;
        this.encoders = encoders;
        this.output = output;
    }

    @Override
    public void accept(Picture picture) {
        boolean key = picture.coded().key();
        if (needsKey && !key) {
            return;
        }
        if (!key && picture.captureNs() < beginNs) {
            return; // shown before the first one, it refers to what was before that
        }
        if (key) {
            beginNs = needsKey && opensGroup(picture) ? picture.captureNs() : Long.MIN_VALUE;
        }
        PictureDecoder current = decoderFor(picture);
        if (key) {
            remember(picture.captureNs());
        }
        needsKey = false;
        String wrong = current.decode(picture.coded(), picture.captureNs(), this::onFrame);
        if (wrong != null) {
            needsKey = true;
            forceKey = true;
            current.flush();
            complain(key, wrong);
        } else if (key) {
            badKeys = 0;
        }
    }

    /** Decoding may begin there although pictures after it refer to others before it. */
    private static boolean opensGroup(Picture picture) {
        return picture.coded().codec() == Codec.H264
                && !AnnexB.hasIdr(picture.coded().data());
    }

    private PictureDecoder decoderFor(Picture picture) {
        PictureDecoder known = decoder;
        if (known != null && known.codec() == picture.coded().codec()) {
            return known;
        }
        if (known != null) {
            known.drain(this::onFrame);
            known.close();
        }
        decoder = null;
        PictureDecoder made = new PictureDecoder(picture.coded().codec());
        decoder = made;
        return made;
    }

    private void remember(long captureNs) {
        if (keys.size() >= MAX_KEYS) {
            keys.clear(); // of pictures that never came out
        }
        keys.add(captureNs);
    }

    private void complain(boolean key, String wrong) {
        badKeys += key ? 1 : 0;
        if (key && badKeys % TROUBLE_AFTER == 0) {
            output.sink().accept(new Trouble(job, "The pictures cannot be decoded: " + wrong + "."));
        }
    }

    private void onFrame(AVFrame frame) {
        long captureNs = frame.pts();
        boolean key = keys.remove(captureNs) || forceKey;
        if (captureNs <= lastNs) {
            forceKey |= key;
            return;
        }
        forceKey = false;
        lastNs = captureNs;
        rate.onPicture(captureNs);
        ladderFor(frame).accept(frame, captureNs, key, rate.fps());
    }

    private Ladder ladderFor(AVFrame frame) {
        Ladder known = ladder;
        if (known != null && known.fits(frame)) {
            return known;
        }
        if (known != null) {
            known.finish();
        }
        ladder = null;
        PictureDecoder from = decoder;
        rate.said(from == null ? 0 : from.saidFps());
        Ladder made = new Ladder(job, rungs, frame, rate.fps(), encoders, output);
        ladder = made;
        return made;
    }

    /** Returns when everything given is encoded. */
    void finish() {
        Ladder known = ladder;
        if (known != null) {
            known.finish();
        }
        ladder = null;
    }

    /** How long the slowest rung has been at a picture; any thread. */
    long busyMs(long nowNs) {
        Ladder known = ladder;
        return known == null ? 0 : known.busyMs(nowNs);
    }

    @Override
    public void close() {
        Ladder known = ladder;
        if (known != null) {
            known.close();
        }
        PictureDecoder current = decoder;
        if (current != null) {
            current.close();
        }
    }
}
