package dev.millrace.media.scenario;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many viewers: what one of them suffers is nobody else's business. */
@ExtendWith(Report.class)
class CrowdScenarioTest {
    private static final int TOP = 2;

    @Seeded
    void oneBadViewerAmongTwoHundred(long seed) {
        Run run = Run.of(seed, Media.simulcast());
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            run.viewer(1 + 2 * random.nextDouble(), "good " + i, Conditions.kbps(10_000));
        }
        run.viewer(2, "bad", Conditions.kbps(10_000))
                .change(8, "bad", Conditions.kbps(300))
                .until(28);
        Check check = Check.of("one at 300 kb/s among 200 good ones", run);
        List<Measured> good = check.viewers("good", 8, 28);
        List<Broadcaster.Request> requests = run.broadcaster().requests(Run.atNs(8), Run.atNs(28));
        check.atMost("switches of all good ones", sumOfSwitches(good), 0)
                .atLeast("least share of the time at the top of a good one", leastAtTheTop(good), 0.99)
                .atMost("longest freeze of a good one, ms", longestFreeze(good), 500)
                .atMost("keyframe requests for the layer the good ones watch", forTop(requests), 0)
                .atMost("keyframe requests in 20 s", requests.size(), 2)
                .tell("switches of the bad one", check.viewer("bad", 8, 28).switches())
                .tell(
                        "longest freeze of the bad one, ms",
                        check.viewer("bad", 8, 28).longestFreezeMs())
                .hold();
    }

    private static int sumOfSwitches(List<Measured> viewers) {
        return viewers.stream().mapToInt(Measured::switches).sum();
    }

    private static double leastAtTheTop(List<Measured> viewers) {
        return viewers.stream().mapToDouble(v -> v.shareAt(TOP)).min().orElse(0);
    }

    private static double longestFreeze(List<Measured> viewers) {
        return viewers.stream().mapToDouble(Measured::longestFreezeMs).max().orElse(0);
    }

    private static int forTop(List<Broadcaster.Request> requests) {
        return (int) requests.stream().filter(r -> r.layer() == TOP).count();
    }

    @Seeded
    void aHundredJoinAtOnce(long seed) {
        Run run = Run.of(seed, Media.simulcast()).viewer(1, "early", Conditions.kbps(10_000));
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            run.viewer(5 + random.nextDouble(), "joiner " + i, Conditions.kbps(10_000));
        }
        run.until(10);
        Check check = Check.of("100 join within a second", run);
        List<Broadcaster.Request> requests = run.broadcaster().requests(Run.atNs(5), Run.atNs(10));
        double slowest = check.viewers("joiner", 5, 10).stream()
                .mapToDouble(v -> v.msUntil(0))
                .max()
                .orElse(Double.POSITIVE_INFINITY);
        check.atLeast("ms between two requests for one layer", leastSpacingMs(requests), 300)
                .tell("keyframe requests", requests.size())
                .atMost("ms until the slowest one's first picture", slowest, 1000)
                .hold();
    }

    private static double leastSpacingMs(List<Broadcaster.Request> requests) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < requests.size(); i++) {
            for (int j = i + 1; j < requests.size(); j++) {
                if (requests.get(i).layer() == requests.get(j).layer()) {
                    least = Math.min(
                            least, (requests.get(j).atNs() - requests.get(i).atNs()) / 1e6);
                }
            }
        }
        return least;
    }
}
