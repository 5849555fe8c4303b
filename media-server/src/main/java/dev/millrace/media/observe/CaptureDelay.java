package dev.millrace.media.observe;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;

/**
 * How long pictures and sounds of one track take from their capture until they are here whole, less the least way of the
 * network: what the publisher's encoder, its pacer and queues on the way add.
 *
 * <p>By what its packets say (abs-capture-time, webrtc.googlesource.com/src docs/native-code/rtp-hdrext/abs-capture-time)
 * or, where they say nothing, by the sender reports, whose two times also belong to one moment of capture. Owned by the
 * publisher's loop; {@link #delays()} and {@link #source()} may be read by any thread.
 */
public final class CaptureDelay {
    /** What the moment of capture is known by. */
    public enum Source {
        /** Nothing told it yet. */
        UNKNOWN,
        SENDER_REPORTS,
        /** The packets themselves. */
        ABS_CAPTURE_TIME
    }

    private static final int MAX_LAYERS = 8;
    private static final int CAPTURE_BYTES = 8;
    private static final long NS_PER_S = 1_000_000_000L;

    /** A delay beyond is a timestamp that jumped. */
    private static final long MAX_DELAY_NS = 30 * NS_PER_S;

    private final boolean video;
    private final int extensionId;
    private final RemoteClock clock;
    private final DelayHistogram delays = new DelayHistogram();
    private final Anchor[] anchors = new Anchor[MAX_LAYERS];
    private volatile Source source = Source.UNKNOWN;

    /** A moment of capture that is known: RTP and NTP time. */
    private static final class Anchor {
        private int rtpTimestamp;
        private long ntp;
        private boolean known;
        private boolean byPacket;

        void set(int newRtpTimestamp, long newNtp, boolean isByPacket) {
            rtpTimestamp = newRtpTimestamp;
            ntp = newNtp;
            byPacket = isByPacket;
            known = true;
        }
    }

    /**
     * @param extensionId of abs-capture-time in the track's packets, 0 if it was not negotiated
     * @param clock the publisher's, shared by its tracks
     */
    public CaptureDelay(boolean video, int extensionId, RemoteClock clock) {
        this.video = video;
        this.extensionId = extensionId;
        this.clock = clock;
        for (int i = 0; i < MAX_LAYERS; i++) {
            anchors[i] = new Anchor();
        }
    }

    /** A layer begins, with an RTP clock of its own. */
    public void onLayer(int layer) {
        if (layer < MAX_LAYERS) {
            anchors[layer].known = false;
        }
    }

    /** A sender report of a layer, with its two times as they stand in it. */
    public void onSenderReport(int layer, long ntp, int rtpTimestamp, long nowNs) {
        clock.onReport(ntp, nowNs);
        if (layer < MAX_LAYERS && !(anchors[layer].known && anchors[layer].byPacket)) {
            anchors[layer].set(rtpTimestamp, ntp, false);
        }
    }

    /** A packet of a layer, in the order of arrival. */
    public void onPacket(int layer, RtpPacket packet, int clockRate, long nowNs) {
        if (layer >= MAX_LAYERS) {
            return;
        }
        Anchor anchor = anchors[layer];
        if (extensionId > 0 && packet.hasExtensions() && packet.extensionLength(extensionId) >= CAPTURE_BYTES) {
            anchor.set(packet.timestamp(), senderNtp(packet), true);
        }
        // A picture is whole with its last packet; each packet of sound is a whole one.
        if (!anchor.known || (video && !packet.marker()) || !clock.isKnown()) {
            return;
        }
        long sinceNs = (packet.timestamp() - anchor.rtpTimestamp) * NS_PER_S / clockRate;
        long delayNs = nowNs - clock.toOurNs(anchor.ntp) - sinceNs;
        if (Math.abs(delayNs) > MAX_DELAY_NS) {
            anchor.known = false;
            return;
        }
        delays.add(delayNs, 1, nowNs);
        source = anchor.byPacket ? Source.ABS_CAPTURE_TIME : Source.SENDER_REPORTS;
    }

    /** When it was captured by the clock that the sender reports tell. */
    private long senderNtp(RtpPacket packet) {
        int at = packet.extensionOffset(extensionId);
        long ntp = BigEndian.i64(packet.buffer(), at);
        boolean offset = packet.extensionLength(extensionId) >= 2 * CAPTURE_BYTES;
        return offset ? ntp - BigEndian.i64(packet.buffer(), at + CAPTURE_BYTES) : ntp;
    }

    public DelayHistogram delays() {
        return delays;
    }

    public Source source() {
        return source;
    }
}
