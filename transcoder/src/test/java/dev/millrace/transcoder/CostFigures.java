package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.LadderRates;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.WorkerConfig;
import dev.millrace.media.transcode.WorkerTranscoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the worker costs, side by side with the {@code ffmpeg} program of the same jar with the same settings: CPU time of
 * the processes, rounds of both in turns, the least of each. Takes minutes and wants an idle machine, so its name keeps it
 * out of the suite: {@code -Dtest=CostFigures}.
 */
class CostFigures {
    private static final int FPS = 30;
    private static final int WARM_PICTURES = 5 * FPS;
    private static final int PICTURES = 20 * FPS;
    private static final int ROUNDS = 3;
    private static final int[] HEIGHTS = {720, 480, 360, 144};
    private static final int SOUNDS = 120 * 50;

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    @Test
    void theLadderCostsNoMoreThanFfmpegItself() throws Exception {
        Path film = film();
        List<SourcePicture> pictures = pictures(film);
        double worker = Double.MAX_VALUE;
        double program = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            worker = Math.min(worker, workerSeconds(pictures));
            program = Math.min(program, programSeconds(film, 20 + 5) - programSeconds(film, 5));
        }
        print("ladder 1080p30 to 720/480/360/144, CPU s per s", worker / 20, program / 20, worker / program);
        assertThat(program).isPositive();
        assertThat(worker / program).isLessThanOrEqualTo(1.1);
    }

    @Test
    void soundCostsNextToNothing() throws Exception {
        List<byte[]> opus = Tones.opus(500, 2, n -> 0.3 * Math.sin(n * 0.05) + 0.1 * Math.sin(n * n * 1e-6));
        try (WorkerTranscoder transcoder = new WorkerTranscoder(WorkerConfig.usual(directory))) {
            Counting counting = new Counting();
            ExecutorService thread = Executors.newSingleThreadExecutor();
            TranscodeSpec spec = new TranscodeSpec("sound", 128_000, 2, List.of());
            try (TranscodeJob job = transcoder.open(spec, counting, thread)) {
                double warm = 0;
                for (int i = 0; i < SOUNDS + 500; i++) {
                    job.audio(opus.get(i % 500), i * 20_000_000L);
                    int atLeast = (int) ((i - 100) * 960L / 1024);
                    while (counting.sounds.get() < atLeast) {
                        Thread.sleep(1);
                    }
                    warm = i == 500 ? cpuSeconds() : warm;
                }
                double perSecond = (cpuSeconds() - warm) / (SOUNDS / 50.0);
                print("Opus to AAC, CPU s per s", perSecond, 0, 0);
                assertThat(perSecond).isLessThan(0.05);
            }
            thread.shutdown();
        }
    }

    @SuppressWarnings("SystemOut")
    private static void print(String what, double worker, double program, double ratio) {
        System.out.println(String.format(
                Locale.ROOT, "FIGURE %s: worker %.4f, ffmpeg %.4f, ratio %.3f", what, worker, program, ratio));
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .mapToDouble(child ->
                        child.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9)
                .sum();
    }

    private static final class Counting implements TranscodeListener {
        final AtomicInteger sounds = new AtomicInteger();
        final AtomicInteger[] pictures = new AtomicInteger[HEIGHTS.length];

        Counting() {
            for (int i = 0; i < pictures.length; i++) {
                pictures[i] = new AtomicInteger();
            }
        }

        int least() {
            int least = Integer.MAX_VALUE;
            for (AtomicInteger each : pictures) {
                least = Math.min(least, each.get());
            }
            return least;
        }

        @Override
        public void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {
            sounds.incrementAndGet();
        }

        @Override
        public void onVideo(int rung, VideoFrame picture, long captureNs) {
            pictures[rung].incrementAndGet();
        }

        @Override
        public void onLost(String why) {
            throw new AssertionError(why);
        }
    }

    private double workerSeconds(List<SourcePicture> pictures) throws InterruptedException {
        List<TranscodeSpec.Rung> rungs = new ArrayList<>();
        for (int height : HEIGHTS) {
            rungs.add(new TranscodeSpec.Rung(height, LadderRates.bps(height, FPS)));
        }
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (WorkerTranscoder transcoder = new WorkerTranscoder(WorkerConfig.usual(directory))) {
            Counting counting = new Counting();
            double warm = 0;
            try (TranscodeJob job = transcoder.open(new TranscodeSpec("film", 0, 2, rungs), counting, thread)) {
                for (int i = 0; i < pictures.size(); i++) {
                    if (i == WARM_PICTURES) {
                        until(counting, i);
                        warm = cpuSeconds();
                    }
                    job.video(pictures.get(i), i * 1_000_000_000L / FPS);
                    until(counting, i - FPS);
                }
                until(counting, pictures.size());
                return cpuSeconds() - warm;
            }
        } finally {
            thread.shutdown();
        }
    }

    private static void until(Counting counting, int made) throws InterruptedException {
        while (counting.least() < made) {
            Thread.sleep(1);
        }
    }

    /** Something that moves, with noise, as a browser sends it: a keyframe every two seconds, no B-frames. */
    private Path film() throws IOException, InterruptedException {
        Path film = directory.resolve("film.h264");
        run(List.of(
                program(),
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=1920x1080:r=30,noise=alls=8:allf=t",
                "-frames:v",
                Integer.toString(WARM_PICTURES + PICTURES),
                "-pix_fmt",
                "yuv420p",
                "-c:v",
                "libx264",
                "-preset",
                "veryfast",
                "-tune",
                "zerolatency",
                "-g",
                "60",
                "-x264-params",
                "scenecut=0:sliced-threads=0",
                "-b:v",
                "5M",
                "-maxrate",
                "6M",
                "-bufsize",
                "5M",
                film.toString()));
        return film;
    }

    private static String program() {
        return Loader.load(ffmpeg.class);
    }

    private static List<SourcePicture> pictures(Path film) throws IOException {
        List<SourcePicture> pictures = new ArrayList<>();
        List<byte[]> group = new ArrayList<>();
        AvcConfig[] config = new AvcConfig[1];
        for (byte[] unit : AnnexB.units(Files.readAllBytes(film))) {
            group.add(unit);
            int type = AnnexB.type(unit);
            if (type != 1 && type != 5) {
                continue; // each picture is one slice
            }
            if (type == 5) {
                List<byte[]> sps = AnnexB.ofType(group, AnnexB.SPS);
                byte[] first = sps.getFirst();
                H264Sequence sequence = Objects.requireNonNull(H264Sequence.read(first, 0, first.length));
                config[0] = new AvcConfig(sps, AnnexB.ofType(group, AnnexB.PPS), sequence);
            }
            pictures.add(new SourcePicture(Codec.H264, AnnexB.slices(List.of(unit)), type == 5, config[0]));
            group.clear();
        }
        return pictures;
    }

    private static double programSeconds(Path film, int seconds) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program(),
                "-v",
                "error",
                "-filter_complex_threads",
                "1",
                "-threads",
                "1",
                "-r",
                "30",
                "-i",
                film.toString(),
                "-filter_complex",
                filters()));
        for (int i = 0; i < HEIGHTS.length; i++) {
            int bps = LadderRates.bps(HEIGHTS[i], FPS);
            command.addAll(List.of(
                    "-map",
                    "[o" + i + "]",
                    "-frames:v",
                    Integer.toString(seconds * FPS),
                    "-c:v",
                    "libx264",
                    "-preset",
                    "superfast",
                    "-tune",
                    "zerolatency",
                    "-forced-idr",
                    "1",
                    "-force_key_frames",
                    "source",
                    "-x264-params",
                    "scenecut=0:sliced-threads=0:keyint=infinite:open-gop=0",
                    "-threads",
                    "1",
                    "-b:v",
                    Integer.toString(bps),
                    "-maxrate",
                    Integer.toString((int) (bps * 1.2)),
                    "-bufsize",
                    Integer.toString(bps),
                    "-f",
                    "null",
                    "-"));
        }
        return run(command);
    }

    /** The same cascade: each rung from the next larger one. */
    private static String filters() {
        StringBuilder graph = new StringBuilder();
        String from = "0:v";
        for (int i = 0; i < HEIGHTS.length; i++) {
            int width = (int) Math.round(1920.0 * HEIGHTS[i] / 1080) & ~1;
            graph.append('[')
                    .append(from)
                    .append("]scale=")
                    .append(width)
                    .append(':')
                    .append(HEIGHTS[i])
                    .append(":flags=fast_bilinear");
            boolean last = i == HEIGHTS.length - 1;
            graph.append(last ? "[o" + i + "]" : ",split=2[o" + i + "][s" + i + "];");
            from = "s" + i;
        }
        return graph.toString();
    }

    /** Runs it to its end; the CPU seconds it took. */
    private static double run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        double seconds = 0;
        while (process.isAlive()) {
            // One that is just over tells nothing any more.
            Duration told = process.info().totalCpuDuration().orElse(Duration.ZERO);
            seconds = Math.max(seconds, told.toNanos() / 1e9);
            Thread.sleep(5);
        }
        assertThat(process.exitValue()).isZero();
        return seconds;
    }
}
