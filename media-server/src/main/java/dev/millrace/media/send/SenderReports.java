package dev.millrace.media.send;

import dev.millrace.media.rtp.rtcp.Goodbye;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.rtp.rtcp.SourceDescription;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes a viewer's sender reports, CNAME and BYE (RFC 3550 section 6); owned by one send path. */
final class SenderReports {
    /** Players need two reports before lips are in sync, so the first ones come quickly. */
    private static final long EARLY_NS = 200_000_000L;

    private static final int EARLY_REPORTS = 4;
    private static final long INTERVAL_NS = 1_000_000_000L;

    private static final int MAX_CNAME_BYTES = 255;

    private final byte[] cname;
    private final PacketWriter writer;
    private long nextNs = Long.MAX_VALUE;
    private int sent;

    SenderReports(String cname, PacketWriter writer) {
        byte[] bytes = cname.getBytes(StandardCharsets.UTF_8);
        this.cname = bytes.length > MAX_CNAME_BYTES ? Arrays.copyOf(bytes, MAX_CNAME_BYTES) : bytes;
        this.writer = writer;
    }

    void start(long nowNs) {
        nextNs = nowNs + EARLY_NS;
    }

    long nextDeadlineNs() {
        return nextNs;
    }

    void send(@Nullable DownTrack audio, @Nullable DownTrack video, long nowNs) {
        boolean any = report(audio, nowNs);
        any |= report(video, nowNs);
        sent += any ? 1 : 0;
        nextNs = nowNs + (any && sent < EARLY_REPORTS ? EARLY_NS : INTERVAL_NS);
    }

    private boolean report(@Nullable DownTrack track, long nowNs) {
        if (track == null || !track.flows(nowNs)) {
            return false;
        }
        int at = writer.rtcpAt();
        byte[] b = writer.scratch();
        int length = SenderReport.write(
                b,
                at,
                track.ssrc(),
                Ntp.ofNs(nowNs),
                track.timestampAt(nowNs),
                track.counters().packets,
                track.counters().bytes,
                0);
        length += SourceDescription.writeCname(b, at + length, track.ssrc(), cname);
        writer.sendRtcp(length);
        return true;
    }

    void bye(@Nullable DownTrack audio, @Nullable DownTrack video, long nowNs) {
        bye(audio, nowNs);
        bye(video, nowNs);
    }

    private void bye(@Nullable DownTrack track, long nowNs) {
        if (track == null || !track.counters().any()) {
            return;
        }
        int at = writer.rtcpAt();
        byte[] b = writer.scratch();
        int length = SenderReport.write(
                b,
                at,
                track.ssrc(),
                Ntp.ofNs(nowNs),
                track.timestampAt(nowNs),
                track.counters().packets,
                track.counters().bytes,
                0);
        length += SourceDescription.writeCname(b, at + length, track.ssrc(), cname);
        length += Goodbye.write(b, at + length, track.ssrc());
        writer.sendRtcp(length);
    }
}
