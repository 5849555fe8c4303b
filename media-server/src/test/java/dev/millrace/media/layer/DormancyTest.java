package dev.millrace.media.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DormancyTest {
    private static final long S = 1_000_000_000L;

    private final Dormancy dormancy = new Dormancy();

    @Test
    void layerThatFellSilentUnaskedIsMissing() {
        assertThat(dormant(2, 0)).isFalse();
    }

    @Test
    void layerToldToRestIsDormantUntilItHadTimeToWake() {
        dormancy.told(0b001, 10 * S);
        assertThat(dormant(2, 20)).isTrue();
        dormancy.told(0b111, 30 * S);
        assertThat(dormant(2, 31)).isTrue();
        assertThat(dormant(2, 32)).isFalse();
    }

    @Test
    void layerThatDidNotWakeIsMissingForAWhileWhateverIsTold() {
        dormancy.told(0b001, 10 * S);
        dormancy.told(0b101, 30 * S);
        assertThat(dormant(2, 33)).isFalse();
        dormancy.told(0b001, 34 * S);
        assertThat(dormant(2, 41)).isFalse();
        assertThat(dormant(2, 43)).isTrue();
    }

    @Test
    void layerThatWokeIsNeither() {
        dormancy.told(0b001, 10 * S);
        dormancy.told(0b101, 30 * S);
        dormancy.heard(2);
        assertThat(dormant(2, 31)).isFalse();
        dormancy.told(0b001, 34 * S);
        assertThat(dormant(2, 35)).isTrue();
    }

    @Test
    void nextPublisherWasToldNothing() {
        dormancy.told(0b001, 10 * S);
        dormancy.reset();
        assertThat(dormant(2, 11)).isFalse();
    }

    private boolean dormant(int layer, long atS) {
        return dormancy.dormant(layer, atS * S);
    }
}
