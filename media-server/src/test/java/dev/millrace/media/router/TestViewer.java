package dev.millrace.media.router;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A viewer that keeps all it is sent. */
public final class TestViewer implements SendOutput, SendListener {
    /** One packet as it came; its bytes are never changed. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Got(int ssrc, int type, int sequence, int timestamp, boolean marker, byte[] payload, byte[] whole) {
        public int layer() {
            return payload[20];
        }

        public boolean key() {
            return payload[21] == 1;
        }

        public int part() {
            return payload[22];
        }

        public int frame() {
            return BigEndian.u24(payload, 23);
        }
    }

    /** One sender report. */
    public record Report(int ssrc, long ntp, int timestamp) {}

    public final List<Got> video = new ArrayList<>();
    public final List<Got> audio = new ArrayList<>();
    public final List<Got> rtx = new ArrayList<>();
    public final List<Report> reports = new ArrayList<>();
    public final List<Integer> layers = new ArrayList<>();
    public final List<CodecFormat> unsupported = new ArrayList<>();
    public final DropCounters drops = new DropCounters();
    public final SendPath path;
    private final RtcpReader reader = new RtcpReader();
    private final SenderReport report = new SenderReport();

    public TestViewer() {
        this(List.of(Samples.playedAudio(), Samples.playedVideo()));
    }

    public TestViewer(List<PlayedMedia> media) {
        this(media, false);
    }

    public TestViewer(List<PlayedMedia> media, boolean twoByteExtensions) {
        this(media, twoByteExtensions, BandwidthEstimator.NONE);
    }

    public TestViewer(List<PlayedMedia> media, boolean twoByteExtensions, BandwidthEstimator estimator) {
        path = new SendPath(
                new SendConfig(media, "cname", twoByteExtensions),
                this,
                this,
                estimator,
                drops,
                new byte[SendPath.SCRATCH_BYTES]);
    }

    @Override
    public void rtp(byte[] b, int off, int len) {
        RtpPacket p = new RtpPacket();
        if (!p.wrap(b, off, len)) {
            throw new AssertionError("sent something that is no RTP");
        }
        byte[] payload = Arrays.copyOfRange(b, p.payloadOffset(), p.payloadOffset() + p.payloadLength());
        byte[] whole = Arrays.copyOfRange(b, off, off + len);
        Got got = new Got(p.ssrc(), p.payloadType(), p.sequenceNumber(), p.timestamp(), p.marker(), payload, whole);
        if (p.ssrc() == Samples.VIEWER_VIDEO_SSRC) {
            video.add(got);
        } else if (p.ssrc() == Samples.VIEWER_RTX_SSRC) {
            rtx.add(got);
        } else {
            audio.add(got);
        }
    }

    @Override
    public void rtcp(byte[] b, int off, int len) {
        if (!reader.wrap(b, off, len)) {
            throw new AssertionError("sent something that is no RTCP");
        }
        while (reader.next()) {
            if (report.wrap(reader)) {
                reports.add(new Report(report.ssrc(), report.ntpTime(), report.rtpTimestamp()));
            }
        }
    }

    @Override
    public void onLayer(MediaKind kind, int layer, long nowNs) {
        if (kind == MediaKind.VIDEO) {
            layers.add(layer);
        }
    }

    @Override
    public void onCodecUnsupported(MediaKind kind, CodecFormat published, long nowNs) {
        unsupported.add(published);
    }
}
