package dev.millrace.perf.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say who comes, when and with what. */
final class CrowdOptions {
    private static final double NS_PER_S = 1e9;
    private static final int FEW_VIEWERS = 10;
    private static final double CENSUS_S = 60;

    /** As {@code Recording} has them. */
    private static final int RECORDED_BPS = 2_500_000;

    private static final int RECORDED_LAYERS_BPS = 1_700_000;

    /** More than any machine of today carries: the limits end the ramp. */
    private static final int ANY_VIEWERS = 20_000;

    @Option(
            names = "--publishers",
            paramLabel = "P",
            description = "streams published (default: 1); 0 = somebody else does")
    int publishers = 1;

    @Option(
            names = "--viewers",
            paramLabel = "V",
            description = "viewers by WebRTC in all, spread over the streams (default: 10)")
    @Nullable
    Integer viewers;

    @Option(
            names = "--ramp",
            paramLabel = "RATE",
            converter = Forms.PerSecond.class,
            description = "how fast viewers come (default: 20/s)")
    double ramp = 20;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            converter = Forms.Seconds.class,
            description = "how long all stay; the result's figures are of this time (default: 30s)")
    Duration hold = Duration.ofSeconds(30);

    @Option(
            names = "--until-saturated",
            description =
                    "viewers keep coming until a limit is passed (at most --viewers, if given): how many does it carry?")
    boolean untilSaturated;

    @Option(names = "--simulcast", description = "publishes three layers")
    boolean simulcast;

    @Option(
            names = "--bitrate",
            paramLabel = "RATE",
            converter = Forms.Bitrate.class,
            description =
                    "of synthetic video, of the best layer with --simulcast (default: the recording's, which has 2.5M, or"
                            + " 1.7M in the best of three layers)")
    @Nullable
    Integer bitrateBps;

    @Option(
            names = "--synthetic",
            description =
                    "publishes packets that only look like H.264 instead of the recording that FFmpeg makes on first use")
    boolean synthetic;

    @Option(names = "--audio-only", description = "publishes no pictures")
    boolean audioOnly;

    @Option(
            names = "--pacing",
            paramLabel = "N",
            description =
                    "pictures leave at N times their bit rate in bursts of 40 ms, as browsers send them (default: 2.5); 0 ="
                            + " each picture at once, as some encoders do")
    double pacing = 2.5;

    @Option(names = "--no-repair", description = "viewers do not ask for lost packets again (NACK)")
    boolean noRepair;

    @Option(names = "--hls", paramLabel = "N", description = "viewers by HLS as well")
    int hls;

    @Option(names = "--ll-hls", paramLabel = "N", description = "viewers by LL-HLS as well")
    int llHls;

    @Option(names = "--dash", paramLabel = "N", description = "viewers by LL-DASH as well")
    int dash;

    @Option(
            names = "--chat",
            paramLabel = "RATE",
            converter = Forms.PerSecond.class,
            description = "chat messages of all viewers together, such as 5/s (Millrace only)")
    double chat;

    @Option(
            names = "--decrypt-every",
            paramLabel = "N",
            description =
                    "each viewer decrypts one of N packets of pictures to measure its delay (default: 8; all count for"
                            + " loss)")
    int decryptEvery = 8;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "threads that the clients live on (default: half of the processors)")
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Option(names = "--at-once", paramLabel = "N", description = "joins under way at once at most (default: 50)")
    int atOnce = 50;

    @Option(
            names = "--churn",
            paramLabel = "RATE",
            converter = Forms.PerSecond.class,
            description =
                    "viewers who come and go beside those who stay, such as 5/s; one of ten leaves without a word")
    double churn;

    @Option(
            names = "--churn-stay",
            paramLabel = "TIME",
            converter = Forms.Seconds.class,
            description = "how long each of them stays (default: 10s)")
    Duration churnStay = Duration.ofSeconds(10);

    @Option(
            names = "--census",
            paramLabel = "EVERY",
            converter = Forms.Seconds.class,
            description =
                    "looks into the server's processes so often: sessions, threads, descriptors, resident memory, and of a"
                            + " JVM the live heap, for which it collects (default: 1m with --churn and --pid)")
    @Nullable
    Duration census;

    @Option(
            names = "--one-by-one",
            description =
                    "viewers take each packet from the kernel by itself; otherwise what a server on this machine sends as one"
                            + " UDP_SEGMENT message comes as one (UDP_GRO), as if its network card took it apart")
    boolean oneByOne;

    private double censusS(boolean measured) {
        Duration given = census;
        double usualS = measured && churn > 0 ? CENSUS_S : 0;
        return given == null ? usualS : given.toNanos() / NS_PER_S;
    }

    LoadPlan.Audience audience(boolean measured) {
        Integer given = viewers;
        int asked = given == null ? untilSaturated ? ANY_VIEWERS : FEW_VIEWERS : given;
        return new LoadPlan.Audience(
                publishers,
                asked,
                ramp,
                hold.toNanos() / NS_PER_S,
                hls,
                llHls,
                dash,
                chat,
                untilSaturated,
                !noRepair,
                decryptEvery,
                loops,
                atOnce,
                churn,
                churn > 0 ? churnStay.toNanos() / NS_PER_S : 0,
                censusS(measured),
                oneByOne);
    }

    /** A rate of one's own is only made synthetically. */
    boolean wantsRecording() {
        return publishers > 0 && bitrateBps == null && !synthetic && !audioOnly;
    }

    LoadPlan.Media media(boolean recorded) {
        Integer given = bitrateBps;
        int rate = given != null ? given : recorded && simulcast ? RECORDED_LAYERS_BPS : RECORDED_BPS;
        return new LoadPlan.Media(
                recorded ? LoadPlan.Source.RECORDED : LoadPlan.Source.SYNTHETIC,
                simulcast,
                audioOnly ? 0 : rate,
                audioOnly,
                pacing);
    }
}
