package dev.millrace.media.broadcast;

import static dev.millrace.media.broadcast.SimulatedPublisher.MS;
import static dev.millrace.media.broadcast.SimulatedPublisher.S;

import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.FrameListener;
import dev.millrace.media.frames.H264Assembler;
import dev.millrace.media.frames.OpusPackets;
import dev.millrace.media.frames.PublisherClock;
import dev.millrace.media.frames.ReorderBuffer;
import dev.millrace.media.frames.TrackClock;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.segment.Boxes;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.PackagerListener;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.PriorityQueue;

/** A broadcast from a {@link SimulatedPublisher} over a bad network into parts, and what became of every moment of it. */
final class SimulatedBroadcast implements PackagerListener, SimulatedPublisher.Wire, FrameListener {
    static final long UNIX_NS = 1_800_000_000L * S;
    private static final TrackFormat OPUS = new TrackFormat.Opus(2, 0);
    private static final long PATIENCE_NS = 100 * MS;
    private static final long PLI_NS = 300 * MS;

    final SimulatedPublisher publisher;
    final Packager packager = new Packager(PackagerConfig.DEFAULT, UNIX_NS, this);
    final Track video = packager.addVideo("v");
    final Track audio = packager.addAudio("a");
    final DropCounters drops = new DropCounters();
    final H264Assembler pictures = new H264Assembler(this, drops);
    final OpusPackets sounds = new OpusPackets(this::onSound, drops);
    final PublisherClock publisherClock = new PublisherClock();
    final TrackClock videoClock = new TrackClock(VideoFrame.CLOCK_RATE, publisherClock);
    final TrackClock audioClock = new TrackClock(AudioFrame.CLOCK_RATE, publisherClock);

    double lossRate;
    long delayNs = 10 * MS;
    double jitterNs = 4 * MS;
    /** Every so many parts are read back; 0 for none. */
    int readEvery = 1;

    long nowNs;
    long parts;
    long inits;
    long longestPauseNs;
    long lastVideoPartNs;
    long lastAudioPartNs;
    long mostKeptBytes;
    int mostKeptParts;

    /** Where pictures and sound stand in the segments, from where they were captured. */
    final Offset videoError = new Offset();

    final Offset audioError = new Offset();
    long worstSkewNs;

    private final ReorderBuffer videoOrder = new ReorderBuffer(PATIENCE_NS, pictures, drops);
    private final ReorderBuffer audioOrder = new ReorderBuffer(60 * MS, sounds, drops);
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>();
    private long sent;
    private long wishedNs = -S;

    SimulatedBroadcast(long seed) {
        publisher = new SimulatedPublisher(seed, this);
    }

    /** Time goes on up to there. */
    void run(long untilNs) {
        while (true) {
            Arrival first = arrivals.peek();
            long arrivalNs = first == null ? Long.MAX_VALUE : first.atNs;
            long deadlineNs = Math.min(
                    Math.min(videoOrder.nextDeadlineNs(), audioOrder.nextDeadlineNs()), sounds.nextDeadlineNs());
            long nextNs = Math.min(Math.min(publisher.nextNs(), arrivalNs), Math.max(nowNs, deadlineNs));
            if (nextNs >= untilNs) {
                nowNs = untilNs;
                return;
            }
            nowNs = nextNs;
            if (nextNs == publisher.nextNs()) {
                publisher.step();
            } else if (first != null && nextNs == arrivalNs) {
                arrive(arrivals.remove());
            } else {
                videoOrder.onDeadline(nextNs);
                audioOrder.onDeadline(nextNs);
                sounds.onDeadline(nextNs);
            }
        }
    }

    /** Forgets the worst so far. */
    void judgeAnew() {
        worstSkewNs = 0;
        longestPauseNs = 0;
        videoError.worstNs = 0;
        audioError.worstNs = 0;
    }

    @Override
    public void rtp(boolean isVideo, int sequence, int timestamp, boolean marker, byte[] payload, long sentNs) {
        if (publisher.random.nextDouble() >= lossRate) {
            send(new Arrival(isVideo, false, sequence & 0xffff, timestamp, 0, marker, payload), sentNs);
        }
    }

    @Override
    public void report(boolean isVideo, int timestamp, long ntpTime, long sentNs) {
        send(new Arrival(isVideo, true, 0, timestamp, ntpTime, false, new byte[0]), sentNs);
    }

    private void send(Arrival arrival, long sentNs) {
        boolean busy = publisher.random.nextInt(100) == 0;
        double late = Math.abs(publisher.random.nextGaussian()) * (busy ? 60 * MS : jitterNs);
        arrival.atNs = sentNs + delayNs + (long) late;
        arrival.order = sent++;
        arrivals.add(arrival);
    }

    private void arrive(Arrival a) {
        if (a.report) {
            (a.video ? videoClock : audioClock).onReport(a.timestamp, a.ntpTime, nowNs);
        } else {
            (a.video ? videoOrder : audioOrder)
                    .onPacket(a.sequence, a.timestamp, a.marker, a.payload, 0, a.payload.length, nowNs);
        }
    }

    @Override
    public void onFrame(VideoFrame frame) {
        packager.onVideo(video, frame, videoClock.captureNs(frame.rtpTime(), frame.arrivalNs()));
    }

    private void onSound(AudioFrame frame) {
        packager.onAudio(audio, OPUS, frame.data(), audioClock.captureNs(frame.rtpTime(), frame.arrivalNs()));
    }

    @Override
    public void onKeyframeWanted(long ns) {
        onKeyframeWanted();
    }

    @Override
    public void onKeyframeWanted() {
        if (nowNs - wishedNs >= PLI_NS) {
            wishedNs = nowNs;
            publisher.wantKeyframe(nowNs);
        }
    }

    @Override
    public void onInit(Track track, Init init) {
        inits++;
    }

    @Override
    public void onPart(Track track, Segment segment, Part part) {
        parts++;
        long lastNs = track == video ? lastVideoPartNs : lastAudioPartNs;
        longestPauseNs = Math.max(longestPauseNs, lastNs == 0 ? 0 : nowNs - lastNs);
        if (track == video) {
            lastVideoPartNs = nowNs;
        } else {
            lastAudioPartNs = nowNs;
        }
        if (!part.isGap() && readEvery > 0 && parts % readEvery < 2) {
            read(track, part);
        }
    }

    private void read(Track track, Part part) {
        long rate = track == video ? 90_000 : 48_000;
        Offset error = track == video ? videoError : audioError;
        for (Boxes.Read sample : Boxes.samples(part.bytes())) {
            int at = track == video ? 6 : 1; // behind the length and two bytes of the slice, or behind Opus' first byte
            if (sample.data().length < at + 8) {
                continue; // silence that was put in
            }
            long capturedNs = BigEndian.i64(sample.data(), at);
            long presentNs = (long) ((sample.decode() + sample.composition()) * 1e9 / rate);
            error.lastNs = packager.originUnixNs() - UNIX_NS + presentNs - capturedNs;
            error.worstNs = Math.max(error.worstNs, Math.abs(error.lastNs));
            error.atNs = nowNs;
        }
        if (videoError.atNs > nowNs - 2 * S && audioError.atNs > nowNs - 2 * S) {
            worstSkewNs = Math.max(worstSkewNs, Math.abs(videoError.lastNs - audioError.lastNs));
        }
    }

    @Override
    public void onSegment(Track track, Segment segment) {
        long bytes = 0;
        int kept = 0;
        for (Track each : packager.tracks()) {
            for (Segment one : each.segments()) {
                bytes += one.size();
                kept += one.parts().size();
            }
        }
        mostKeptBytes = Math.max(mostKeptBytes, bytes);
        mostKeptParts = Math.max(mostKeptParts, kept);
    }

    /** How long it is since a part of the track was whole. */
    long videoPauseNs() {
        return nowNs - lastVideoPartNs;
    }

    long audioPauseNs() {
        return nowNs - lastAudioPartNs;
    }

    /** How far a track stands in the segments from where it was captured. */
    static final class Offset {
        long lastNs;
        long worstNs;
        long atNs = Long.MIN_VALUE / 2;
    }

    /** A packet or report on its way. */
    private static final class Arrival implements Comparable<Arrival> {
        final boolean video;
        final boolean report;
        final int sequence;
        final int timestamp;
        final long ntpTime;
        final boolean marker;
        final byte[] payload;
        long atNs;
        long order;

        Arrival(
                boolean video,
                boolean report,
                int sequence,
                int timestamp,
                long ntpTime,
                boolean marker,
                byte[] payload) {
            this.video = video;
            this.report = report;
            this.sequence = sequence;
            this.timestamp = timestamp;
            this.ntpTime = ntpTime;
            this.marker = marker;
            this.payload = payload;
        }

        @Override
        public int compareTo(Arrival other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(order, other.order);
        }
    }
}
