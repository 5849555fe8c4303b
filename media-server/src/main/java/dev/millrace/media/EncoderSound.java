package dev.millrace.media;

import dev.millrace.media.frames.AacConfig;
import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.ingest.SoundLine;
import dev.millrace.media.rtp.codec.OpusPayload;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.Transcoder;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An encoder's sound on its way to browsers: Opus as it is, AAC by the transcoder, while somebody listens. Owned by its
 * loop, told the time.
 *
 * <p>Packets follow each other without a hole, however the source rounds its times: a browser hears one. Sender reports tell
 * what time it really is.
 */
final class EncoderSound {
    private static final long MS = 1_000_000;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long AAC_SAMPLES = 1_024;

    /** What OBS sends; players are told the measured rate as soon as there is one. */
    private static final int USUAL_AAC_BPS = 160_000;

    /** Who leaves and comes back, as a page that is loaded anew, finds it running. */
    private static final long LINGER_NS = 30_000 * MS;

    /** Of a worker that died; several streams ask at once, and a machine without memory has none for it. */
    private static final long AGAIN_NS = 1_000 * MS;

    /** A worker that keeps up is late by a packet that comes in, one that goes out, and what threads wait for. */
    private static final long FRESH_NS = 120 * MS;

    /** A worker that is always later than that is heard all the same. */
    private static final long STALE_NS = 2_000 * MS;

    /** More between two packets than they last is a hole; less is how times are rounded, and clocks that drift apart. */
    private static final long MAX_OFF_TICKS = 40L * OpusPayload.TICKS_PER_MS;

    /** Two channels, also of a source in one. */
    private static final int CHANNELS = 2;

    /** Takes packets of Opus. */
    interface Sink {
        /**
         * Hears of a packet.
         *
         * @param ticks when it is to be heard, in 1/48,000 s
         * @param shownNs what the source's clock says of it
         */
        void onOpus(byte[] opus, long ticks, long shownNs);
    }

    private final String stream;
    private final Transcoder transcoder;
    private final int bitrateBps;
    private final Executor loop;
    private final Sink sink;
    private SoundLine line = new SoundLine();
    private @Nullable AacConfig aac;
    private TrackFormat.@Nullable Aac format;
    private @Nullable Work work;
    private long wantedNs = Long.MIN_VALUE / 2;
    private long againNs = Long.MIN_VALUE;
    private long nowNs;
    private long newestNs;
    private boolean any;
    private @Nullable EncoderSource source;
    private long toldTicks;
    private long nextTicks;

    EncoderSound(String stream, Transcoder transcoder, int bitrateBps, Executor loop, Sink sink) {
        this.stream = stream;
        this.transcoder = transcoder;
        this.bitrateBps = bitrateBps;
        this.loop = loop;
        this.sink = sink;
    }

    /** AAC comes from now on. */
    void configureAac(AacConfig config) {
        begin(config, plays(config) ? new TrackFormat.Aac(config.rateHz(), config.channels(), USUAL_AAC_BPS) : null);
    }

    /** Opus comes from now on. */
    void configureOpus() {
        begin(null, null);
    }

    private void begin(@Nullable AacConfig config, TrackFormat.@Nullable Aac passed) {
        aac = config;
        format = passed;
        line = new SoundLine();
        close();
    }

    private static boolean plays(AacConfig config) {
        return config.objectType() == AacConfig.LOW_COMPLEXITY
                && config.isUsualRate()
                && config.channels() >= 1
                && config.channels() <= CHANNELS;
    }

    /** The next packet. */
    void accept(byte[] data, long toldNs, boolean wanted, EncoderSource packaged, long now) {
        nowNs = now;
        source = packaged;
        wantedNs = wanted || format == null ? now : wantedNs;
        if (format != null) {
            long shownNs = line.at(toldNs, AAC_SAMPLES * NS_PER_S / format.sampleRateHz());
            packaged.onAac(format, data, shownNs, now);
        }
        newestNs = toldNs;
        if (aac == null) {
            send(data, toldNs, true);
        } else if (now - wantedNs > LINGER_NS) {
            close();
        } else {
            make(data, toldNs, aac);
        }
    }

    private void make(byte[] data, long shownNs, AacConfig config) {
        Work current = work;
        if (current == null && nowNs >= againNs && transcoder.available()) {
            current = new Work();
            work = current;
            TranscodeSpec spec = new TranscodeSpec(stream, bitrateBps, CHANNELS, config.hex(), List.of());
            current.job = transcoder.open(spec, current, loop);
        }
        if (current != null && current.job != null) {
            current.job.audio(data, shownNs);
        }
    }

    private void send(byte[] opus, long shownNs, boolean heard) {
        int duration = OpusPayload.durationTicks(opus, 0, opus.length);
        if (duration < 0) {
            return;
        }
        long told = ticks(shownNs);
        long hole = any ? told - toldTicks : 0;
        long ticks = any ? nextTicks + (hole > MAX_OFF_TICKS ? hole : 0) : told;
        any = true;
        toldTicks = told + duration;
        nextTicks = ticks + duration;
        if (format == null && source != null) {
            long lineNs = line.at(shownNs, duration * NS_PER_S / AudioFrame.CLOCK_RATE);
            source.onOpus(new AudioFrame(opus, ticks, duration, nowNs), lineNs, nowNs);
        }
        if (heard) {
            sink.onOpus(opus, ticks, shownNs);
        }
    }

    /** In 1/48,000 s. */
    private static long ticks(long ns) {
        return Math.floorDiv(ns * 6, 125_000);
    }

    /** Why browsers hear nothing; empty if they do. */
    String problem() {
        return aac != null && !transcoder.available()
                ? "Viewers over WebRTC hear nothing: browsers want Opus, this is AAC, and nothing makes one of the other: "
                        + transcoder.state()
                : "";
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
        private long firstNs = Long.MIN_VALUE;
        private boolean fresh;

        /**
         * Whether viewers hear what was made: not what waited for the worker's start. All at once it would have players keep
         * the picture back for it, or play it fast.
         */
        private boolean isHeard(long captureNs) {
            firstNs = firstNs == Long.MIN_VALUE ? newestNs : firstNs;
            fresh |= newestNs - captureNs <= FRESH_NS || newestNs - firstNs > STALE_NS;
            return fresh;
        }

        @Override
        public void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {}

        @Override
        public void onVideo(int rung, VideoFrame picture, long captureNs) {}

        @Override
        public void onOpus(byte[] data, long captureNs) {
            if (work == this) {
                send(data, captureNs, isHeard(captureNs));
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
