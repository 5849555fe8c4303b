package dev.millrace.media.bwe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentPacketsTest {
    private static final long MS = 1_000_000;
    private final SentPackets sent = new SentPackets();

    @Test
    void nothingIsKeptBeforeTheFirst() {
        assertThat(sent.capacity()).isZero();
        assertThat(sent.unwrap(0)).isNegative();
        assertThat(sent.find(0)).isEqualTo(SentPackets.UNKNOWN);
    }

    @Test
    void tellsWhatWasSentAcrossTheWrap() {
        for (int i = 0; i < 40; i++) {
            sent.add(65_520 + i & 0xffff, 100 + i, i, 3_000_000 * MS + i * MS);
        }
        long sequence = sent.unwrap(65_525);
        long packed = sent.find(sequence);
        assertThat(SentPackets.bytes(packed)).isEqualTo(105);
        assertThat(SentPackets.probe(packed)).isEqualTo(5);
        assertThat(SentPackets.sentNs(packed, 3_000_100 * MS) / 1024).isEqualTo((3_000_005 * MS) / 1024);
        assertThat(SentPackets.bytes(sent.find(sent.unwrap(20)))).isEqualTo(136);
    }

    @Test
    void anAcknowledgedOneIsGoneAndALostOneIsNot() {
        sent.add(7, 1000, 0, MS);
        sent.add(8, 1000, 0, MS);
        sent.lost(sent.unwrap(7));
        sent.acknowledged(sent.unwrap(8));
        assertThat(SentPackets.wasLost(sent.find(sent.unwrap(7)))).isTrue();
        assertThat(sent.find(sent.unwrap(8))).isEqualTo(SentPackets.UNKNOWN);
        assertThat(sent.recent(sent.unwrap(8))).isTrue();
    }

    @Test
    void oneNeverSentIsUnknown() {
        sent.add(100, 1000, 0, MS);
        sent.add(110, 1000, 0, MS);
        assertThat(sent.recent(sent.unwrap(111))).isFalse();
        assertThat(sent.find(sent.unwrap(105))).isEqualTo(SentPackets.UNKNOWN);
        assertThat(sent.find(sent.unwrap(100))).isNotEqualTo(SentPackets.UNKNOWN);
    }

    @Test
    void growsOnlyForWhatMayStillBeAcknowledged() {
        for (int i = 0; i < 1000; i++) {
            sent.add(i, 1000, 0, i * MS);
        }
        assertThat(sent.capacity()).isEqualTo(1024);
        for (int i = 1000; i < 20_000; i++) {
            sent.add(i & 0xffff, 1000, 0, 100L * i * MS);
        }
        assertThat(sent.capacity()).isEqualTo(1024);
        assertThat(sent.forgotten()).isPositive();
    }
}
