package dev.millrace.media.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A viewer's choice in virtual time: select every 100 ms, the flow follows 100 ms later. */
class LayerAllocatorTest {
    private static final long TICK_NS = 100_000_000L;
    private static final long NS_PER_S = 1_000_000_000L;

    private static final int LOW = Quality.of(0, 0);
    private static final int MIDDLE = Quality.of(1, 0);
    private static final int HIGH = Quality.of(2, 0);

    private final FakeLayers layers = FakeLayers.simulcast();
    private final LayerAllocator allocator = new LayerAllocator();
    private long nowNs = 5 * NS_PER_S;
    private int current = Quality.NONE;
    private int switches;

    private void run(FakeLayers on, double seconds, long budgetBps) {
        long endNs = nowNs + (long) (seconds * NS_PER_S);
        for (; nowNs < endNs; nowNs += TICK_NS) {
            step(on, budgetBps);
        }
    }

    private void step(FakeLayers on, long budgetBps) {
        int chosen = allocator.select(on, current, budgetBps, nowNs);
        boolean flows = chosen == Quality.NONE || on.active[Quality.layer(chosen)];
        if (flows && chosen != current) {
            switches++;
            current = chosen;
        }
    }

    private void run(double seconds, long budgetBps) {
        run(layers, seconds, budgetBps);
    }

    @Test
    void takesTheBestThatFits() {
        run(0.1, 700_000);
        assertThat(current).isEqualTo(MIDDLE);
        assertThat(allocator.reason()).isEqualTo(LayerReason.BANDWIDTH);
        assertThat(allocator.wantedBps()).isBetween(1_500_000L, 1_650_000L);
    }

    @Test
    void takesTheTopWhileNobodyKnowsTheBudget() {
        run(0.1, LayerSelector.UNLIMITED);
        assertThat(current).isEqualTo(HIGH);
        assertThat(allocator.reason()).isEqualTo(LayerReason.BEST);
    }

    @Test
    void ordersBySizeWhereTheRidsGoDown() {
        layers.pixels[0] = 1280 * 720;
        layers.bitrateBps[0] = 1_500_000;
        layers.pixels[2] = 320 * 180;
        layers.bitrateBps[2] = 150_000;
        run(0.1, 200_000);
        assertThat(current).isEqualTo(HIGH);
        run(3, 5_000_000);
        assertThat(current).isEqualTo(LOW);
    }

    @Test
    void ordersByRidWhereASizeIsUnknown() {
        layers.pixels[0] = 1280 * 720;
        layers.pixels[2] = 0;
        run(0.1, 5_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void guessesWhatALayerTakesThatWasNeverMeasured() {
        layers.bitrateBps[2] = 0;
        run(0.1, 2_000_000);
        assertThat(current).isEqualTo(MIDDLE);
        run(3, 2_500_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void reachesTheTopInTheFirstSecondsWithoutWaiting() {
        run(0.5, 300_000);
        assertThat(current).isEqualTo(LOW);
        run(0.2, 3_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void goesDownAtOnceAndUpAgainWithinFiveSeconds() {
        run(10, 3_000_000);
        run(0.1, 350_000);
        assertThat(current).isEqualTo(LOW);
        run(10, 350_000);
        run(1.2, 3_000_000);
        assertThat(current).isEqualTo(HIGH);
        assertThat(switches).isEqualTo(3);
    }

    @Test
    void goesUpWithinFiveSecondsAlsoWhenTheWayNarrowedRightAfterJoining() {
        run(3, 3_000_000);
        run(6, 350_000);
        run(1.2, 3_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void bearsASmallExcessForAWhile() {
        run(10, 600_000);
        run(2.5, 460_000);
        assertThat(current).isEqualTo(MIDDLE);
        run(1, 460_000);
        assertThat(current).isEqualTo(LOW);
    }

    @Test
    void keyframeInTheMeasureIsNoReasonToGoDown() {
        run(10, 600_000);
        layers.bitrateBps[1] = 750_000;
        run(1, 600_000);
        layers.bitrateBps[1] = 500_000;
        run(5, 600_000);
        assertThat(switches).isEqualTo(1);
    }

    @Test
    void goesDownWhenTheSceneReallyTakesMore() {
        run(10, 600_000);
        layers.bitrateBps[1] = 900_000;
        run(4, 600_000);
        assertThat(current).isEqualTo(LOW);
    }

    @Test
    void switchesSeldomOnANoisyEstimate() {
        for (int seed = 0; seed < 20; seed++) {
            LayerAllocatorTest viewer = new LayerAllocatorTest();
            int middle = viewer.noisyMinutes(new Random(seed), 560_000, 0.08);
            assertThat(viewer.switches).as("seed %d", seed).isLessThan(5 * 6);
            assertThat(middle).as("seed %d", seed).isGreaterThan(5 * 60 * 10 * 3 / 4);
        }
    }

    @Test
    void switchesSeldomWhereTheEstimateHoversAtTheEdge() {
        for (int seed = 0; seed < 20; seed++) {
            LayerAllocatorTest viewer = new LayerAllocatorTest();
            viewer.noisyMinutes(new Random(seed), 490_000, 0.15);
            assertThat(viewer.switches).as("seed %d", seed).isLessThan(5 * 6);
        }
    }

    /** Five minutes of an estimate that wanders around a mean; how many ticks were on the second layer. */
    private int noisyMinutes(Random random, long meanBps, double noise) {
        double wander = 0;
        int middle = 0;
        for (int i = 0; i < 5 * 60 * 10; i++) {
            wander = 0.9 * wander + random.nextGaussian() * noise * 0.43;
            layers.bitrateBps[1] = (long) (500_000 * (1 + 0.1 * random.nextGaussian()));
            step(layers, (long) (meanBps * (1 + wander)));
            middle += current == MIDDLE ? 1 : 0;
            nowNs += TICK_NS;
        }
        return middle;
    }

    @Test
    void triesLessAndLessOftenWhatFailed() {
        int firstMinute = switchesInAMinuteThatMisleads();
        switchesInAMinuteThatMisleads();
        switchesInAMinuteThatMisleads();
        assertThat(firstMinute).isBetween(4, 8);
        assertThat(switchesInAMinuteThatMisleads()).isLessThanOrEqualTo(4);
    }

    /** Two seconds of an estimate that carries the second layer, one that does not, and so on. */
    private int switchesInAMinuteThatMisleads() {
        int before = switches;
        for (int s = 0; s < 20; s++) {
            run(2, 560_000);
            run(1, 320_000);
        }
        return switches - before;
    }

    @Test
    void thinsBeforeItStopsAndComesBack() {
        FakeLayers single = FakeLayers.single(200_000);
        run(single, 5, 300_000);
        assertThat(current).isEqualTo(Quality.of(0, 2));
        run(single, 5, 150_000);
        assertThat(current).isEqualTo(Quality.of(0, 1));
        run(single, 5, 100_000);
        assertThat(current).isEqualTo(Quality.of(0, 0));
        run(single, 5, 50_000);
        assertThat(current).isEqualTo(Quality.NONE);
        assertThat(allocator.reason()).isEqualTo(LayerReason.AUDIO_ONLY);
        run(single, 5, 400_000);
        assertThat(current).isEqualTo(Quality.of(0, 2));
    }

    @Test
    void halfTheFrameRateIsARungAboveTheSmallestSizeButAQuarterIsNot() {
        layers.temporalShares = new double[] {0.4, 0.7, 1};
        run(0.1, 400_000);
        assertThat(current).isEqualTo(Quality.of(1, 1));
        run(3, 290_000);
        assertThat(current).isEqualTo(Quality.of(0, 2));
    }

    @Test
    void showsAPictureBeforeItBelievesThatThereIsNoRoom() {
        run(2.9, 50_000);
        assertThat(current).isEqualTo(LOW);
        run(0.5, 50_000);
        assertThat(current).isEqualTo(Quality.NONE);
    }

    @Test
    void triesVideoAgainWhereAnEstimateCannotGrowWithoutIt() {
        run(5, 50_000);
        assertThat(current).isEqualTo(Quality.NONE);
        int shown = 0;
        for (int s = 0; s < 120; s++) {
            run(1, 50_000);
            shown += current == LOW ? 1 : 0;
        }
        assertThat(shown).isBetween(3, 15);
        run(60, 50_000);
        run(5, 200_000);
        assertThat(current).isEqualTo(LOW);
    }

    @Test
    void isAtTheTopSoonAfterAudioOnlyHoweverOftenTheLowestFailed() {
        run(10, 3_000_000);
        run(60, 50_000);
        run(3, 3_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void pinnedMeansAtMost() {
        allocator.pin(Quality.of(1, Quality.TOP));
        run(1, 5_000_000);
        assertThat(current).isEqualTo(MIDDLE);
        assertThat(allocator.reason()).isEqualTo(LayerReason.SELECTED);
        run(1, 300_000);
        assertThat(current).isEqualTo(LOW);
        assertThat(allocator.reason()).isEqualTo(LayerReason.BANDWIDTH);
        run(10, 300_000);
        layers.active[1] = false;
        run(2, 5_000_000);
        assertThat(current).isEqualTo(LOW);
        assertThat(allocator.reason()).isEqualTo(LayerReason.LAYER_MISSING);
        allocator.pin(Quality.NONE);
        run(0.1, 5_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void pinnedLayerThatIsNotSentIsNoReasonToFreeze() {
        layers.active[0] = false;
        allocator.pin(Quality.of(0, Quality.TOP));
        run(0.1, 5_000_000);
        assertThat(current).isEqualTo(HIGH);
        assertThat(allocator.reason()).isEqualTo(LayerReason.LAYER_MISSING);
        assertThat(allocator.demand() & 1).isEqualTo(1);
    }

    @Test
    void takesWhatIsLeftWhenALayerVanishes() {
        run(5, 3_000_000);
        layers.active[2] = false;
        run(0.1, 3_000_000);
        assertThat(current).isEqualTo(MIDDLE);
        assertThat(allocator.reason()).isEqualTo(LayerReason.LAYER_MISSING);
        assertThat(allocator.demand() & 4).isEqualTo(4);
        layers.active[2] = true;
        run(2, 3_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void keepsWhatFlowedWhenNothingIsSent() {
        run(5, 3_000_000);
        layers.active[0] = layers.active[1] = layers.active[2] = false;
        assertThat(allocator.select(layers, current, 3_000_000, nowNs)).isEqualTo(HIGH);
        assertThat(allocator.reason()).isEqualTo(LayerReason.NOTHING_PUBLISHED);
    }

    @Test
    void demandsWhatItUsesAndWhatItsEstimateCarries() {
        run(5, 700_000);
        assertThat(allocator.demand()).isEqualTo(0b010);
        allocator.select(layers, current, 2_000_000, nowNs);
        assertThat(allocator.demand() & 0b110).isEqualTo(0b110);
    }

    @Test
    void demandsLayersThatMayStillComeAndAllWhileItIsYoung() {
        run(0.1, 300_000);
        assertThat(allocator.demand() & 0b100).isNotZero();
        run(5, 3_000_000);
        assertThat(allocator.demand() & 0b1000).isNotZero();
    }

    @Test
    void waitsForASleepingLayerOnTheOneThatFlows() {
        layers.active[2] = false;
        layers.dormant[2] = true;
        run(5, 700_000);
        assertThat(allocator.demand() & 0b100).isZero();
        run(2, 3_000_000);
        assertThat(current).isEqualTo(MIDDLE);
        assertThat(allocator.select(layers, current, 3_000_000, nowNs)).isEqualTo(HIGH);
        assertThat(allocator.demand() & 0b100).isNotZero();
        assertThat(allocator.reason()).isEqualTo(LayerReason.WAITING_FOR_KEYFRAME);
        layers.active[2] = true;
        layers.dormant[2] = false;
        run(0.2, 3_000_000);
        assertThat(current).isEqualTo(HIGH);
    }

    @Test
    void startsOnALayerThatIsAwake() {
        layers.active[1] = layers.active[2] = false;
        layers.dormant[1] = layers.dormant[2] = true;
        run(0.1, 3_000_000);
        assertThat(current).isEqualTo(LOW);
        assertThat(allocator.demand() & 0b100).isNotZero();
    }

    @Test
    void thinsWhatFlowsWhileALowerLayersKeyframeIsAwaited() {
        layers.temporalShares = new double[] {0.4, 0.7, 1};
        run(5, 3_000_000);
        int high = current;
        assertThat(Quality.layer(allocator.select(layers, high, 300_000, nowNs)))
                .isZero();
        assertThat(allocator.meanwhile()).isEqualTo(Quality.of(2, 0));
        allocator.pin(Quality.of(0, Quality.TOP));
        allocator.select(layers, high, 3_000_000, nowNs);
        assertThat(allocator.meanwhile()).isEqualTo(high);
    }
}
