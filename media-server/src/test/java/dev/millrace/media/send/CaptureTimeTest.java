package dev.millrace.media.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.Stream;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The moment of capture, carried from the publisher's packets into a viewer's: abs-capture-time. */
class CaptureTimeTest {
    private static final int IN_ID = 9;
    private static final int OUT_ID = 5;
    private static final long NOW_NS = 5_000_000_000L;
    private static final long CAPTURED = NtpTime.ofUnixNanos(1_790_000_000_250_000_000L);

    private final Stream stream = new Stream("show", (kind, layer, nowNs) -> {}, new DropCounters());
    private final RtpPacket out = new RtpPacket();

    private HeaderMap headers(int rtx) {
        CodecFormat format = new CodecFormat(102, "H264", 90_000, 1, Map.of(), Set.of("nack"), rtx);
        String uri = HeaderExtension.ABS_CAPTURE_TIME.uri();
        stream.publish(
                1,
                null,
                new PublishedMedia("1", MediaKind.VIDEO, List.of(format), List.of(), List.of(), Map.of(uri, IN_ID)),
                NOW_NS);
        HeaderMap headers =
                new HeaderMap(new PlayedMedia("1", MediaKind.VIDEO, List.of(format), Map.of(uri, OUT_ID), 7, 8), false);
        headers.bind(stream.feed(MediaKind.VIDEO));
        return headers;
    }

    private static RtpPacket captured(long offset) {
        byte[] both = new byte[16];
        BigEndian.put64(both, 0, CAPTURED);
        BigEndian.put64(both, 8, offset);
        byte[] bytes = new byte[200];
        RtpWriter writer = new RtpWriter();
        writer.begin(bytes, 0, bytes.length, 102, 1, 2, 3)
                .extension(IN_ID, both, 0, offset == 0 ? 8 : 16)
                .payload(new byte[] {0x65, 1}, 0, 2);
        RtpPacket packet = new RtpPacket();
        assertThat(packet.wrap(bytes, 0, writer.finish())).isTrue();
        return packet;
    }

    private void write(HeaderMap headers, RtpPacket in) {
        byte[] bytes = new byte[200];
        RtpWriter writer = new RtpWriter();
        writer.begin(bytes, 0, bytes.length, 102, 1, 2, 3);
        headers.write(in, writer, 0, Rewriting.of(0, true, false, 0, 0), 0, NOW_NS);
        writer.payload(new byte[] {0x65, 1}, 0, 2);
        assertThat(out.wrap(bytes, 0, writer.finish())).isTrue();
    }

    private long at(int offset) {
        return BigEndian.i64(out.buffer(), out.extensionOffset(OUT_ID) + offset);
    }

    /** A report that left when the publisher's clock said {@code publisherNtp}. */
    private void report(long publisherNtp) {
        stream.feed(MediaKind.VIDEO).clock().onSenderReport(publisherNtp, NOW_NS);
    }

    @Test
    void theViewerIsToldHowFarThePublishersClockIsAheadOfOurReports() {
        HeaderMap headers = headers(103);
        report(CAPTURED + (1L << 31));
        write(headers, captured(0));
        assertThat(out.extensionLength(OUT_ID)).isEqualTo(16);
        assertThat(at(0)).isEqualTo(CAPTURED);
        // abs-capture-time: the capturer's clock is the sender's plus the offset; half a second after the capture is
        // now
        assertThat(Ntp.ofNs(NOW_NS) + at(8)).isEqualTo(CAPTURED + (1L << 31));
    }

    @Test
    void anOffsetThatWasThereAlreadyIsAdded() {
        HeaderMap headers = headers(103);
        report(CAPTURED);
        write(headers, captured(3L << 32));
        assertThat(Ntp.ofNs(NOW_NS) + at(8)).isEqualTo(CAPTURED + (3L << 32));
    }

    @Test
    void beforeTheFirstReportItGoesAsItCame() {
        write(headers(103), captured(0));
        assertThat(out.extensionLength(OUT_ID)).isEqualTo(8);
        assertThat(at(0)).isEqualTo(CAPTURED);
    }

    @Test
    void packetsThatMustComeOutTheSameTwiceAreLeftAlone() {
        HeaderMap headers = headers(-1);
        assertThat(headers.isRepeatable()).isTrue();
        report(CAPTURED);
        write(headers, captured(0));
        assertThat(out.extensionLength(OUT_ID)).isEqualTo(8);
    }
}
