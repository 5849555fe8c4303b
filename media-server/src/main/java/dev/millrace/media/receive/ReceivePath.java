package dev.millrace.media.receive;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.rtcp.Goodbye;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.CodecFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a publisher's decrypted packets go through before the router: binding to layers, RTX, loss repair,
 * reports and congestion feedback (RFC 3550, 4585, 4588, 5104, 8852).
 *
 * <p>Holds no socket, thread or clock. Owned by one event loop; {@link #stats()} may be read by any thread.
 */
public final class ReceivePath {
    private final MediaListener listener;
    private final DropCounters drops;
    private final TrackReceiver[] tracks;
    private final SourceBinder binder;
    private final ReceiverFeedback feedback;
    private final RtpPacket packet = new RtpPacket();
    private final RtcpReader reader = new RtcpReader();
    private final SenderReport senderReport = new SenderReport();
    private final Goodbye goodbye = new Goodbye();
    private volatile List<LayerStats> stats = List.of();

    /** A path for a connection whose keys are there or about to be; nothing happens before its first packet. */
    public ReceivePath(ReceiveConfig config, ReceiveOutput output, MediaListener listener, DropCounters drops) {
        this.listener = listener;
        this.drops = drops;
        tracks = new TrackReceiver[config.media().size()];
        for (int i = 0; i < tracks.length; i++) {
            tracks[i] = new TrackReceiver(i, config.media().get(i));
        }
        binder = new SourceBinder(tracks);
        feedback = new ReceiverFeedback(config, tracks, output);
    }

    /** One decrypted RTP packet; may be rewritten in place. */
    public void onRtp(byte[] b, int off, int len, long nowNs) {
        if (!packet.wrap(b, off, len)) {
            drops.count(DropReason.RTP_MALFORMED);
            return;
        }
        feedback.onPacket(packet, nowNs);
        int source = binder.find(packet.ssrc());
        if (source < 0) {
            source = binder.bind(packet, nowNs);
            if (source < 0) {
                drops.count(DropReason.RTP_UNKNOWN_SSRC);
                return;
            }
        }
        LayerReceiver layer = binder.layer(source);
        TrackReceiver track = binder.track(source);
        boolean repair = binder.isRepair(source);
        if (repair && !unwrap(track, layer)) {
            return;
        }
        onMedia(track, layer, repair, nowNs);
    }

    private void onMedia(TrackReceiver track, LayerReceiver layer, boolean repair, long nowNs) {
        CodecFormat format = track.format(packet.payloadType());
        if (format == null) {
            drops.count(DropReason.RTP_UNKNOWN_PAYLOAD);
            return;
        }
        boolean known = layer.isBound() && layer.layer.ssrc() == packet.ssrc();
        if (!known || (!repair && layer.beganAnew(packet))) {
            layer.bind(packet.ssrc());
            listener.onLayer(layer.layer, nowNs);
        }
        // A repaired packet may be from before a change of codec, so it announces none.
        if ((!repair || layer.layer.format() == null) && layer.format(format)) {
            listener.onCodec(layer.layer, nowNs);
        }
        DropReason refused = layer.accept(packet, format, repair, nowNs);
        if (refused != null) {
            drops.count(refused);
            return;
        }
        feedback.onAccepted(layer, nowNs);
        listener.onMedia(layer.layer, packet, nowNs);
    }

    /**
     * Makes of a retransmission the packet that was lost (RFC 4588 section 4): the original sequence number stands in the
     * first two bytes of the payload, so the header moves two bytes towards it.
     */
    private boolean unwrap(TrackReceiver track, LayerReceiver layer) {
        CodecFormat format = track.repairs(packet.payloadType());
        if (format == null || !layer.isBound()) {
            drops.count(DropReason.RTX_UNKNOWN);
            return false;
        }
        if (packet.payloadLength() < 2) {
            // Publishers probe with padding on this source.
            drops.count(packet.payloadLength() == 0 ? DropReason.RTP_PADDING_ONLY : DropReason.RTX_MALFORMED);
            return false;
        }
        byte[] b = packet.buffer();
        int off = packet.offset();
        int length = packet.length();
        int original = BigEndian.u16(b, packet.payloadOffset());
        System.arraycopy(b, off, b, off + 2, packet.headerLength());
        if (!packet.wrap(b, off + 2, length - 2)) {
            drops.count(DropReason.RTX_MALFORMED);
            return false;
        }
        packet.sequenceNumber(original);
        packet.payloadType(format.payloadType());
        packet.ssrc(layer.layer.ssrc());
        return true;
    }

    /** One decrypted RTCP compound. */
    public void onRtcp(byte[] b, int off, int len, long nowNs) {
        if (!reader.wrap(b, off, len)) {
            drops.count(DropReason.RTCP_MALFORMED);
            return;
        }
        while (reader.next()) {
            if (senderReport.wrap(reader)) {
                onSenderReport(nowNs);
            } else if (goodbye.wrap(reader)) {
                onGoodbye(nowNs);
            }
        }
    }

    private void onSenderReport(long nowNs) {
        int source = binder.find(senderReport.ssrc());
        if (source < 0) {
            drops.count(DropReason.RTCP_UNKNOWN_SSRC);
            return;
        }
        LayerReceiver layer = binder.layer(source);
        if (binder.isRepair(source) || !layer.isBound()) {
            return;
        }
        long ntp = senderReport.ntpTime();
        layer.reception.onSenderReport(NtpTime.middle(ntp), nowNs);
        if (ntp != 0) {
            // RFC 3550 section 6.4.1: a sender without a clock says 0
            listener.onSenderReport(layer.layer, ntp, senderReport.rtpTimestamp(), nowNs);
        }
    }

    private void onGoodbye(long nowNs) {
        for (int i = 0; i < goodbye.count(); i++) {
            int source = binder.find(goodbye.ssrc(i));
            if (source < 0) {
                continue;
            }
            LayerReceiver layer = binder.layer(source);
            boolean media = !binder.isRepair(source);
            binder.remove(source);
            if (media && layer.isBound()) {
                layer.unbind();
                listener.onLayerGone(layer.layer, nowNs);
            }
        }
    }

    /**
     * Somebody needs a keyframe of this layer. At most one PLI or FIR goes out per 300 ms and layer however many ask; it is
     * repeated until a keyframe comes.
     *
     * @param trackIndex {@link TrackLayer#trackIndex()}
     * @param layerIndex {@link TrackLayer#index()}
     */
    public void requestKeyframe(int trackIndex, int layerIndex, long nowNs) {
        LayerReceiver layer = layer(trackIndex, layerIndex);
        if (layer != null && layer.isBound()) {
            layer.keyframeRequests.request(nowNs);
            feedback.sendKeyframeRequest(layer, nowNs);
        }
    }

    private @Nullable LayerReceiver layer(int trackIndex, int layerIndex) {
        if (trackIndex < 0 || trackIndex >= tracks.length) {
            return null;
        }
        LayerReceiver[] layers = tracks[trackIndex].layers;
        return layerIndex < 0 || layerIndex >= layers.length ? null : layers[layerIndex];
    }

    /** Round trip to the publisher when something else measured it (ICE checks). */
    public void onRtt(long rttNs) {
        feedback.onRtt(rttNs);
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return feedback.nextDeadlineNs();
    }

    /** Does what is due: NACKs, feedback, reports, keyframe requests, statistics. */
    public void onDeadline(long nowNs) {
        if (feedback.onDeadline(nowNs)) {
            List<LayerStats> snapshot = new ArrayList<>();
            for (TrackReceiver track : tracks) {
                for (LayerReceiver layer : track.layers) {
                    if (layer.bytes() > 0) {
                        snapshot.add(layer.stats(nowNs));
                    }
                }
            }
            stats = List.copyOf(snapshot);
        }
    }

    /** The layers heard so far, as of the last second; any thread. */
    public List<LayerStats> stats() {
        return stats;
    }
}
