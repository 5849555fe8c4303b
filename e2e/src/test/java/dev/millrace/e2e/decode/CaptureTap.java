package dev.millrace.e2e.decode;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerMedia;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One publisher's receive path whose packets are kept; asks for a keyframe of one layer after the other. Owned by its
 * peer's loop.
 */
public final class CaptureTap implements PeerMedia, MediaListener {
    /** Chromium makes no more keyframes than that; the receive path asks no oftener either. */
    private static final long ASK_NS = 310_000_000L;

    private final Peer peer;
    private final PublishedMedia video;
    private final int videoTrack;
    private final ReceivePath path;
    private final List<Capture.Item> items = new ArrayList<>();
    private final Map<Integer, Integer> formats = new HashMap<>();
    private long startNs = -1;
    private long nextAskNs = Long.MAX_VALUE;

    CaptureTap(Peer peer, List<PublishedMedia> media) {
        this.peer = peer;
        video = media.stream()
                .filter(each -> each.kind() == MediaKind.VIDEO)
                .findFirst()
                .orElseThrow();
        videoTrack = media.indexOf(video);
        path = new ReceivePath(
                new ReceiveConfig(media, 1, "capture", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS),
                peer::sendRtcp,
                this,
                new DropCounters());
    }

    /** Everything within these microseconds, times beginning with the first; any thread. */
    public Capture capture(String about, long fromMicros, long toMicros) {
        List<Capture.Item> kept = CaptureEndpoint.copy(peer.loop(), items).stream()
                .filter(item -> item.micros() >= fromMicros && item.micros() < toMicros)
                .map(item -> new Capture.Item(item.what(), item.layer(), item.micros() - fromMicros, item.bytes()))
                .toList();
        List<Integer> types = CaptureEndpoint.on(peer.loop(), () -> List.copyOf(formats.keySet()));
        return new Capture(
                about,
                video.formats().stream()
                        .filter(format -> types.contains(format.payloadType()))
                        .toList(),
                video.layers().stream().map(layer -> layer.rid()).toList(),
                video.extensions(),
                kept);
    }

    /** How much is there, in milliseconds; any thread. */
    long recordedMs() {
        return CaptureEndpoint.on(
                peer.loop(), () -> items.isEmpty() ? 0 : items.getLast().micros() / 1000);
    }

    @Override
    public void onConnected(long nowNs) {
        nextAskNs = nowNs + ASK_NS;
    }

    @Override
    public void onRtp(byte[] buffer, int offset, int length, long nowNs) {
        path.onRtp(buffer, offset, length, nowNs);
    }

    @Override
    public void onRtcp(byte[] buffer, int offset, int length, long nowNs) {
        path.onRtcp(buffer, offset, length, nowNs);
    }

    @Override
    public long nextDeadlineNs() {
        return Math.min(nextAskNs, path.nextDeadlineNs());
    }

    @Override
    public void onDeadline(long nowNs) {
        if (nowNs >= nextAskNs) {
            nextAskNs = nowNs + ASK_NS;
            for (int layer = 0; layer < Math.max(1, video.layers().size()); layer++) {
                path.requestKeyframe(videoTrack, layer, nowNs);
            }
        }
        path.onDeadline(nowNs);
    }

    @Override
    public void onClosed(long nowNs) {}

    @Override
    public void onLayer(TrackLayer layer, long nowNs) {}

    @Override
    public void onLayerGone(TrackLayer layer, long nowNs) {}

    @Override
    public void onCodec(TrackLayer layer, long nowNs) {
        if (layer.kind() == MediaKind.VIDEO) {
            formats.merge(Objects.requireNonNull(layer.format()).payloadType(), 1, Integer::sum);
        }
    }

    @Override
    public void onMedia(TrackLayer layer, RtpPacket packet, long nowNs) {
        byte[] bytes = Arrays.copyOfRange(packet.buffer(), packet.offset(), packet.offset() + packet.length());
        keep(Capture.What.RTP, layer, bytes, nowNs);
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long nowNs) {
        byte[] bytes = ByteBuffer.allocate(12).putLong(ntp).putInt(rtpTimestamp).array();
        keep(Capture.What.SENDER_REPORT, layer, bytes, nowNs);
    }

    private void keep(Capture.What what, TrackLayer layer, byte[] bytes, long nowNs) {
        if (layer.kind() == MediaKind.VIDEO) {
            startNs = startNs < 0 ? nowNs : startNs;
            items.add(new Capture.Item(what, layer.index(), (nowNs - startNs) / 1000, bytes));
        }
    }
}
