package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What 1080p30 of 4 Mb/s with a keyframe every two seconds costs in each codec, and how soon who joins has a picture. Its name
 * keeps it out of the suite: {@code -Dtest=EncoderCodecsFigures}.
 */
@Alone
class EncoderCodecsFigures {
    private static final int JOINS = 8;
    private static final int HELD_S = 15;
    private static final int CLIP_S = 20;

    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @ParameterizedTest
    @CsvSource({
        "h264,-c:v libx264 -preset veryfast -bf 0",
        "h264b,-c:v libx264 -preset veryfast -bf 3",
        "hevc,-c:v libx265 -preset ultrafast -x265-params bframes=3:keyint=60:min-keyint=60",
        "av1,-c:v libsvtav1 -preset 12"
    })
    void costs(String codec, String options, @TempDir Path directory) {
        Path clip = directory.resolve("clip.mp4");
        List<String> making = new ArrayList<>(List.of(
                "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30", "-f", "lavfi", "-i", "sine=sample_rate=48000"));
        making.addAll(List.of(options.split(" ", -1)));
        making.addAll(List.of("-b:v", "4M", "-g", "60", "-pix_fmt", "yuv420p", "-c:a", "aac"));
        making.addAll(List.of("-t", Integer.toString(CLIP_S), clip.toString()));
        try (FfmpegPush made = FfmpegPush.running(making)) {
            Await.until("the clip", Duration.ofMinutes(3), made::isAlive, alive -> !alive);
        }
        String stream = SERVER.freshStream();
        try (FfmpegPush push = FfmpegPush.running(List.of(
                "-re", "-stream_loop", "-1", "-i", clip.toString(), "-c", "copy", "-f", "flv", SERVER.rtmp(stream)))) {
            Await.pause(4_000);
            assertThat(push.isAlive()).as(push::said).isTrue();
            PeerPage page = browsers.peer();
            Map<String, Object> play = Peers.with(Peers.play(SERVER.whep(stream)), "gather", false);
            PeerPage.Session first = page.play(play);
            double firstMs = page.call("firstFrameMs", first.id()).getAsDouble();
            double worker = workerS();
            double loops = threadS("media-");
            double rtmp = threadS("vert.x-eventloop");
            long startNs = System.nanoTime();
            long before = first.framesDecoded();
            Await.pause(HELD_S * 1_000L);
            double passedS = (System.nanoTime() - startNs) / 1e9;
            double[] used = {workerS() - worker, threadS("media-") - loops, threadS("vert.x-eventloop") - rtmp};
            long shown = first.framesDecoded() - before;
            double[] joins = joins(page, play);
            Figures.write(
                    "encoder-codec-" + codec,
                    Map.of(
                            "workerCpuPercent",
                            100 * used[0] / passedS,
                            "mediaLoopsCpuPercent",
                            100 * used[1] / passedS,
                            "eventLoopsCpuPercent",
                            100 * used[2] / passedS,
                            "shownFps",
                            shown / passedS,
                            "firstJoinMs",
                            firstMs,
                            "joinP50Ms",
                            Figures.percentile(joins, 50),
                            "joinMaxMs",
                            Figures.percentile(joins, 100),
                            "load",
                            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        }
    }

    private static double[] joins(PeerPage page, Map<String, Object> options) {
        Random pauses = new Random(7);
        double[] ms = new double[JOINS];
        for (int i = 0; i < JOINS; i++) {
            Await.pause(200 + pauses.nextInt(900));
            PeerPage.Session player = page.play(options);
            ms[i] = page.call("firstFrameMs", player.id()).getAsDouble();
            player.stop();
        }
        return ms;
    }

    private static double workerS() {
        return TranscodeWorkers.pids().stream()
                .map(ProcessHandle::of)
                .map(each -> each.flatMap(process -> process.info().totalCpuDuration()))
                .mapToDouble(each -> each.orElse(Duration.ZERO).toNanos() / 1e9)
                .sum();
    }

    private static double threadS(String prefix) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double sum = 0;
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null
                    && Objects.requireNonNullElse(info.getThreadName(), "").startsWith(prefix)) {
                sum += Math.max(0, threads.getThreadCpuTime(id)) / 1e9;
            }
        }
        return sum;
    }
}
