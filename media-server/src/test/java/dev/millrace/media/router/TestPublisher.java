package dev.millrace.media.router;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.Nack;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.ReceiverReport;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.TransportFeedback;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A publisher's receive path wired to a stream, and the publisher's side of NACK, RTX and PLI. */
final class TestPublisher implements MediaListener {
    static final int RTX_SSRC = 7777;

    final DropCounters drops = new DropCounters();
    final ReceivePath path;
    final Stream stream;
    final List<TrackLayer> layers = new ArrayList<>();
    final List<TrackLayer> gone = new ArrayList<>();
    final List<Long> plisNs = new ArrayList<>();
    final List<Integer> pliSsrcs = new ArrayList<>();
    final List<byte[]> toResend = new ArrayList<>();
    final Map<Integer, byte[]> history = new HashMap<>();
    int nacks;
    int transportReports;
    int transportPackets;
    int receiverReports;
    int accepted;
    private final RtcpReader reader = new RtcpReader();
    private final Nack nack = new Nack();
    private final ReceiverReport receiverReport = new ReceiverReport();
    private final TransportFeedback transport = new TransportFeedback();
    private final byte[] scratch = new byte[2048];
    private long nowNs;
    private int rtxSequence = 500;

    TestPublisher(Stream stream, List<PublishedMedia> media) {
        this.stream = stream;
        path = new ReceivePath(
                new ReceiveConfig(media, 1, "server", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS), this::rtcp, this, drops);
    }

    void onRtp(byte[] packet, long now) {
        nowNs = now;
        System.arraycopy(packet, 0, scratch, 64, packet.length);
        path.onRtp(scratch, 64, packet.length, now);
    }

    void onDeadline(long now) {
        nowNs = now;
        if (path.nextDeadlineNs() <= now) {
            path.onDeadline(now);
        }
    }

    void requestKeyframe(int track, int layer, long now) {
        nowNs = now;
        path.requestKeyframe(track, layer, now);
    }

    private void rtcp(byte[] b, int off, int len) {
        if (!reader.wrap(b, off, len)) {
            throw new AssertionError("wrote something that is no RTCP");
        }
        while (reader.next()) {
            if (nack.wrap(reader)) {
                for (int lost = nack.nextLost(); lost >= 0; lost = nack.nextLost()) {
                    nacks++;
                    byte[] original = history.get(lost);
                    if (original != null) {
                        toResend.add(rtx(original));
                    }
                }
            } else if (PictureLoss.is(reader)) {
                plisNs.add(nowNs);
                pliSsrcs.add(PictureLoss.mediaSsrc(reader));
            } else if (transport.wrap(reader)) {
                transportReports++;
                while (transport.next()) {
                    transportPackets += transport.received() ? 1 : 0;
                }
            } else if (receiverReport.wrap(reader)) {
                receiverReports++;
            }
        }
    }

    /** RFC 4588: the same packet on another source, its number in front of the payload. */
    byte[] rtx(byte[] original) {
        RtpPacket p = new RtpPacket();
        p.wrap(original, 0, original.length);
        byte[] out = new byte[1500];
        byte[] mid = {'1'};
        RtpWriter writer = new RtpWriter();
        writer.begin(out, 0, p.payloadType() + 1, rtxSequence++ & 0xffff, p.timestamp(), RTX_SSRC)
                .marker(p.marker())
                .extension(Samples.MID_ID, mid, 0, 1)
                .payload16(p.sequenceNumber())
                .payload(original, p.payloadOffset(), p.payloadLength());
        return Arrays.copyOf(out, writer.finish());
    }

    @Override
    public void onLayer(TrackLayer layer, long now) {
        layers.add(layer);
    }

    @Override
    public void onLayerGone(TrackLayer layer, long now) {
        gone.add(layer);
        stream.feed(layer.kind()).onLayerGone(layer.index(), now);
    }

    @Override
    public void onCodec(TrackLayer layer, long now) {}

    @Override
    public void onMedia(TrackLayer layer, RtpPacket p, long now) {
        accepted++;
        stream.feed(layer.kind()).onPacket(layer.index(), p.buffer(), p.offset(), p.length(), now);
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long now) {
        stream.feed(layer.kind()).onSenderReport(layer.index(), ntp, rtpTimestamp, now);
    }
}
