package dev.millrace.media.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.bwe.SendSideEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What viewers report, as Chromium writes it. */
class ViewerFeedbackTest {
    private static final long MS = 1_000_000L;

    @Test
    void feedbackWithPaddingCountsAsWell() {
        DropCounters drops = new DropCounters();
        SendSideEstimator estimator = new SendSideEstimator(true, drops);
        ViewerFeedback feedback = new ViewerFeedback(null, null, estimator, drops);
        // One packet, number 0, received; its single delta leaves a byte to fill up.
        byte[] padded =
                HexFormat.of().parseHex("afcd0005" + "00000001" + "00000002" + "00000001" + "00000100" + "20017201");

        estimator.onPacketSent(0, 1200, 0, 0);
        feedback.onRtcp(padded, 0, padded.length, 50 * MS);

        assertThat(drops.get(DropReason.RTCP_MALFORMED)).isZero();
        assertThat(estimator.rttNs()).isEqualTo(50 * MS);
    }
}
