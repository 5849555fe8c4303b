package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.FullIntraRequest;
import dev.millrace.media.rtp.rtcp.Nack;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import java.util.random.RandomGenerator;

/**
 * The media of a publisher: synthetic H.264 and Opus at their pace, key frames when asked for, retransmissions by RTX
 * (RFC 4588), sender reports. Owned by its loop.
 */
final class LightPublisher implements LightMedia {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long AUDIO_EVERY_NS = 20_000_000;
    private static final int VIDEO_CLOCK = 90_000;
    private static final int AUDIO_CLOCK = 48_000;
    private static final int PACKET_BYTES = 1_400;

    /** A second of 4 Mb/s; what is older has no reader any more. */
    private static final int HISTORY = 512;

    private static final byte[] OPUS_DTX = {(byte) 0xfc, (byte) 0xff, (byte) 0xfe};

    private final LightConnection connection;
    private final LightOptions options;
    private final LightOffer offer;
    private final SyntheticVideo video;
    private final int h264;
    private final int rtx;
    private final int opus;
    private final int videoCc;
    private final int audioCc;
    private final int sendTime;
    private final RtpWriter writer = new RtpWriter();
    private final RtcpReader rtcp = new RtcpReader();
    private final FullIntraRequest fullIntra = new FullIntraRequest();
    private final Nack nack = new Nack();
    private final byte[] out = new byte[PACKET_BYTES];
    private final byte[][] history = new byte[HISTORY][];
    private final int timestampBase;
    private int videoSequence;
    private int audioSequence;
    private int rtxSequence;
    private int wideSequence;
    private long startedNs;
    private long nextFrameNs = Long.MAX_VALUE;
    private long nextAudioNs = Long.MAX_VALUE;
    private long nextReportNs = Long.MAX_VALUE;
    private long frames;
    private long audioPackets;
    private long videoPackets;
    private long videoBytes;
    private long asked;
    private boolean keyframeWanted;

    LightPublisher(
            LightConnection connection,
            LightAnswer answer,
            LightOptions options,
            LightOffer offer,
            RandomGenerator random) {
        this.connection = connection;
        this.options = options;
        this.offer = offer;
        this.video = new SyntheticVideo(
                options.videoBitrateBps(), options.framesPerSecond(), options.keyframeEveryFrames(), random);
        this.h264 = answer.payloadType(MediaKind.VIDEO, "H264");
        this.rtx = answer.payloadType(MediaKind.VIDEO, "rtx");
        this.opus = answer.payloadType(MediaKind.AUDIO, "opus");
        this.videoCc = answer.extension(MediaKind.VIDEO, HeaderExtension.TRANSPORT_WIDE_CC.uri());
        this.audioCc = answer.extension(MediaKind.AUDIO, HeaderExtension.TRANSPORT_WIDE_CC.uri());
        this.sendTime = answer.extension(MediaKind.VIDEO, HeaderExtension.ABS_SEND_TIME.uri());
        this.timestampBase = random.nextInt();
        // Below 32768, as RFC 3711 section 3.3.1 wants it for the receiver's first guess.
        this.videoSequence = random.nextInt(0x8000);
        this.audioSequence = random.nextInt(0x8000);
    }

    @Override
    public void onConnected(long nowNs) {
        startedNs = nowNs;
        nextFrameNs = h264 < 0 ? Long.MAX_VALUE : nowNs;
        nextAudioNs = opus < 0 || !options.audio() ? Long.MAX_VALUE : nowNs;
        nextReportNs = nowNs + SECOND_NS / 2;
    }

    @Override
    public void onRtp(byte[] buffer, int length, long nowNs) {}

    @Override
    public void onRtcp(byte[] buffer, int length, long nowNs) {
        if (!rtcp.wrap(buffer, 0, length)) {
            return;
        }
        while (rtcp.next()) {
            if (PictureLoss.is(rtcp) || fullIntra.wrap(rtcp)) {
                asked++;
                keyframeWanted = true;
            } else if (nack.wrap(rtcp) && nack.mediaSsrc() == offer.video()) {
                for (int lost = nack.nextLost(); lost >= 0; lost = nack.nextLost()) {
                    retransmit(lost);
                }
            }
        }
    }

    private void retransmit(int sequence) {
        byte[] payload = history[sequence % HISTORY];
        if (rtx < 0 || payload == null || BigEndian.u16(payload, 0) != sequence) {
            return;
        }
        writer.begin(out, 0, rtx, rtxSequence++ & 0xffff, BigEndian.i32(payload, 3), offer.rtx());
        writer.marker(payload[2] != 0);
        writeCc(videoCc);
        writer.payload16(sequence).payload(payload, 7, payload.length - 7);
        connection.sendRtp(out, writer.finish());
    }

    @Override
    public long nextDeadlineNs() {
        return Math.min(nextFrameNs, Math.min(nextAudioNs, nextReportNs));
    }

    @Override
    public void onDeadline(long nowNs) {
        while (nowNs >= nextFrameNs) {
            sendFrame(nowNs);
            frames++;
            nextFrameNs = startedNs + frames * SECOND_NS / options.framesPerSecond();
        }
        while (nowNs >= nextAudioNs) {
            sendAudio();
            nextAudioNs = startedNs + audioPackets * AUDIO_EVERY_NS;
        }
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + SECOND_NS;
            sendReport(nowNs);
        }
    }

    private void sendFrame(long nowNs) {
        int every = options.keyframeEveryFrames();
        boolean key = keyframeWanted || frames == 0 || (every > 0 && frames % every == 0);
        keyframeWanted = false;
        video.nextFrame(key);
        int timestamp = timestampBase + (int) (frames * VIDEO_CLOCK / options.framesPerSecond());
        while (video.hasMore()) {
            int sequence = videoSequence++ & 0xffff;
            writer.begin(out, 0, h264, sequence, timestamp, offer.video());
            writeCc(videoCc);
            if (sendTime > 0) {
                writer.extension24(sendTime, (int) ((nowNs << 18) / SECOND_NS));
            }
            int payloadAt = writer.payloadPosition();
            video.writeNext(writer);
            int length = writer.finish();
            remember(sequence, timestamp, payloadAt, length);
            videoPackets++;
            videoBytes += length - payloadAt;
            connection.sendRtp(out, length);
        }
    }

    /** Sequence number, marker, timestamp, payload: all an RTX packet is made of. */
    private void remember(int sequence, int timestamp, int payloadAt, int length) {
        byte[] kept = new byte[7 + length - payloadAt];
        BigEndian.put16(kept, 0, sequence);
        kept[2] = (byte) (out[1] < 0 ? 1 : 0);
        BigEndian.put32(kept, 3, timestamp);
        System.arraycopy(out, payloadAt, kept, 7, length - payloadAt);
        history[sequence % HISTORY] = kept;
    }

    private void writeCc(int id) {
        if (id > 0) {
            writer.extension16(id, wideSequence++ & 0xffff);
        }
    }

    private void sendAudio() {
        int timestamp = timestampBase + (int) (audioPackets * AUDIO_EVERY_NS / 1_000 * AUDIO_CLOCK / 1_000_000);
        writer.begin(out, 0, opus, audioSequence++ & 0xffff, timestamp, offer.audio());
        writeCc(audioCc);
        writer.payload(OPUS_DTX, 0, OPUS_DTX.length);
        audioPackets++;
        connection.sendRtp(out, writer.finish());
    }

    private void sendReport(long nowNs) {
        long ntp = NtpTime.ofUnixNanos(System.currentTimeMillis() * 1_000_000);
        long elapsedNs = nowNs - startedNs;
        int videoTime = timestampBase + (int) (elapsedNs / 1_000 * VIDEO_CLOCK / 1_000_000);
        int audioTime = timestampBase + (int) (elapsedNs / 1_000 * AUDIO_CLOCK / 1_000_000);
        int length = SenderReport.write(out, 0, offer.video(), ntp, videoTime, videoPackets, videoBytes, 0);
        connection.sendRtcp(out, length);
        if (audioPackets > 0) {
            length = SenderReport.write(
                    out, 0, offer.audio(), ntp, audioTime, audioPackets, audioPackets * OPUS_DTX.length, 0);
            connection.sendRtcp(out, length);
        }
    }

    LightStats stats(boolean up) {
        LightTrack none = new LightTrack(0, 0, 0, 0, -1, 0);
        return new LightStats(up, none, none, videoPackets + audioPackets, asked);
    }
}
