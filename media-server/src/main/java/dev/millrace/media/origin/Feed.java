package dev.millrace.media.origin;

import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.TranscodeSpec.Rung;
import dev.millrace.media.transcode.Transcoder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One broadcaster on the way to a packager: H.264 goes through as it is, and what players lack is made by the transcoder.
 * Owned by the origin's thread.
 */
final class Feed implements PacketSink, FrameSink, PublishedFrames.Sink {
    /** Two channels, also of a source in one: players take both, and one that changes needs no new beginning. */
    private static final TrackFormat.Opus OPUS = new TrackFormat.Opus(2, 0);

    private static final int CHANNELS = 2;

    /** What a feed needs of its stream; on the origin's thread. */
    interface Owner {
        /** Something may have been packaged. */
        void onPackaged(long nowNs);

        /** Nothing can be shown before a keyframe; said often. */
        void onKeyframeWanted(long nowNs);

        /** A whole keyframe. */
        void onKeyframe(VideoFrame frame);
    }

    private final String stream;
    private final OriginConfig config;
    private final Transcoder transcoder;
    private final Source from;
    private final Packaging into;
    private final OriginThread thread;
    private final Owner owner;
    private final PublishedFrames frames;
    private final List<Track> layers = new ArrayList<>();
    private final List<Track> rungs = new ArrayList<>();
    private final LargestLayer largest;
    private final @Nullable Track sound;
    private final @Nullable Fill fill;
    private @Nullable Work soundWork;
    private @Nullable Work pictureWork;
    private Codec codec = Codec.OTHER;
    private boolean closed;

    Feed(String stream, OriginServices services, Source from, Packaging into, OriginThread thread, Owner owner) {
        this.stream = stream;
        this.config = services.config();
        this.transcoder = services.transcoder();
        this.from = from;
        this.into = into;
        this.thread = thread;
        this.owner = owner;
        PublishedMedia video = from.video();
        PublishedMedia audio = from.audio();
        this.frames = new PublishedFrames(audio, video, this, thread.drops());
        TrackNames.of(video).forEach(name -> layers.add(into.track(name, true)));
        this.largest = new LargestLayer(layers.size());
        this.sound = audio == null ? null : into.track(TrackNames.AUDIO, false);
        this.fill = Fill.of(into, config.packager(), video == null, audio == null);
    }

    /** Begins to listen. */
    void start() {
        switch (from) {
            case PacketSource packets -> {
                makeAac();
                packets.listen(this, thread.executor(), true);
            }
            case FrameSource whole -> whole.listen(this, thread.executor());
        }
        from.requestKeyframe();
    }

    /** Has AAC made of Opus. */
    private void makeAac() {
        if (sound != null && soundWork == null && transcoder.available()) {
            TranscodeSpec spec = new TranscodeSpec(stream, config.audioBps(), CHANNELS, List.of());
            soundWork = new Work(transcoder, spec, new SoundOutput(), thread.executor());
        }
    }

    @Override
    public void onPicture(int layer, VideoFrame frame, long captureNs) {
        if (!closed) {
            onVideo(layer, frame, captureNs);
            owner.onPackaged(frame.arrivalNs());
        }
    }

    @Override
    public void onAac(TrackFormat.Aac format, byte[] data, long captureNs) {
        if (!closed && sound != null) {
            fill(captureNs);
            into.onAudio(sound, format, data, captureNs);
            owner.onPackaged(thread.nowNs());
        }
    }

    @Override
    public void onOpus(AudioFrame frame, long captureNs) {
        if (!closed) {
            makeAac();
            onAudio(frame, captureNs);
            owner.onPackaged(frame.arrivalNs());
        }
    }

    /** Nothing more comes of it. */
    void close() {
        closed = true;
        from.silence();
        if (soundWork != null) {
            soundWork.close();
        }
        if (pictureWork != null) {
            pictureWork.close();
        }
    }

    long nextDeadlineNs() {
        return frames.nextDeadlineNs();
    }

    void onDeadline(long nowNs) {
        if (frames.nextDeadlineNs() <= nowNs) {
            frames.onDeadline(nowNs);
            owner.onPackaged(nowNs);
        }
    }

    @Override
    public void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs) {
        if (!closed) {
            frames.onPacket(kind, layer, b, off, len, arrivalNs);
            owner.onPackaged(arrivalNs);
        }
    }

    @Override
    public void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long arrivalNs) {
        frames.onSenderReport(kind, layer, ntp, rtpTimestamp, arrivalNs);
    }

    @Override
    public void onLayerGone(MediaKind kind, int layer, long nowNs) {
        frames.onLayerGone(kind, layer, nowNs);
    }

    @Override
    public void onKeyframeWanted(long nowNs) {
        owner.onKeyframeWanted(nowNs);
    }

    @Override
    public void onVideo(int layer, VideoFrame frame, long captureNs) {
        codec = frame.config().codec();
        if (frame.key()) {
            owner.onKeyframe(frame);
        }
        if (frame.config() instanceof AvcConfig) {
            into.onVideo(layers.get(layer), frame, captureNs);
            fill(captureNs);
            if (layers.size() == 1) {
                make(Ladder.below(config.ladder(), frame.config()), frame, captureNs);
            }
        } else if (largest.takes(layer, frame)) {
            make(Ladder.all(config.ladder(), frame.config()), frame, captureNs);
        }
    }

    private void fill(long captureNs) {
        if (fill != null) {
            fill.until(captureNs);
        }
    }

    /** Has rungs made of a picture; those of before go on if they do. */
    private void make(List<Rung> wanted, VideoFrame frame, long captureNs) {
        Work work = pictureWork;
        boolean more = frame.key() && (work == null || !work.spec().rungs().containsAll(wanted));
        if (more && !wanted.isEmpty() && transcoder.available()) {
            if (work != null) {
                work.close();
            }
            rungs.clear();
            wanted.forEach(each -> rungs.add(into.track(Ladder.name(each), true)));
            TranscodeSpec spec = new TranscodeSpec(stream, 0, 0, wanted);
            work = new Work(transcoder, spec, new PictureOutput(), thread.executor());
            pictureWork = work;
        }
        if (work != null) {
            work.video(frame, captureNs);
        }
    }

    @Override
    public void onAudio(AudioFrame frame, long captureNs) {
        fill(captureNs);
        Work work = soundWork;
        if (work != null) {
            work.audio(frame.data(), captureNs);
        }
        if (sound != null && (work == null || work.isHopeless())) {
            into.onAudio(sound, OPUS, frame.data(), captureNs);
        }
    }

    /** Pictures come that players cannot be given, and nobody makes others of them. */
    boolean isUnplayable() {
        boolean decoded = codec == Codec.VP8 || codec == Codec.VP9 || codec == Codec.AV1 || codec == Codec.HEVC;
        return decoded && (pictureWork == null ? !transcoder.available() : pictureWork.isHopeless());
    }

    /** Tracks that are to have something before players are told of the broadcast. */
    boolean allPlay(long nowNs) {
        List<Track> expected = new ArrayList<>(rungs);
        if (codec == Codec.H264) {
            expected.addAll(layers);
        }
        if (sound != null) {
            expected.add(sound);
        }
        return !expected.isEmpty()
                && expected.stream().allMatch(into::plays)
                && !waitsForPictures(nowNs); // whose codec, and so whose tracks, are not known yet
    }

    /** Some track waits for the transcoder, which may have to be started. */
    boolean waitsForTranscoder() {
        return waits(soundWork) || waits(pictureWork);
    }

    /** There is sound, and the transcoder has not made anything of it yet that plays. */
    boolean waitsForSound() {
        return sound != null && soundWork != null && soundWork.isAwaited() && !into.plays(sound);
    }

    /** Pictures come in, and there is nothing of them yet that plays: no keyframe came through, or none is made of them yet. */
    boolean waitsForPictures(long nowNs) {
        return !isUnplayable()
                && frames.receivesPictures(nowNs)
                && Stream.concat(layers.stream(), rungs.stream()).noneMatch(into::plays);
    }

    private static boolean waits(@Nullable Work work) {
        return work != null && !work.any() && !work.isHopeless();
    }

    /** What is wrong, as a sentence; empty if nothing is. */
    String problem(long nowNs) {
        if (isUnplayable()) {
            return "The broadcaster sends " + codec
                    + ", which players of HLS and DASH lack, and nothing makes H.264 of " + "it: " + transcoder.state();
        }
        String trouble = frames.trouble(nowNs);
        if (!trouble.isEmpty()) {
            return trouble;
        }
        if (pictureWork != null && !pictureWork.problem().isEmpty()) {
            return pictureWork.problem();
        }
        return soundWork == null ? "" : soundWork.problem();
    }

    /** Sound and pictures begin anew together. */
    private void onBroken() {
        into.interrupt();
        into.publish(thread.nowNs());
        from.requestKeyframe();
    }

    private final class SoundOutput implements Work.Output {
        @Override
        public void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {
            if (sound != null) {
                into.onAudio(sound, format, data, captureNs);
                owner.onPackaged(thread.nowNs());
            }
        }

        @Override
        public void onBroken() {
            Feed.this.onBroken();
        }
    }

    private final class PictureOutput implements Work.Output {
        @Override
        public void onVideo(int rung, VideoFrame picture, long captureNs) {
            into.onVideo(rungs.get(rung), picture, captureNs);
            fill(captureNs);
            owner.onPackaged(thread.nowNs());
        }

        @Override
        public void onBroken() {
            Feed.this.onBroken();
        }
    }
}
