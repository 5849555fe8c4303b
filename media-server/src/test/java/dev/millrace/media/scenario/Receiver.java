package dev.millrace.media.scenario;

import dev.millrace.media.router.Samples;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.TimestampUnwrapper;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A browser that watches: what it shows, and all the RTCP it answers with. */
final class Receiver {
    private static final int SSRC = 1;

    /** Chromium: 5 % of 300 kb/s for reports of 68 bytes, at least every 50 ms. */
    private static final long FEEDBACK_NS = 50 * VirtualTime.MS;

    private static final long NACK_NS = 20 * VirtualTime.MS;

    /** Chromium asks for a keyframe when none came so long after the start, ... */
    private static final long MAX_WAIT_FOR_KEYFRAME_NS = 200 * VirtualTime.MS;

    /** ... or nothing decodable so long after the last picture, ... */
    private static final long MAX_WAIT_FOR_FRAME_NS = 3 * VirtualTime.SECOND;

    /** ... but not when the sender has been silent so long. */
    private static final long INACTIVE_NS = 5 * VirtualTime.SECOND;

    /** What came in one moment. */
    record Heard(long atNs, int bytes, boolean video) {}

    private final VirtualTime time;
    private final Consumer<byte[]> answer;
    private final RtpPacket packet = new RtpPacket();
    private final RtcpReader reader = new RtcpReader();
    private final SenderReport senderReport = new SenderReport();
    private final ArrivalRecorder arrivals = new ArrivalRecorder();
    private final NackList nacks = new NackList();
    private final FrameBuffer frames = new FrameBuffer();
    private final Reception video = new Reception(Samples.VIEWER_VIDEO_SSRC);
    private final Reception audio = new Reception(Samples.VIEWER_AUDIO_SSRC);
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final TimestampUnwrapper timestamps = new TimestampUnwrapper();
    private final Set<Long> seen = new HashSet<>();
    private final List<Heard> heard = new ArrayList<>();
    private final List<Stamp> audioFrames = new ArrayList<>();
    private final NackWriter nackWriter = new NackWriter();
    private final byte[] buffer = new byte[1500];
    private long waitingSinceNs = -1;
    private long lastVideoNs;
    private boolean keyframeRequired = true;
    private long longestAudioNs;
    private int probePackets;
    private int plis;

    Receiver(VirtualTime time, Random random, Consumer<byte[]> answer) {
        this.time = time;
        this.answer = answer;
        time.every(
                FEEDBACK_NS,
                random.nextLong(FEEDBACK_NS),
                () -> arrivals.report(SSRC, Samples.VIEWER_VIDEO_SSRC, answer));
        time.every(NACK_NS, random.nextLong(NACK_NS), this::askAgain);
        time.every(VirtualTime.SECOND, VirtualTime.SECOND / 2 + random.nextLong(VirtualTime.SECOND), this::report);
        time.every(10 * VirtualTime.MS, 0, this::askKeyframe);
    }

    void onRtp(byte[] b) {
        if (!packet.wrap(b, 0, b.length)) {
            throw new AssertionError("a viewer was sent something that is no RTP");
        }
        long nowNs = time.nowNs();
        int ssrc = packet.ssrc();
        heard.add(new Heard(nowNs, b.length, ssrc != Samples.VIEWER_AUDIO_SSRC));
        if (packet.extensionLength(Samples.VIEWER_TRANSPORT_ID) == 2) {
            arrivals.onPacket(BigEndian.u16(b, packet.extensionOffset(Samples.VIEWER_TRANSPORT_ID)), nowNs);
        }
        if (ssrc == Samples.VIEWER_VIDEO_SSRC) {
            video.onPacket(packet.sequenceNumber());
            onVideo(b, packet.sequenceNumber(), nowNs);
        } else if (ssrc == Samples.VIEWER_AUDIO_SSRC) {
            audio.onPacket(packet.sequenceNumber());
            onAudio(b, nowNs);
        } else if (packet.payloadLength() > 2) {
            onVideo(b, BigEndian.u16(b, packet.payloadOffset()), nowNs);
        } else {
            probePackets++; // nothing but padding
        }
    }

    private void onVideo(byte[] b, int sequence16, long nowNs) {
        long sequence = sequences.unwrap(sequence16);
        if (!seen.add(sequence)) {
            probePackets++; // sent again unasked, or asked for twice
            return;
        }
        lastVideoNs = nowNs;
        waitingSinceNs = waitingSinceNs < 0 ? nowNs : waitingSinceNs;
        if (nacks.onPacket(sequence)) {
            askAgain();
        }
        if (packet.payloadLength() < Stamp.BYTES) {
            return;
        }
        Stamp stamp = Stamp.read(b, packet.payloadOffset() + packet.payloadLength());
        if (frames.onPacket(stamp, sequence, timestamps.unwrap(packet.timestamp()), nowNs) > 0) {
            keyframeRequired = false;
            waitingSinceNs = nowNs;
            nacks.clearUpTo(frames.lastSequence());
        }
    }

    private void onAudio(byte[] b, long nowNs) {
        Stamp stamp = Stamp.read(b, packet.payloadOffset() + packet.payloadLength());
        audioFrames.add(stamp);
        longestAudioNs = Math.max(longestAudioNs, nowNs - stamp.capturedNs());
    }

    void onRtcp(byte[] b) {
        if (!reader.wrap(b, 0, b.length)) {
            throw new AssertionError("a viewer was sent something that is no RTCP");
        }
        while (reader.next()) {
            if (senderReport.wrap(reader)) {
                video.onSenderReport(senderReport, time.nowNs());
                audio.onSenderReport(senderReport, time.nowNs());
            }
        }
    }

    private void report() {
        answer.accept(Reception.report(SSRC, time.nowNs(), video, audio));
    }

    private void askAgain() {
        List<Long> due = nacks.due(time.nowNs());
        if (due.isEmpty()) {
            return;
        }
        nackWriter.begin(buffer, 0, 1200, SSRC, Samples.VIEWER_VIDEO_SSRC);
        due.forEach(s -> nackWriter.add((int) (s & 0xffff)));
        answer.accept(Arrays.copyOf(buffer, nackWriter.finish()));
    }

    private void askKeyframe() {
        long nowNs = time.nowNs();
        long patienceNs = keyframeRequired ? MAX_WAIT_FOR_KEYFRAME_NS : MAX_WAIT_FOR_FRAME_NS;
        boolean waited = waitingSinceNs >= 0 && nowNs - waitingSinceNs >= patienceNs;
        if (nacks.takeOverflow() || (waited && nowNs - lastVideoNs < INACTIVE_NS)) {
            keyframeRequired = true;
            waitingSinceNs = nowNs;
            plis++;
            answer.accept(Arrays.copyOf(buffer, PictureLoss.write(buffer, 0, SSRC, Samples.VIEWER_VIDEO_SSRC)));
        }
    }

    List<Shown> shown() {
        return frames.shown();
    }

    List<String> faults() {
        return frames.faults();
    }

    List<Heard> heard() {
        return heard;
    }

    /** The audio packets that came. */
    List<Stamp> audio() {
        return audioFrames;
    }

    /** The worst way of an audio packet from capture to the viewer. */
    long longestAudioNs() {
        return longestAudioNs;
    }

    /** Packets that brought nothing new: padding and repetitions. */
    int probePackets() {
        return probePackets;
    }

    /** Keyframes asked for. */
    int plis() {
        return plis;
    }
}
