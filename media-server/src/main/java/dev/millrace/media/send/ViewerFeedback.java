package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.rtcp.FullIntraRequest;
import dev.millrace.media.rtp.rtcp.Nack;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.ReceiverEstimate;
import dev.millrace.media.rtp.rtcp.ReceiverReport;
import dev.millrace.media.rtp.rtcp.ReportBlock;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import org.jspecify.annotations.Nullable;

/** Reads what a viewer says back and tells whom it concerns (RFC 3550, 4585, 5104); owned by one send path. */
final class ViewerFeedback {
    /** FMT of transport-wide feedback among packets of type 205. */
    private static final int TRANSPORT_WIDE = 15;

    /** A compound asking for more than this asks for the impossible; the rest is not looked at. */
    private static final int MAX_NACKS = 512;

    private final @Nullable DownTrack audio;
    private final @Nullable DownTrack video;
    private final BandwidthEstimator estimator;
    private final DropCounters drops;
    private final RtcpReader reader = new RtcpReader();
    private final ReceiverReport receiverReport = new ReceiverReport();
    private final SenderReport senderReport = new SenderReport();
    private final ReportBlock block = new ReportBlock();
    private final Nack nack = new Nack();
    private final FullIntraRequest fir = new FullIntraRequest();
    private final ReceiverEstimate remb = new ReceiverEstimate();

    /** The last FIR answered: repetitions carry its number (RFC 5104 section 4.3.1.2). */
    private int lastFir = -1;

    ViewerFeedback(
            @Nullable DownTrack audio, @Nullable DownTrack video, BandwidthEstimator estimator, DropCounters drops) {
        this.audio = audio;
        this.video = video;
        this.estimator = estimator;
        this.drops = drops;
    }

    private @Nullable DownTrack track(int ssrc) {
        if (video != null && video.is(ssrc)) {
            return video;
        }
        return audio != null && audio.is(ssrc) ? audio : null;
    }

    void onRtcp(byte[] b, int off, int len, long nowNs) {
        if (!reader.wrap(b, off, len)) {
            drops.count(DropReason.RTCP_MALFORMED);
            return;
        }
        while (reader.next()) {
            switch (reader.type()) {
                case RtcpReader.SENDER_REPORT -> onSenderReport(nowNs);
                case RtcpReader.RECEIVER_REPORT -> onReceiverReport(nowNs);
                case RtcpReader.TRANSPORT_FEEDBACK -> onTransportFeedback(nowNs);
                case RtcpReader.PAYLOAD_FEEDBACK -> onPayloadFeedback(nowNs);
                default -> {
                    // SDES, BYE, APP and XR change nothing here
                }
            }
        }
    }

    private void onSenderReport(long nowNs) {
        if (senderReport.wrap(reader)) {
            for (int i = 0; i < senderReport.blockCount(); i++) {
                senderReport.block(i, block);
                onBlock(nowNs);
            }
        }
    }

    private void onReceiverReport(long nowNs) {
        if (receiverReport.wrap(reader)) {
            for (int i = 0; i < receiverReport.blockCount(); i++) {
                receiverReport.block(i, block);
                onBlock(nowNs);
            }
        }
    }

    private void onBlock(long nowNs) {
        DownTrack track = track(block.ssrc());
        if (track == null) {
            return;
        }
        long rttNs = -1;
        if (block.lastSenderReport() != 0) {
            int back =
                    Ntp.compact(Ntp.ofNs(nowNs)) - block.lastSenderReport() - (int) block.delaySinceLastSenderReport();
            // A clock that runs unevenly may come out a little below zero.
            rttNs = Ntp.compactToNs(Math.max(0, back));
        }
        track.headers().acknowledged();
        track.counters().onReport(block.fractionLost(), block.cumulativeLost(), rttNs);
        estimator.onReceiverReport(block.fractionLost() / 256.0, rttNs, nowNs);
    }

    private void onTransportFeedback(long nowNs) {
        if (reader.count() == TRANSPORT_WIDE) {
            estimator.onTransportFeedback(reader.buffer(), reader.offset(), reader.paddedLength(), nowNs);
        } else if (nack.wrap(reader)) {
            DownTrack track = track(nack.mediaSsrc());
            if (track == null) {
                drops.count(DropReason.RTCP_UNKNOWN_SSRC);
                return;
            }
            int left = MAX_NACKS;
            for (int lost = nack.nextLost(); lost >= 0 && left > 0; lost = nack.nextLost()) {
                track.onNack(lost, nowNs);
                left--;
            }
        }
    }

    private void onPayloadFeedback(long nowNs) {
        if (PictureLoss.is(reader)) {
            onKeyframeRequest(PictureLoss.mediaSsrc(reader), nowNs);
        } else if (fir.wrap(reader)) {
            for (int i = 0; i < fir.count(); i++) {
                if (fir.number(i) != lastFir) {
                    lastFir = fir.number(i);
                    onKeyframeRequest(fir.mediaSsrc(i), nowNs);
                }
            }
        } else if (remb.wrap(reader)) {
            estimator.onRemb(remb.bitrateBps(), nowNs);
        }
    }

    private void onKeyframeRequest(int ssrc, long nowNs) {
        DownTrack track = track(ssrc);
        if (track == null) {
            drops.count(DropReason.RTCP_UNKNOWN_SSRC);
        } else {
            track.onKeyframeRequest(nowNs);
        }
    }
}
