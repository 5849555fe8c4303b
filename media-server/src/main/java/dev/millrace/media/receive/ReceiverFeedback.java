package dev.millrace.media.receive;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.rtcp.FullIntraRequest;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.ReceiverEstimate;
import dev.millrace.media.rtp.rtcp.ReceiverReport;
import dev.millrace.media.rtp.rtcp.SourceDescription;
import dev.millrace.media.sdp.CodecFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** Everything we tell a publisher, and when: NACK, PLI or FIR, RR with CNAME, transport feedback, REMB. */
final class ReceiverFeedback {
    private static final int SCRATCH_BYTES = 2048;

    /** Room in front for whoever wraps the packet further. */
    private static final int HEADROOM = 64;

    private static final int MAX_RTCP_BYTES = 1200;
    private static final long REPORT_NS = 1_000_000_000L;

    /** The first estimate goes out soon, or the publisher starts at the 300 kb/s it assumes. */
    private static final long FIRST_REPORT_NS = 200_000_000L;

    /** Room above what comes, so that a publisher may always grow; it has an estimator of its own against loss. */
    private static final long REMB_FLOOR_BPS = 2_000_000;

    private static final int MAX_BLOCKS = 31;
    private static final int MAX_CNAME_BYTES = 255;

    /** Until a retransmission shows the round trip. */
    private static final long ASSUMED_RTT_NS = 80_000_000L;

    private final TrackReceiver[] tracks;
    private final ReceiveOutput output;
    private final int localSsrc;
    private final byte[] cname;
    private final long maxBitrateBps;
    private final int transportId;
    private final boolean remb;
    private final TransportRecorder transport = new TransportRecorder();
    private final NackWriter nackWriter = new NackWriter();
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final int[] rembSsrcs = new int[MAX_BLOCKS];
    private int mediaSsrc;
    private long rttNs = ASSUMED_RTT_NS;
    private boolean rttKnown;
    private int firNumber;
    private long nextReportNs = Long.MAX_VALUE;
    private long bytes;
    private long bytesBefore;
    private long reportedNs;

    ReceiverFeedback(ReceiveConfig config, TrackReceiver[] tracks, ReceiveOutput output) {
        this.tracks = tracks;
        this.output = output;
        localSsrc = config.localSsrc();
        byte[] name = config.cname().getBytes(StandardCharsets.UTF_8);
        cname = name.length > MAX_CNAME_BYTES ? Arrays.copyOf(name, MAX_CNAME_BYTES) : name;
        maxBitrateBps = config.maxBitrateBps();
        int id = 0;
        for (TrackReceiver track : tracks) {
            id = track.transportId > 0 && offers(track, "transport-cc") ? track.transportId : id;
        }
        transportId = id;
        boolean anyRemb = false;
        for (TrackReceiver track : tracks) {
            anyRemb |= offers(track, "goog-remb");
        }
        remb = anyRemb && transportId == 0;
    }

    private static boolean offers(TrackReceiver track, String feedback) {
        for (CodecFormat format : track.media.formats()) {
            if (format.rtcpFb().contains(feedback)) {
                return true;
            }
        }
        return false;
    }

    /** Any well-formed packet, bound or not: the transport's feedback covers them all. */
    void onPacket(RtpPacket packet, long nowNs) {
        if (nextReportNs == Long.MAX_VALUE) {
            nextReportNs = nowNs + FIRST_REPORT_NS;
            reportedNs = nowNs;
        }
        bytes += packet.length();
        if (transportId > 0 && packet.extensionLength(transportId) >= 2) {
            mediaSsrc = packet.ssrc();
            transport.onPacket(BigEndian.u16(packet.buffer(), packet.extensionOffset(transportId)), nowNs);
        }
    }

    void onAccepted(LayerReceiver layer, long nowNs) {
        long sampleNs = layer.sampledRttNs();
        if (sampleNs >= 0) {
            onRtt(sampleNs);
        }
        if (layer.keyframeRequests.nextDeadlineNs() <= nowNs) {
            sendKeyframeRequest(layer, nowNs);
        }
    }

    void onRtt(long sampleNs) {
        rttNs = rttKnown ? (7 * rttNs + sampleNs) / 8 : sampleNs;
        rttKnown = true;
    }

    long nextDeadlineNs() {
        long next = Math.min(nextReportNs, transport.nextDeadlineNs());
        for (TrackReceiver track : tracks) {
            for (LayerReceiver layer : track.layers) {
                next = Math.min(next, layer.nacks.nextDeadlineNs());
                next = Math.min(next, layer.keyframeRequests.nextDeadlineNs());
            }
        }
        return next;
    }

    /** Sends what is due; true if a second's report was among it. */
    boolean onDeadline(long nowNs) {
        if (nowNs >= transport.nextDeadlineNs()) {
            transport.report(scratch, HEADROOM, localSsrc, mediaSsrc, output, nowNs);
        }
        for (TrackReceiver track : tracks) {
            for (LayerReceiver layer : track.layers) {
                if (nowNs >= layer.nacks.nextDeadlineNs()) {
                    sendNack(layer, nowNs);
                }
                sendKeyframeRequest(layer, nowNs);
            }
        }
        if (nowNs < nextReportNs) {
            return false;
        }
        nextReportNs = nowNs + REPORT_NS;
        sendReport(nowNs);
        return true;
    }

    private void sendNack(LayerReceiver layer, long nowNs) {
        nackWriter.begin(scratch, HEADROOM, MAX_RTCP_BYTES, localSsrc, layer.layer.ssrc());
        layer.nacks.collect(nackWriter, rttNs, nowNs);
        int length = nackWriter.finish();
        if (length > 0) {
            output.rtcp(scratch, HEADROOM, length);
        }
    }

    /** Sends the layer's request if one is due. */
    void sendKeyframeRequest(LayerReceiver layer, long nowNs) {
        if (nowNs < layer.keyframeRequests.nextDeadlineNs()) {
            return;
        }
        layer.keyframeRequests.onSent(rttNs, nowNs);
        CodecFormat format = layer.layer.format();
        Set<String> known = format == null ? Set.of() : format.rtcpFb();
        int length;
        if (known.contains("ccm fir") && !known.contains("nack pli")) {
            firNumber = (firNumber + 1) & 0xff;
            length = FullIntraRequest.write(scratch, HEADROOM, localSsrc, layer.layer.ssrc(), firNumber);
        } else {
            length = PictureLoss.write(scratch, HEADROOM, localSsrc, layer.layer.ssrc());
        }
        output.rtcp(scratch, HEADROOM, length);
    }

    private void sendReport(long nowNs) {
        int blocks = 0;
        int at = HEADROOM + ReceiverReport.LENGTH;
        for (TrackReceiver track : tracks) {
            for (LayerReceiver layer : track.layers) {
                if (blocks < MAX_BLOCKS && layer.isBound() && layer.reception.any()) {
                    rembSsrcs[blocks++] = layer.layer.ssrc();
                    at += layer.reception.writeBlock(scratch, at, layer.layer.ssrc(), nowNs);
                }
            }
        }
        ReceiverReport.write(scratch, HEADROOM, localSsrc, blocks);
        at += SourceDescription.writeCname(scratch, at, localSsrc, cname);
        long passedNs = Math.max(1, nowNs - reportedNs);
        long inboundBps = (bytes - bytesBefore) * 8 * 1_000_000_000L / passedNs;
        bytesBefore = bytes;
        reportedNs = nowNs;
        if (remb && blocks > 0) {
            long estimateBps = Math.min(maxBitrateBps, inboundBps * 3 / 2 + REMB_FLOOR_BPS);
            at += ReceiverEstimate.write(scratch, at, localSsrc, estimateBps, rembSsrcs, blocks);
        }
        output.rtcp(scratch, HEADROOM, at - HEADROOM);
    }
}
