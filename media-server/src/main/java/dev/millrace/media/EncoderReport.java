package dev.millrace.media;

import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.sdp.MediaKind;

/** Tells now and then what one moment is called by a track's clock and by the encoder's. Owned by the encoder's loop. */
final class EncoderReport {
    /** A viewer who joins has lips in sync as soon as there is a report of either track. */
    private static final long REPORT_NS = 500_000_000L;

    private final MediaKind kind;
    private final int layer;
    private final long wallOffsetNs;
    private long sentNs = Long.MIN_VALUE / 2;

    /** @param wallOffsetNs what is to be added to the loops' clock to have Unix time */
    EncoderReport(MediaKind kind, int layer, long wallOffsetNs) {
        this.kind = kind;
        this.layer = layer;
        this.wallOffsetNs = wallOffsetNs;
    }

    void maybeSend(Distributor feeding, int rtpTimestamp, long shownNs, long nowNs) {
        if (nowNs - sentNs >= REPORT_NS) {
            sentNs = nowNs;
            feeding.onSenderReport(kind, layer, NtpTime.ofUnixNanos(shownNs + wallOffsetNs), rtpTimestamp, nowNs);
        }
    }
}
