package dev.millrace.media.scenario;

import org.junit.jupiter.api.extension.ExtendWith;

/** Viewers that share a bottleneck, with each other or with a download. */
@ExtendWith(Report.class)
class SharedLinkScenarioTest {
    @Seeded
    void twoViewersShareTwoMegabit(long seed) {
        Run run = Run.of(seed, Media.simulcast())
                .link("home", Conditions.kbps(2000))
                .viewer(2, "first", "home")
                .viewer(7, "second", "home")
                .until(77);
        Check check = Check.of("two viewers on 2 Mb/s", run);
        Measured first = check.viewer("first", 17, 77);
        Measured second = check.viewer("second", 17, 77);
        double half = (first.receivedBps() + second.receivedBps()) / 2;
        check.within("the first one's share of half of what both get", first.receivedBps() / half, 0.8, 1.2)
                .tell("what both get, kb/s", 2 * half / 1000)
                .tell("longest freeze of the first, ms", first.longestFreezeMs())
                .tell("longest freeze of the second, ms", second.longestFreezeMs())
                .tell("switches of both", first.switches() + second.switches())
                .hold();
    }

    @Seeded
    void besideADownloadOn1200(long seed) {
        besideADownload(seed, 1200);
    }

    @Seeded
    void besideADownloadOn3000(long seed) {
        besideADownload(seed, 3000);
    }

    private static void besideADownload(long seed, int kbps) {
        Run run = Run.of(seed, Media.simulcast())
                .link("home", Conditions.kbps(kbps))
                .viewer(2, "viewer", "home")
                .download(12, "download", "home")
                .until(82);
        Check check = Check.of("a TCP download beside it, " + kbps + " kb/s", run);
        Measured viewer = check.viewer("viewer", 22, 82);
        double download = run.download("download").receivedBps(Run.atNs(22), Run.atNs(82));
        check.atLeast("our share of the link", viewer.receivedBps() / (kbps * 1000.0), 1 / 3.0)
                .tell("the download's share of the link", download / (kbps * 1000.0))
                .tell("share of the time on the second layer or better", viewer.shareAt(1))
                .tell("longest freeze, ms", viewer.longestFreezeMs())
                .tell("picture delay p50, ms", viewer.delayMs(0.5))
                .hold();
    }

    /** Without us the download has to fill the link, or its figures beside us would mean nothing. */
    @Seeded
    void aDownloadAloneFillsTheLink(long seed) {
        Run run = Run.of(seed, Media.simulcast())
                .link("home", Conditions.kbps(3000).lossPercent(0.01 * seed))
                .download(1, "download", "home")
                .until(31);
        double share = run.download("download").receivedBps(Run.atNs(6), Run.atNs(31)) / 3e6;
        Check.of("a TCP download alone, 3 Mb/s", run)
                .within("its share of the link", share, 0.95, 1.001)
                .hold();
    }
}
