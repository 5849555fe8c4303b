package dev.millrace.perf;

import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.FullIntraRequest;
import dev.millrace.media.rtp.rtcp.Nack;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.srtp.SrtpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The media of a publisher: a clip's or synthetic H.264 and Opus at their pace, key frames when asked for,
 * retransmissions, sender reports. Owned by its loop.
 */
final class LightPublisher implements LightMedia {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long AUDIO_EVERY_NS = 20_000_000;
    private static final int AUDIO_CLOCK = 48_000;
    private static final int PACKET_BYTES = 1_400;

    private static final byte[] OPUS_DTX = {(byte) 0xfc, (byte) 0xff, (byte) 0xfe};

    private final LightConnection connection;
    private final LightOffer offer;
    private final List<LightLayer> layers = new ArrayList<>();
    private final LoopCounts counts;
    private final List<byte[]> sounds;
    private final WideNumbers wide = new WideNumbers();
    private final int opus;
    private final int audioWide;
    private final RtpWriter writer = new RtpWriter();
    private final RtcpReader rtcp = new RtcpReader();
    private final FullIntraRequest fullIntra = new FullIntraRequest();
    private final Nack nack = new Nack();
    private final byte[] out = new byte[PACKET_BYTES];
    private final int timestampBase;
    private int audioSequence;
    private long startedNs;
    private long nextAudioNs = Long.MAX_VALUE;
    private long nextReportNs = Long.MAX_VALUE;
    private long audioPackets;
    private long audioBytes;
    private long asked;

    LightPublisher(
            LightConnection connection,
            LightAnswer answer,
            LightOptions options,
            LightOffer offer,
            LoopCounts counts,
            RandomGenerator random) {
        this.connection = connection;
        this.offer = offer;
        this.counts = counts;
        this.opus = options.audio() ? answer.payloadType(MediaKind.AUDIO, "opus") : -1;
        this.audioWide = answer.extension(MediaKind.AUDIO, HeaderExtension.TRANSPORT_WIDE_CC.uri());
        this.timestampBase = random.nextInt();
        this.audioSequence = random.nextInt(0x8000);
        List<byte[]> recorded = options.clips().isEmpty()
                ? List.of()
                : options.clips().getLast().opus();
        this.sounds = recorded.isEmpty() ? List.of(OPUS_DTX) : recorded;
        LightLayer.Outgoing outgoing =
                new LightLayer.Outgoing(answer, wide, options.sendTimes(), counts, timestampBase, options.pacing());
        for (int i = 0; i < options.layers(); i++) {
            String rid = offer.rids().isEmpty() ? "" : offer.rids().get(i);
            LightVideo video = video(options, i, random);
            layers.add(new LightLayer(connection, video, outgoing, offer.video() + i, offer.rtx() + i, rid, random));
        }
    }

    private static LightVideo video(LightOptions options, int layer, RandomGenerator random) {
        if (!options.clips().isEmpty()) {
            return new ClipVideo(options.clips().get(layer));
        }
        // Half the width and height: a quarter of the rate.
        int bitrateBps = options.videoBitrateBps() >> (2 * (options.layers() - 1 - layer));
        return new SyntheticVideo(bitrateBps, options.framesPerSecond(), options.keyframeEveryFrames(), random);
    }

    @Override
    public void onConnected(long nowNs) {
        startedNs = nowNs;
        layers.forEach(layer -> layer.start(nowNs));
        nextAudioNs = opus < 0 ? Long.MAX_VALUE : nowNs;
        nextReportNs = nowNs + SECOND_NS / 2;
    }

    @Override
    public void onSrtp(Datagram packet, SrtpSession keys) {}

    @Override
    public void onRtcp(byte[] buffer, int length, long nowNs) {
        if (!rtcp.wrap(buffer, 0, length)) {
            return;
        }
        while (rtcp.next()) {
            if (PictureLoss.is(rtcp) || fullIntra.wrap(rtcp)) {
                asked++;
                counts.keyframesAsked++;
                // All together, as encoders of browsers do, whichever layer was meant.
                layers.forEach(LightLayer::wantKeyframe);
            } else if (nack.wrap(rtcp)) {
                layers.forEach(this::retransmit);
            }
        }
    }

    private void retransmit(LightLayer layer) {
        if (nack.mediaSsrc() == layer.ssrc()) {
            for (int lost = nack.nextLost(); lost >= 0; lost = nack.nextLost()) {
                layer.retransmit(lost);
            }
        }
    }

    @Override
    public long nextDeadlineNs() {
        long next = Math.min(nextAudioNs, nextReportNs);
        for (LightLayer layer : layers) {
            next = Math.min(next, layer.nextNs());
        }
        return next;
    }

    @Override
    public void onDeadline(long nowNs) {
        layers.forEach(layer -> layer.onDeadline(nowNs));
        while (nowNs >= nextAudioNs) {
            sendAudio();
            nextAudioNs = startedNs + audioPackets * AUDIO_EVERY_NS;
        }
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + SECOND_NS;
            sendReports(nowNs);
        }
    }

    private void sendAudio() {
        int timestamp = timestampBase + (int) (audioPackets * AUDIO_EVERY_NS / 1_000 * AUDIO_CLOCK / 1_000_000);
        byte[] sound = sounds.get((int) (audioPackets % sounds.size()));
        writer.begin(out, 0, opus, audioSequence++ & 0xffff, timestamp, offer.audio());
        if (audioWide > 0) {
            writer.extension16(audioWide, wide.next());
        }
        writer.payload(sound, 0, sound.length);
        audioPackets++;
        audioBytes += sound.length;
        int length = writer.finish();
        counts.packetsSent++;
        counts.bytesSent += length;
        connection.sendRtp(out, length);
    }

    private void sendReports(long nowNs) {
        long ntp = NtpTime.ofUnixNanos(System.currentTimeMillis() * 1_000_000);
        layers.forEach(layer -> layer.sendReport(ntp, nowNs));
        if (audioPackets > 0) {
            int time = timestampBase + (int) ((nowNs - startedNs) / 1_000 * AUDIO_CLOCK / 1_000_000);
            int length = SenderReport.write(out, 0, offer.audio(), ntp, time, audioPackets, audioBytes, 0);
            connection.sendRtcp(out, length);
        }
    }

    @Override
    public LightStats stats(boolean up, LightJoin join, long nowNs) {
        long pictures = layers.stream().mapToLong(LightLayer::packets).sum();
        return new LightStats(up, join, LightTrack.NONE, LightTrack.NONE, pictures + audioPackets, asked);
    }
}
