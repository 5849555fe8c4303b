package dev.millrace.media.scenario;

import org.junit.jupiter.api.extension.ExtendWith;

/** What the publisher does to its layers in mid-stream: a clean switch, never a stuck viewer. */
@ExtendWith(Report.class)
class PublisherScenarioTest {
    private static final int MIDDLE = 1;
    private static final int TOP = 2;

    @Seeded
    void theTopLayerVanishesAndComesBack(long seed) {
        Run run = Run.of(seed, Media.simulcast())
                .viewer(2, "viewer", Conditions.kbps(3000))
                .publisher(12, p -> p.layer(TOP).send(false))
                .publisher(22, p -> p.layer(TOP).send(true))
                .until(32);
        Check check = Check.of("the top layer vanishes and comes back", run);
        check.atMost(
                        "freeze when it vanishes, ms",
                        check.viewer("viewer", 12, 22).longestFreezeMs(),
                        2000)
                .atLeast(
                        "share of the time on the second layer after 2 s",
                        check.viewer("viewer", 14, 22).shareAt(MIDDLE),
                        0.99)
                .atMost(
                        "ms until the top layer again",
                        check.viewer("viewer", 22, 32).msUntil(TOP),
                        5000)
                .atMost(
                        "freeze when it comes back, ms",
                        check.viewer("viewer", 22, 32).longestFreezeMs(),
                        500)
                .hold();
    }

    @Seeded
    void theTopLayerChangesItsSize(long seed) {
        Run run = Run.of(seed, Media.simulcast())
                .viewer(2, "viewer", Conditions.kbps(3000))
                .publisher(12, p -> p.layer(TOP).resize(960, 528))
                .publisher(17, p -> p.layer(TOP).resize(1280, 720))
                .until(22);
        Check check = Check.of("the top layer changes its size", run);
        Measured after = check.viewer("viewer", 12, 22);
        check.atMost("longest freeze, ms", after.longestFreezeMs(), 500)
                .atLeast("share of the time at the top", after.shareAt(TOP), 0.99)
                .hold();
    }

    /** The second layer, too, because a viewer there must not wait for what never comes. */
    @Seeded
    void layersRestartUnderANewSource(long seed) {
        Run run = Run.of(seed, Media.simulcast())
                .viewer(2, "good", Conditions.kbps(3000))
                .viewer(2, "fair", Conditions.kbps(900))
                .publisher(12, p -> p.layer(TOP).restart())
                .publisher(17, p -> p.layer(MIDDLE).restart())
                .until(27);
        Check check = Check.of("layers restart under a new SSRC", run);
        check.atMost(
                        "longest freeze at the top, ms",
                        check.viewer("good", 12, 27).longestFreezeMs(),
                        500)
                .atMost(
                        "longest freeze on the second layer, ms",
                        check.viewer("fair", 12, 27).longestFreezeMs(),
                        500)
                .atLeast(
                        "share of the time at the top",
                        check.viewer("good", 12, 27).shareAt(TOP),
                        0.99)
                .atLeast(
                        "share of the time on the second layer",
                        check.viewer("fair", 12, 27).shareAt(MIDDLE),
                        0.95)
                .hold();
    }

    @Seeded
    void theLowestLayersVanishUnderAViewer(long seed) {
        Run run = Run.of(seed, Media.simulcast())
                .viewer(2, "viewer", Conditions.kbps(900))
                .publisher(12, p -> p.layer(MIDDLE).send(false))
                .publisher(22, p -> p.layer(MIDDLE).send(true))
                .until(37);
        Check check = Check.of("the second layer vanishes under a viewer at 900 kb/s", run);
        check.atMost(
                        "freeze when it vanishes, ms",
                        check.viewer("viewer", 12, 22).longestFreezeMs(),
                        2000)
                .atMost(
                        "ms until the second layer again",
                        check.viewer("viewer", 22, 37).msUntil(MIDDLE),
                        5000)
                .hold();
    }
}
