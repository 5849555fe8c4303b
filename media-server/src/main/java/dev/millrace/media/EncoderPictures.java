package dev.millrace.media;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.ingest.ShownInOrder;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.Transcoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An encoder's pictures on their way to browsers over WebRTC: as they are, or, where they come in another order than they are
 * shown in, in open groups, or in what they do not take, encoded anew by the transcoder while somebody watches. Owned by its loop, told the time.
 *
 * <p>Who begins to watch in the middle of a group gets the pictures since its beginning decoded at once, and of those only the
 * first one shown: what follows is the present.
 */
final class EncoderPictures {
    private static final long MS = 1_000_000;

    /** Who leaves and comes back, as a page that is loaded anew, finds it running. */
    private static final long LINGER_NS = 30_000 * MS;

    /** Of a worker that died; several streams ask at once, and a machine without memory has none for it. */
    private static final long AGAIN_NS = 1_000 * MS;

    /** Less than the worker takes at once; who comes later in a longer group waits for the next. */
    private static final int MOST_KEPT = 100;

    /** Groups without any reordered picture, after which nobody believes any more that there will be one. */
    private static final int CALM_GROUPS = 3;

    private static final List<TranscodeSpec.Rung> AS_IT_IS = List.of(new TranscodeSpec.Rung(0, 0));

    /** Takes the pictures that viewers get, in the order they are shown in. */
    interface Sink {
        void onPicture(VideoFrame frame, long shownNs);
    }

    /** What becomes of a track in whose pictures browsers find no order. */
    enum Reordered {
        ENCODED_ANEW,
        /** Of its pictures those that have one are shown. */
        LEFT_OUT,
        /** None of its pictures is shown. */
        NOT_SHOWN
    }

    /**
     * What came since the last picture that decoding can begin with.
     *
     * @param begins it is that picture
     */
    private record Kept(VideoFrame frame, boolean begins, long shownNs) {}

    private final String stream;
    private final Transcoder transcoder;
    private final Reordered reordered;
    private final Executor loop;
    private final EncoderWarnings warnings;
    private final Sink sink;
    private final ShownInOrder order = new ShownInOrder();
    private final List<Kept> kept = new ArrayList<>();
    private @Nullable Work work;
    private boolean needed;

    /** They are such as browsers do not take over WebRTC. */
    private boolean foreign;

    private boolean referred;
    private int calmGroups;
    private long newestNs = Long.MIN_VALUE;
    private long wantedNs = Long.MIN_VALUE / 2;
    private long againNs = Long.MIN_VALUE;
    private long nowNs;

    EncoderPictures(
            String stream,
            Transcoder transcoder,
            Reordered reordered,
            Executor loop,
            EncoderWarnings warnings,
            Sink sink) {
        this.stream = stream;
        this.transcoder = transcoder;
        this.reordered = reordered;
        this.loop = loop;
        this.warnings = warnings;
        this.sink = sink;
    }

    /**
     * The next picture, in the order of decoding.
     *
     * @param opens decoding may begin here although it is no keyframe: an open group
     * @param laterNs by how much later it is shown than decoded
     */
    void accept(VideoFrame frame, boolean opens, long shownNs, long laterNs, boolean watched, long now) {
        Codec codec = frame.config().codec();
        if (!foreign && codec != Codec.H264) { // shown in the order they are decoded in
            if (needed || !kept.isEmpty()) {
                forget();
            }
            sink.onPicture(frame, shownNs);
            return;
        }
        nowNs = now;
        wantedNs = watched ? now : wantedNs;
        Kept next = new Kept(frame, frame.key() || opens, shownNs);
        judge(next, opens, laterNs);
        keep(next);
        Work current = work();
        if (current != null && current.begun) {
            current.give(next);
        } else if (current != null && !kept.isEmpty()) {
            current.begin();
        } else if (isShownAsItIs() && order.accept(frame.key(), frame.discardable(), shownNs)) {
            sink.onPicture(frame, shownNs);
        }
    }

    private boolean isShownAsItIs() {
        return !foreign && (!needed || reordered != Reordered.NOT_SHOWN);
    }

    /** From here on pictures come that browsers do not take over WebRTC, or such that they do. */
    void foreign(boolean now) {
        if (now != foreign) {
            foreign = now;
            forget();
        }
    }

    /** Another codec comes. */
    private void forget() {
        close();
        kept.clear();
        needed = false;
        calmGroups = 0;
        warnings.clear(EncoderWarnings.B_FRAMES);
    }

    /** Whether pictures in another order are to be expected, by what the encoder says and by what comes. */
    private void judge(Kept next, boolean opens, long laterNs) {
        if (foreign) {
            needed = true;
            return;
        }
        boolean key = next.frame().key();
        boolean back = !key && next.shownNs() < newestNs;
        newestNs = key ? next.shownNs() : Math.max(newestNs, next.shownNs());
        referred |= back && !next.frame().discardable();
        boolean said = key && (laterNs > 0 || reorders(next.frame().config()));
        if (back || opens) {
            calmGroups = 0;
            needed = true;
        } else if (key) {
            calmGroups = Math.min(CALM_GROUPS, calmGroups + 1);
            needed = calmGroups < CALM_GROUPS && (needed || said);
        }
        if (back) {
            warnings.say(EncoderWarnings.reordered(canEncode(), referred));
        }
        if (opens) {
            warnings.say(EncoderWarnings.openGroups(canEncode()));
        }
        if (!needed) {
            warnings.clear(EncoderWarnings.B_FRAMES);
        }
    }

    private static boolean reorders(VideoConfig config) {
        return config instanceof AvcConfig avc && avc.sequence().reorderFrames() > 0;
    }

    private boolean canEncode() {
        return (foreign || reordered == Reordered.ENCODED_ANEW) && transcoder.available();
    }

    private void keep(Kept next) {
        if (next.begins() || kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        if (next.begins() || !kept.isEmpty()) {
            kept.add(next);
        }
    }

    private @Nullable Work work() {
        if (!needed || nowNs - wantedNs > LINGER_NS) {
            close();
        } else if (work == null && nowNs >= againNs && canEncode()) {
            Work opened = new Work();
            work = opened;
            opened.job = transcoder.open(new TranscodeSpec(stream, 0, 1, AS_IT_IS), opened, loop);
        }
        return work;
    }

    void close() {
        Work old = work;
        work = null;
        if (old != null && old.job != null) {
            old.job.close();
        }
    }

    private final class Work implements TranscodeListener {
        private @Nullable TranscodeJob job;
        private boolean begun;

        /** Decoding begins with the picture shown then; others of its group before it refer to what is not there. */
        private long firstNs;

        /** Up to then pictures are decoded and not shown. */
        private long fromNs;

        private long madeNs = Long.MIN_VALUE;

        void begin() {
            begun = true;
            firstNs = kept.getFirst().shownNs();
            fromNs = order.newestNs();
            kept.forEach(each -> fromNs = Math.max(fromNs, each.shownNs()));
            fromNs += MS;
            order.interrupted(fromNs);
            kept.forEach(this::give);
        }

        void give(Kept each) {
            if (each.begins() && each.shownNs() != firstNs) {
                firstNs = Long.MIN_VALUE;
            }
            boolean shown = each.shownNs() >= firstNs;
            long captureNs = shown ? Math.max(fromNs, each.shownNs()) : fromNs - 1;
            if (job != null) {
                VideoConfig config = each.frame().config();
                AvcConfig avc = config instanceof AvcConfig sets ? sets : null;
                job.video(new SourcePicture(config.codec(), each.frame().data(), each.begins(), avc), captureNs);
            }
        }

        @Override
        public void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {}

        @Override
        public void onVideo(int rung, VideoFrame picture, long captureNs) {
            if (work == this && captureNs > madeNs) {
                madeNs = captureNs;
                order.interrupted(captureNs);
                sink.onPicture(picture, captureNs);
            }
        }

        @Override
        public void onLost(String why) {
            if (work == this) {
                work = null;
                againNs = nowNs + AGAIN_NS;
            }
        }
    }
}
