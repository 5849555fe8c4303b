package dev.millrace.media.origin;

import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.Transcoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stills of one stream: made when asked for, of a keyframe that came by or is asked for, and shown for some seconds. Owned
 * by the origin's thread.
 */
final class Stills {
    private static final String JPEG = "image/jpeg";
    private static final int WIDTH = 640;

    /** A still is shown for so long; a keyframe this old still makes one. */
    private static final long FRESH_NS = 4_000_000_000L;

    /** A keyframe that was asked for comes within a second, or does not. */
    private static final long PATIENCE_NS = 4_000_000_000L;

    /** All layers' keyframes of one picture come within this: the best of them is taken. */
    private static final long SAME_NS = 500_000_000L;

    /** Pictures smaller than this are taken only if there are no others. */
    private static final int LEAST_HEIGHT = 270;

    private final Transcoder transcoder;
    private final OriginThread thread;
    private final List<Held> held = new ArrayList<>();
    private @Nullable VideoFrame keyframe;
    private long keyframeNs;
    private byte @Nullable [] latest;
    private long latestNs;
    private boolean making;
    private @Nullable Listening listening;

    Stills(Transcoder transcoder, OriginThread thread) {
        this.transcoder = transcoder;
        this.thread = thread;
    }

    /** Somebody wants one; true if a keyframe is needed for it. */
    boolean ask(Held request, long nowNs) {
        byte[] shown = latest;
        if (shown != null && nowNs - latestNs < FRESH_NS) {
            request.complete(new OriginReply.Still(JPEG, shown));
            return false;
        }
        if (!transcoder.available()) {
            request.complete(refused("No still can be made: " + transcoder.state()));
            return false;
        }
        held.add(request);
        if (keyframe != null && nowNs - keyframeNs < FRESH_NS) {
            make(keyframe);
            return false;
        }
        return !making;
    }

    /** Listens to a broadcaster who is not packaged. */
    void listen(Source source) {
        if (listening == null) {
            listening = new Listening(source);
            switch (source) {
                case PacketSource packets -> packets.listen(listening, thread.executor(), false);
                case FrameSource whole -> whole.listen(listening, thread.executor());
            }
        }
        source.requestKeyframe();
    }

    /** Stops listening: somebody else does from now on, or there is nobody to listen to. */
    void stopListening() {
        Listening now = listening;
        listening = null;
        if (now != null) {
            now.source.silence();
        }
    }

    /** The broadcaster is another one, or gone. */
    void forget() {
        stopListening();
        keyframe = null;
        latest = null;
    }

    void onKeyframe(VideoFrame frame, long nowNs) {
        VideoFrame known = keyframe;
        if (known == null || nowNs - keyframeNs > SAME_NS || isBetter(height(frame), height(known))) {
            keyframe = frame;
            keyframeNs = nowNs;
        }
        if (!held.isEmpty()) {
            make(frame);
        }
    }

    private static boolean isBetter(int height, int than) {
        return than < LEAST_HEIGHT ? height > than : height >= LEAST_HEIGHT && height < than;
    }

    private static int height(VideoFrame frame) {
        return frame.config() instanceof AvcConfig avc ? avc.sequence().height() : 0;
    }

    private void make(VideoFrame frame) {
        if (making) {
            return;
        }
        making = true;
        AvcConfig avc = frame.config() instanceof AvcConfig config ? config : null;
        transcoder
                .still(new SourcePicture(frame.config().codec(), frame.data(), true, avc), WIDTH)
                .whenComplete((jpeg, fault) -> thread.executor().execute(() -> made(jpeg, fault)));
    }

    private void made(byte @Nullable [] jpeg, @Nullable Throwable fault) {
        making = false;
        stopListening();
        OriginReply reply;
        if (jpeg == null || fault != null) {
            reply = refused("No still can be made of this broadcast just now; try again in a few seconds.");
        } else {
            latest = jpeg;
            latestNs = thread.nowNs();
            reply = new OriginReply.Still(JPEG, jpeg);
        }
        held.forEach(each -> each.complete(reply));
        held.clear();
    }

    /** Somebody waits, so {@link #onTick} is wanted. */
    boolean isWaitedFor() {
        return !held.isEmpty();
    }

    /** Refuses those who waited for too long. */
    void onTick(long nowNs) {
        held.removeIf(each -> each.isDone()
                || (each.heldNs(nowNs) >= PATIENCE_NS
                        && each.complete(
                                refused("The broadcaster has sent no keyframe; try again in a few seconds."))));
        if (held.isEmpty()) {
            stopListening();
        }
    }

    private static OriginReply.Refused refused(String sentence) {
        return new OriginReply.Refused(OriginRefusal.NOT_FOUND, sentence);
    }

    /** Listens until there is a keyframe. */
    private final class Listening implements PacketSink, FrameSink, PublishedFrames.Sink {
        private final Source source;
        private final PublishedFrames frames;

        Listening(Source source) {
            this.source = source;
            this.frames = new PublishedFrames(null, source.video(), this, thread.drops());
        }

        @Override
        public void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs) {
            if (listening == this && kind == MediaKind.VIDEO) {
                frames.onPacket(kind, layer, b, off, len, arrivalNs);
                frames.onDeadline(arrivalNs);
            }
        }

        @Override
        public void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long arrivalNs) {}

        @Override
        public void onLayerGone(MediaKind kind, int layer, long nowNs) {}

        @Override
        public void onVideo(int layer, VideoFrame frame, long captureNs) {
            if (frame.key()) {
                Stills.this.onKeyframe(frame, frame.arrivalNs());
            }
        }

        @Override
        public void onPicture(int layer, VideoFrame frame, long captureNs) {
            if (listening == this) {
                onVideo(layer, frame, captureNs);
            }
        }

        @Override
        public void onAudio(AudioFrame frame, long captureNs) {}

        @Override
        public void onAac(TrackFormat.Aac format, byte[] data, long captureNs) {}

        @Override
        public void onOpus(AudioFrame frame, long captureNs) {}

        @Override
        public void onKeyframeWanted(long nowNs) {}
    }
}
