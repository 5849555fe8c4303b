package dev.millrace.media.broadcast;

import dev.millrace.media.frames.H264Packets;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.rtcp.NtpTime;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * A browser in virtual time: 30 pictures a second that take 15 to 25 ms to encode, Opus in packets of 20 ms, sender
 * reports, a keyframe when one is wished for. Every picture and packet of sound holds the moment it was captured at.
 */
final class SimulatedPublisher {
    static final long MS = 1_000_000;
    static final long S = 1000 * MS;
    private static final long STARTED_UNIX_NS = 1_800_000_000L * S;
    private static final long PICTURE_NS = S / 30;
    private static final long SOUND_NS = 20 * MS;
    private static final int SLICE_BYTES = 120;

    /** Takes what is sent, when it is sent. */
    interface Wire {
        /** A packet of the track. */
        void rtp(boolean video, int sequence, int timestamp, boolean marker, byte[] payload, long sentNs);

        /** A sender report. */
        void report(boolean video, int timestamp, long ntpTime, long sentNs);
    }

    final Random random;
    double videoDrift;
    double audioDrift;
    double wallDrift;
    long videoJumpTicks;
    long audioJumpTicks;
    double wildTimestamps;
    double wildReports;
    boolean reports = true;
    boolean keyframes = true;
    /** Silence is not sent but for a packet each 400 ms. */
    boolean discontinuous;
    /** The parameter set that the n-th keyframe brings. */
    IntFunction<byte[]> sps = number -> H264Packets.SPS;

    private final Wire wire;
    // Both clocks wrap within the first minutes.
    private final Source video = new Source(90_000, (1L << 32) - 90_000 * 150, 700 * MS);
    private final Source audio = new Source(48_000, (1L << 32) - 48_000 * 90, 1_500 * MS);
    private long pictureNs;
    private long soundNs;
    private long keyWantedNs;
    private boolean keyWanted = true;
    private int keys;
    private long pictures;
    private long sounds;

    SimulatedPublisher(long seed, Wire wire) {
        this.random = new Random(seed);
        this.wire = wire;
    }

    /** Somebody wishes for a keyframe; the first picture a round trip later is one. */
    void wantKeyframe(long nowNs) {
        if (!keyWanted) {
            keyWanted = true;
            keyWantedNs = nowNs + 40 * MS;
        }
    }

    /** When {@link #step} has something to do. */
    long nextNs() {
        return Math.min(pictureNs, soundNs);
    }

    /** Captures and sends what is next. */
    void step() {
        if (pictureNs <= soundNs) {
            picture(pictureNs);
            report(video, true, pictureNs, videoDrift, videoJumpTicks, S);
            pictureNs = ++pictures * PICTURE_NS;
        } else {
            sound(soundNs);
            report(audio, false, soundNs, audioDrift, audioJumpTicks, 5 * S);
            soundNs = ++sounds * SOUND_NS;
        }
    }

    private void picture(long captureNs) {
        boolean key = keyframes && keyWanted && captureNs >= keyWantedNs;
        int timestamp = timestamp(video, captureNs, videoDrift, videoJumpTicks);
        long sentNs = captureNs + 15 * MS + (long) (random.nextDouble() * 10 * MS);
        if (key) {
            keyWanted = false;
            wire.rtp(true, video.sequence++, timestamp, false, stapA(sps.apply(keys++), H264Packets.PPS), sentNs);
        }
        byte[] slice = H264Packets.slice(key, SLICE_BYTES);
        BigEndian.put64(slice, 2, captureNs);
        wire.rtp(true, video.sequence++, timestamp, true, slice, sentNs);
    }

    private void sound(long captureNs) {
        if (discontinuous && sounds % 20 != 0) {
            return;
        }
        byte[] packet = new byte[40];
        packet[0] = 0x78;
        BigEndian.put64(packet, 1, captureNs);
        int timestamp = timestamp(audio, captureNs, audioDrift, audioJumpTicks);
        wire.rtp(false, audio.sequence++, timestamp, false, packet, captureNs + 5 * MS);
    }

    private int timestamp(Source source, long captureNs, double drift, long jump) {
        if (random.nextDouble() < wildTimestamps) {
            return random.nextInt();
        }
        return (int) (source.firstTicks + jump + Math.round(captureNs * (1 + drift) * source.rate / 1e9));
    }

    /** Reports are some milliseconds wrong, as those of browsers are. */
    private void report(Source source, boolean isVideo, long nowNs, double drift, long jump, long everyNs) {
        if (nowNs < source.nextReportNs) {
            return;
        }
        source.nextReportNs = nowNs + everyNs / 2 + (long) (random.nextDouble() * everyNs);
        if (!reports) {
            return;
        }
        long wrongNs = (long) (random.nextGaussian() * 3 * MS);
        long wall = STARTED_UNIX_NS + nowNs + (long) (nowNs * wallDrift);
        if (random.nextDouble() < wildReports) {
            wall += (long) (random.nextGaussian() * 3600 * S);
            wrongNs += (long) (random.nextGaussian() * 3600 * S);
        }
        int timestamp =
                (int) (source.firstTicks + jump + Math.round((nowNs + wrongNs) * (1 + drift) * source.rate / 1e9));
        wire.report(isVideo, timestamp, NtpTime.ofUnixNanos(wall), nowNs);
    }

    private static byte[] stapA(byte[]... units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x78);
        for (byte[] unit : units) {
            out.write(unit.length >> 8);
            out.write(unit.length);
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }

    /** One source of RTP. */
    private static final class Source {
        final int rate;
        final long firstTicks;
        long nextReportNs;
        int sequence = 60_000;

        Source(int rate, long firstTicks, long firstReportNs) {
            this.rate = rate;
            this.firstTicks = firstTicks;
            this.nextReportNs = firstReportNs;
        }
    }
}
