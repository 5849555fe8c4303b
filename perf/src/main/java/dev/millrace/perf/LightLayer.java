package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a publisher's pictures: a source of its own with its numbers and clock, and retransmissions by RTX (RFC
 * 4588). Owned by its loop.
 */
final class LightLayer {
    private static final long SECOND_NS = 1_000_000_000;

    private static final byte[] MID = LightOffer.VIDEO_MID.getBytes(StandardCharsets.US_ASCII);
    private static final int PACKET_BYTES = 1_400;

    /** A second of 4 Mb/s; what is older has no reader any more. */
    private static final int HISTORY = 512;

    private final LightConnection connection;
    private final LightVideo video;
    private final Outgoing outgoing;
    private final int ssrc;
    private final int rtxSsrc;
    private final byte[] rid;
    private final int h264;
    private final int rtx;
    private final int wideExtension;
    private final int sendTime;
    private final int midExtension;
    private final int ridExtension;
    private final int repairedRidExtension;
    private final int timestampBase;
    private final Bursts bursts;

    private final RtpWriter writer = new RtpWriter();
    private final byte[] out = new byte[PACKET_BYTES];
    private final byte[][] history = new byte[HISTORY][];
    private int sequence;
    private int rtxSequence;
    private long startedNs;
    private long nextNs = Long.MAX_VALUE;
    private int timestamp;
    private long packets;
    private long bytes;
    private boolean keyframeWanted;

    /**
     * What the layers of a publisher share.
     *
     * @param wide numbers of all its packets
     * @param sendTimes where it is noted when pictures leave, or null
     * @param pacing packets leave at so many times the layer's bit rate; 0 = a picture's all at once
     */
    record Outgoing(
            LightAnswer answer,
            WideNumbers wide,
            @Nullable SendTimes sendTimes,
            LoopCounts counts,
            int timestampBase,
            double pacing) {}

    /**
     * @param ssrc of the source
     * @param rtxSsrc of its retransmissions
     * @param rid its name in a simulcast, empty if there is none
     */
    LightLayer(
            LightConnection connection,
            LightVideo video,
            Outgoing outgoing,
            int ssrc,
            int rtxSsrc,
            String rid,
            RandomGenerator random) {
        this.connection = connection;
        this.video = video;
        this.outgoing = outgoing;
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.rid = rid.getBytes(StandardCharsets.US_ASCII);
        this.timestampBase = outgoing.timestampBase();
        this.bursts = new Bursts((long) (video.bitrateBps() * outgoing.pacing()));
        LightAnswer answer = outgoing.answer();
        this.h264 = answer.payloadType(MediaKind.VIDEO, "H264");
        this.rtx = answer.payloadType(MediaKind.VIDEO, "rtx");
        this.wideExtension = answer.extension(MediaKind.VIDEO, HeaderExtension.TRANSPORT_WIDE_CC.uri());
        this.sendTime = answer.extension(MediaKind.VIDEO, HeaderExtension.ABS_SEND_TIME.uri());
        this.midExtension = extension(answer, HeaderExtension.MID);
        this.ridExtension = extension(answer, HeaderExtension.RID);
        this.repairedRidExtension = extension(answer, HeaderExtension.REPAIRED_RID);
        // Below 32768, as RFC 3711 section 3.3.1 wants it for the receiver's first guess.
        this.sequence = random.nextInt(0x8000);
    }

    /** 0 where there is no simulcast: then nobody needs to be told. */
    private int extension(LightAnswer answer, HeaderExtension which) {
        return rid.length == 0 ? 0 : answer.extension(MediaKind.VIDEO, which.uri());
    }

    int ssrc() {
        return ssrc;
    }

    long packets() {
        return packets;
    }

    void start(long nowNs) {
        startedNs = nowNs;
        schedule();
    }

    private void schedule() {
        if (video.hasMore()) {
            nextNs = bursts.nextNs();
            return;
        }
        long dueNs = video.dueNs();
        nextNs = h264 < 0 || dueNs == Long.MAX_VALUE ? Long.MAX_VALUE : startedNs + dueNs;
    }

    /** When {@link #onDeadline} is wanted. */
    long nextNs() {
        return nextNs;
    }

    /** Sends the pictures that are due, or as much of them as the pacing lets go. */
    void onDeadline(long nowNs) {
        while (nowNs >= nextNs) {
            if (!video.hasMore()) {
                video.nextFrame(keyframeWanted);
                keyframeWanted = false;
                timestamp = timestampBase + video.rtpTime();
            }
            sendFrame(nowNs);
            schedule();
        }
    }

    /** Somebody cannot go on without a keyframe. */
    void wantKeyframe() {
        keyframeWanted = true;
    }

    private void sendFrame(long nowNs) {
        while (video.hasMore() && bursts.open(nowNs)) {
            int number = sequence++ & 0xffff;
            writer.begin(out, 0, h264, number, timestamp, ssrc);
            writeWide();
            writeNames(ridExtension);
            if (sendTime > 0) {
                writer.extension24(sendTime, (int) ((nowNs << 18) / SECOND_NS));
            }
            int payloadAt = writer.payloadPosition();
            video.writeNext(writer);
            int length = writer.finish();
            remember(number, timestamp, payloadAt, length);
            packets++;
            bytes += length - payloadAt;
            note(payloadAt, length);
            connection.sendRtp(out, length);
            bursts.sent(length, nowNs);
        }
    }

    private void note(int payloadAt, int length) {
        outgoing.counts().packetsSent++;
        outgoing.counts().bytesSent += length;
        SendTimes times = outgoing.sendTimes();
        if (times != null) {
            times.put(PayloadKey.of(out, payloadAt, length - payloadAt), System.nanoTime());
        }
    }

    private void writeWide() {
        if (wideExtension > 0) {
            writer.extension16(wideExtension, outgoing.wide().next());
        }
    }

    private void writeNames(int ridOrRepaired) {
        if (midExtension > 0) {
            writer.extension(midExtension, MID, 0, MID.length);
        }
        if (ridOrRepaired > 0) {
            writer.extension(ridOrRepaired, rid, 0, rid.length);
        }
    }

    /** Sequence number, marker, timestamp, payload: all an RTX packet is made of. */
    private void remember(int number, int timestamp, int payloadAt, int length) {
        byte[] kept = new byte[7 + length - payloadAt];
        BigEndian.put16(kept, 0, number);
        kept[2] = (byte) (out[1] < 0 ? 1 : 0);
        BigEndian.put32(kept, 3, timestamp);
        System.arraycopy(out, payloadAt, kept, 7, length - payloadAt);
        history[number % HISTORY] = kept;
    }

    void retransmit(int number) {
        byte[] payload = history[number % HISTORY];
        if (rtx < 0 || payload == null || BigEndian.u16(payload, 0) != number) {
            return;
        }
        writer.begin(out, 0, rtx, rtxSequence++ & 0xffff, BigEndian.i32(payload, 3), rtxSsrc);
        writer.marker(payload[2] != 0);
        writeWide();
        writeNames(repairedRidExtension);
        writer.payload16(number).payload(payload, 7, payload.length - 7);
        connection.sendRtp(out, writer.finish());
    }

    /** Says when on the sender's wall clock what is captured now is. */
    void sendReport(long ntp, long nowNs) {
        if (packets > 0) {
            int time = timestampBase + (int) ((nowNs - startedNs) / 1_000 * LightVideo.CLOCK_RATE / 1_000_000);
            connection.sendRtcp(out, SenderReport.write(out, 0, ssrc, ntp, time, packets, bytes, 0));
        }
    }
}
