package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.ReceiverReport;
import dev.millrace.media.rtp.rtcp.ReportBlock;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The media of a viewer: counts what comes, reports once a second, asks for what is missing if told to. Its loop's. */
final class LightViewer implements LightMedia {
    private static final long REPORT_EVERY_NS = 1_000_000_000;
    private static final int RTCP_BYTES = 512;

    /** More missing at once is an outage, not loss: nobody asks for all of it. */
    private static final long MAX_ASKED = 64;

    private final LightConnection connection;
    private final LightAnswer answer;
    private final LightOptions options;
    private final long startedNs;
    private final int ssrc;
    private final RtpPacket packet = new RtpPacket();
    private final RtcpReader rtcp = new RtcpReader();
    private final SenderReport senderReport = new SenderReport();
    private @Nullable SequenceCounter audio;
    private @Nullable SequenceCounter video;
    private int lastReport;
    private long lastReportNs;
    private long nextReportNs = Long.MAX_VALUE;

    LightViewer(LightConnection connection, LightAnswer answer, LightOptions options, long startedNs, int ssrc) {
        this.connection = connection;
        this.answer = answer;
        this.options = options;
        this.startedNs = startedNs;
        this.ssrc = ssrc;
    }

    @Override
    public void onConnected(long nowNs) {
        nextReportNs = nowNs + REPORT_EVERY_NS;
    }

    @Override
    public void onRtp(byte[] buffer, int length, long nowNs) {
        if (!packet.wrap(buffer, 0, length)) {
            return;
        }
        if (answer.isRetransmission(packet.payloadType())) {
            SequenceCounter repaired = video;
            if (repaired != null && packet.payloadLength() >= 2) {
                repaired.onRecovered(BigEndian.u16(buffer, packet.payloadOffset()));
            }
            return;
        }
        SequenceCounter counter = counter(answer.kindOf(packet.payloadType()), packet.ssrc());
        if (counter != null) {
            long missing = counter.onPacket(packet.sequenceNumber(), length, nowNs);
            if (missing > 0 && missing <= MAX_ASKED && options.nack()) {
                ask(counter, packet.sequenceNumber(), (int) missing);
            }
        }
    }

    private @Nullable SequenceCounter counter(MediaKind kind, int source) {
        return switch (kind) {
            case AUDIO -> {
                audio = audio == null || audio.ssrc() != source ? new SequenceCounter(source, startedNs) : audio;
                yield audio;
            }
            case VIDEO -> {
                video = video == null || video.ssrc() != source ? new SequenceCounter(source, startedNs) : video;
                yield video;
            }
            case APPLICATION, OTHER -> null;
        };
    }

    private void ask(SequenceCounter counter, int before, int missing) {
        byte[] out = new byte[RTCP_BYTES];
        NackWriter nack = new NackWriter().begin(out, 0, RTCP_BYTES - 64, ssrc, counter.ssrc());
        for (int i = missing; i > 0; i--) {
            nack.add((before - i) & 0xffff);
        }
        connection.sendRtcp(out, nack.finish());
    }

    @Override
    public void onRtcp(byte[] buffer, int length, long nowNs) {
        if (!rtcp.wrap(buffer, 0, length)) {
            return;
        }
        while (rtcp.next()) {
            if (senderReport.wrap(rtcp)) {
                lastReport = NtpTime.middle(senderReport.ntpTime());
                lastReportNs = nowNs;
            }
        }
    }

    @Override
    public long nextDeadlineNs() {
        return nextReportNs;
    }

    @Override
    public void onDeadline(long nowNs) {
        nextReportNs = nowNs + REPORT_EVERY_NS;
        List<SequenceCounter> heard = new ArrayList<>(2);
        if (audio != null) {
            heard.add(audio);
        }
        if (video != null) {
            heard.add(video);
        }
        if (heard.isEmpty()) {
            return;
        }
        byte[] out = new byte[RTCP_BYTES];
        int at = ReceiverReport.write(out, 0, ssrc, heard.size());
        int delay = lastReport == 0 ? 0 : NtpTime.shortOfNanos(nowNs - lastReportNs);
        for (SequenceCounter source : heard) {
            int lost = Math.clamp(source.missing(), 0, Integer.MAX_VALUE);
            at += ReportBlock.write(
                    out, at, source.ssrc(), source.fractionLost(), lost, source.highest(), 0, lastReport, delay);
        }
        connection.sendRtcp(out, at);
    }

    LightStats stats(boolean up, long nowNs) {
        return new LightStats(up, track(audio, nowNs), track(video, nowNs), 0, 0);
    }

    private static LightTrack track(@Nullable SequenceCounter counter, long nowNs) {
        return counter == null ? new LightTrack(0, 0, 0, 0, -1, 0) : counter.snapshot(nowNs);
    }
}
