package dev.millrace.media.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DropCountersTest {
    @Test
    void everyReasonHasACellOfItsOwn() {
        DropCounters counters = new DropCounters();
        long total = 0;
        for (DropReason reason : DropReason.values()) {
            total += reason.name().length();
            counters.count(reason, reason.name().length() - 1L);
            counters.count(reason);
        }
        for (DropReason reason : DropReason.values()) {
            assertThat(counters.get(reason)).isEqualTo(reason.name().length());
        }
        assertThat(counters.total()).isEqualTo(total);
        assertThat(DropReason.SRTP_REPLAY.label()).isEqualTo("srtp_replay");
    }
}
