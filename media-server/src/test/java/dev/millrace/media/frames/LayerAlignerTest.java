package dev.millrace.media.frames;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LayerAlignerTest {
    private static final long MS = 1_000_000;
    private static final long[] BEGINNINGS = {1_000_000, 77_000_000, 500};
    private static final AvcConfig CONFIG = new AvcConfig(
            List.of(H264Packets.SPS),
            List.of(H264Packets.PPS),
            Objects.requireNonNull(H264Sequence.read(H264Packets.SPS, 0, H264Packets.SPS.length)));

    private final List<String> seen = new ArrayList<>();
    private final LayerAligner aligner = new LayerAligner(
            3, (layer, frame) -> seen.add(layer + ":" + (frame.rtpTime() - BEGINNINGS[0]) / 3000), new DropCounters());

    @Test
    void aCommonKeyframePutsAllOnOneClock() {
        send(0, 0, true, 0);
        send(2, 0, true, 2);
        send(1, 0, true, 4);
        send(1, 1, false, 37);
        send(0, 1, false, 35);
        send(2, 1, false, 36);
        assertThat(seen).containsExactly("0:0", "2:0", "1:0", "1:1", "0:1", "2:1");
        assertThat(aligner.common(2, BEGINNINGS[2])).isEqualTo(BEGINNINGS[0]);
    }

    @Test
    void aLayerThatComesLaterIsPairedAtTheNextOne() {
        send(0, 0, true, 0);
        send(0, 10, false, 333);
        send(2, 20, true, 660); // alone: another layer's viewer wanted it
        send(2, 21, false, 700);
        assertThat(aligner.isPaired(2)).isFalse();
        send(2, 60, true, 2000);
        send(2, 61, false, 2030);
        send(0, 60, true, 2040);
        assertThat(seen).containsExactly("0:0", "0:10", "0:60", "2:60", "2:61");
    }

    @Test
    void oneDisagreementIsForgivenTwoAreNot() {
        send(0, 0, true, 0);
        send(1, 0, true, 1);
        send(0, 60, true, 2000);
        send(1, 63, true, 2001); // as if three pictures were lost
        send(0, 120, true, 4000);
        send(1, 120, true, 4001);
        assertThat(seen.getLast()).isEqualTo("1:120");
        send(0, 180, true, 6000);
        send(1, 190, true, 6001);
        send(0, 240, true, 8000);
        send(1, 250, true, 8001);
        assertThat(seen.getLast()).isEqualTo("1:240");
    }

    @Test
    void aLayerThatRestartsIsPairedAgain() {
        send(0, 0, true, 0);
        send(1, 0, true, 1);
        aligner.restart(1);
        send(1, 5, false, 165);
        assertThat(seen).hasSize(2);
        BEGINNINGS[1] += 12345;
        send(1, 60, true, 2001);
        send(0, 60, true, 2002);
        BEGINNINGS[1] -= 12345;
        assertThat(seen).endsWith("0:60", "1:60");
    }

    private void send(int layer, int number, boolean key, long arrivalMs) {
        aligner.onFrame(
                layer,
                new VideoFrame(new byte[1], BEGINNINGS[layer] + number * 3000L, key, false, CONFIG, arrivalMs * MS));
    }
}
