package dev.millrace.media.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.NtpTime;
import org.junit.jupiter.api.Test;

/** A publisher whose clock, RTP clock, encoder and network the test holds. */
class CaptureDelayTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;
    private static final int EXTENSION = 9;
    private static final int RATE = 90_000;

    /** The publisher's wall clock at 0 of ours. */
    private long publisherUnixNs = 1_790_000_000L * S;

    private int rtpAtZero = -5_000_000;
    private final CaptureDelay delay = new CaptureDelay(true, EXTENSION, new RemoteClock());
    private final RtpPacket packet = new RtpPacket();
    private final byte[] bytes = new byte[256];

    private int rtp(long atNs) {
        return rtpAtZero + (int) (atNs / MS * RATE / 1000);
    }

    private long ntp(long atNs) {
        return NtpTime.ofUnixNanos(publisherUnixNs + atNs);
    }

    private void report(long sentNs, long wayNs) {
        delay.onSenderReport(0, ntp(sentNs), rtp(sentNs), sentNs + wayNs);
    }

    /** A picture's last packet. */
    private void picture(long capturedNs, long arrivalNs, boolean stamped, long clockOffset) {
        RtpWriter writer = new RtpWriter();
        writer.begin(bytes, 0, bytes.length, 96, 1, rtp(capturedNs), 7).marker(true);
        if (stamped && clockOffset == 0) {
            writer.extension64(EXTENSION, ntp(capturedNs));
        } else if (stamped) {
            byte[] both = new byte[16];
            BigEndian.put64(both, 0, ntp(capturedNs) + clockOffset);
            BigEndian.put64(both, 8, clockOffset);
            writer.extension(EXTENSION, both, 0, 16);
        }
        writer.payload(new byte[] {1, 2, 3}, 0, 3);
        assertThat(packet.wrap(bytes, 0, writer.finish())).isTrue();
        delay.onPacket(0, packet, RATE, arrivalNs);
    }

    private double p50Ms() {
        long[] sum = new long[DelayHistogram.BUCKETS];
        delay.delays().addTo(sum);
        return DelayHistogram.percentileNs(sum, 50) / (double) MS;
    }

    @Test
    void withoutReportsNothingIsKnown() {
        picture(0, 30 * MS, true, 0);
        assertThat(delay.source()).isEqualTo(CaptureDelay.Source.UNKNOWN);
        assertThat(p50Ms()).isNegative();
    }

    @Test
    void reportsTellWhatTheEncoderAndQueuesTakeLessTheLeastWay() {
        report(0, 20 * MS);
        report(S, 35 * MS);
        // 12 ms in the encoder, then the way of 20 ms
        picture(1_500 * MS, 1_532 * MS, false, 0);
        assertThat(p50Ms()).isCloseTo(12, within(0.8));
        assertThat(delay.source()).isEqualTo(CaptureDelay.Source.SENDER_REPORTS);
    }

    @Test
    void packetsTellItThemselvesAndBetweenThemTheRtpClockDoes() {
        report(0, 20 * MS);
        rtpAtZero += 90_000 * 40; // so that what reports say of this source would be wrong
        picture(500 * MS, 560 * MS, true, 0);
        assertThat(p50Ms()).isCloseTo(40, within(2.6));
        for (int i = 1; i <= 20; i++) {
            picture(500 * MS + i * 33L * MS, 500 * MS + i * 33L * MS + 25 * MS, false, 0);
        }
        report(1_200 * MS, 20 * MS);
        picture(1_233 * MS, 1_258 * MS, false, 0);
        assertThat(p50Ms()).isCloseTo(5, within(0.4));
        assertThat(delay.source()).isEqualTo(CaptureDelay.Source.ABS_CAPTURE_TIME);
    }

    @Test
    void theOffsetOfAnotherCapturersClockIsTakenOut() {
        report(0, 20 * MS);
        picture(500 * MS, 535 * MS, true, 77L << 32);
        assertThat(p50Ms()).isCloseTo(15, within(1.0));
    }

    @Test
    void aClockThatIsSetIsFollowed() {
        report(0, 20 * MS);
        publisherUnixNs += 3_600 * S;
        report(S, 20 * MS);
        picture(1_500 * MS, 1_528 * MS, true, 0);
        assertThat(p50Ms()).isCloseTo(8, within(0.6));
    }

    @Test
    void aTimestampThatJumpsIsNoDelay() {
        report(0, 20 * MS);
        picture(100 * MS, 130 * MS, false, 0);
        rtpAtZero += RATE * 3_000;
        picture(133 * MS, 163 * MS, false, 0);
        assertThat(p50Ms()).isCloseTo(10, within(0.7));
        assertThat(delay.delays().maxNs()).isLessThan(20 * MS);
        report(S, 20 * MS);
        picture(1_100 * MS, 1_130 * MS, false, 0);
        assertThat(delay.delays().maxNs()).isLessThan(20 * MS);
    }

    @Test
    void clocksThatDriftAreFollowed() {
        for (int second = 0; second < 120; second++) {
            publisherUnixNs += 100_000; // 100 ppm
            report(second * S, 20 * MS);
            picture(second * S + 500 * MS, second * S + 530 * MS, true, 0);
        }
        assertThat(p50Ms()).isBetween(7.5, 12.5);
    }
}
