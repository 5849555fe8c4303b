package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.segment.TrackFormat;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.WorkerConfig;
import dev.millrace.media.transcode.WorkerTranscoder;
import dev.millrace.media.transcode.wire.Picture.Coded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real worker, as a process of its own. */
class WorkerTranscoderTest {
    /** Far more than anything here takes on a machine with little to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final List<TranscodeSpec.Rung> RUNGS =
            List.of(new TranscodeSpec.Rung(180, 0), new TranscodeSpec.Rung(90, 0));

    @TempDir
    private static Path natives = Path.of("");

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private WorkerTranscoder transcoder = new WorkerTranscoder(WorkerConfig.off());

    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    @BeforeEach
    void start() {
        transcoder = new WorkerTranscoder(WorkerConfig.usual(natives));
    }

    @AfterEach
    void stop() {
        transcoder.close();
        await(() -> workers().isEmpty());
        thread.shutdown();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Heard(long captureNs, byte[] aac) {}

    private static final class Listening implements TranscodeListener {
        final List<Heard> sounds = Collections.synchronizedList(new ArrayList<>());
        final List<VideoFrame> pictures = Collections.synchronizedList(new ArrayList<>());
        final List<String> lost = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onAudio(TrackFormat.Aac format, byte[] data, long captureNs) {
            sounds.add(new Heard(captureNs, data));
        }

        @Override
        public void onVideo(int rung, VideoFrame picture, long captureNs) {
            if (rung == 1) {
                pictures.add(picture);
            }
        }

        @Override
        public void onLost(String why) {
            lost.add(why);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadlineNs);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static List<ProcessHandle> workers() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
    }

    private static SourcePicture source(Coded coded) {
        AvcConfig avc = null;
        if (!coded.sps().isEmpty()) {
            byte[] sps = coded.sps().getFirst();
            avc = new AvcConfig(
                    coded.sps(), coded.pps(), Objects.requireNonNull(H264Sequence.read(sps, 0, sps.length)));
        }
        return new SourcePicture(coded.codec(), coded.data(), coded.key(), avc);
    }

    private TranscodeJob open(Listening listening, boolean sound) {
        TranscodeSpec spec = new TranscodeSpec("test", sound ? 128_000 : 0, 2, sound ? List.of() : RUNGS);
        return transcoder.open(spec, listening, thread);
    }

    @Test
    void soundGoesThereAndBack() {
        Listening listening = new Listening();
        List<byte[]> opus = Tones.opus(
                150, 2, sample -> sample < 96_000 ? 0 : 0.5 * Math.sin(2 * Math.PI * 1000 * sample / 48_000));
        try (TranscodeJob job = open(listening, true)) {
            for (int i = 0; i < opus.size(); i++) {
                job.audio(opus.get(i), 1_000_000_000L + i * 20_000_000L);
            }
            await(() -> listening.sounds.size() >= 138);
        }
        List<float[]> decoded =
                Tones.decodeAac(listening.sounds.stream().map(Heard::aac).toList(), 2);
        double onsetNs = 0;
        for (int i = 0; i < decoded.size() && onsetNs == 0; i++) {
            for (int j = 0; j < decoded.get(i).length && onsetNs == 0; j++) {
                onsetNs = Math.abs(decoded.get(i)[j]) > 0.15
                        ? listening.sounds.get(i).captureNs() + j * 1e9 / 48_000
                        : 0;
            }
        }
        assertThat(onsetNs).isCloseTo(3e9, within(5e6));
        assertThat(transcoder.state()).contains("FFmpeg 8").contains("libx264");
        assertThat(listening.lost).isEmpty();
    }

    @Test
    void oneThatIsKilledIsReplaced() {
        List<Coded> film = Films.of(Codec.H264, 320, 180, 30, 10);
        Listening first = new Listening();
        TranscodeJob job = open(first, false);
        give(job, film, 0);
        await(() -> first.pictures.size() == 30);

        workers().forEach(ProcessHandle::destroyForcibly);
        await(() -> !first.lost.isEmpty());
        assertThat(first.lost).singleElement().asString().contains("137");

        Listening second = new Listening();
        try (TranscodeJob again = open(second, false)) {
            give(again, film, 30);
            await(() -> second.pictures.size() == 30);
        }
        assertThat(transcoder.state()).contains("137");
    }

    private static void give(TranscodeJob job, List<Coded> film, int from) {
        for (int i = 0; i < film.size(); i++) {
            job.video(source(film.get(i)), 1_000_000_000L + (from + i) * 33_333_333L);
        }
    }

    @Test
    void oneThatHangsIsKilled() throws Exception {
        Listening listening = new Listening();
        TranscodeJob job = open(listening, false);
        give(job, Films.of(Codec.H264, 320, 180, 5, 5), 0);
        await(() -> listening.pictures.size() == 5);

        ProcessHandle worker = workers().getFirst();
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(worker.pid()))
                        .start()
                        .waitFor())
                .isZero();
        await(() -> !listening.lost.isEmpty());
        assertThat(listening.lost).singleElement().asString().contains("did not answer");
        await(() -> !worker.isAlive());
    }

    @Test
    void oneWithoutWorkEnds() {
        transcoder =
                new WorkerTranscoder(new WorkerConfig(true, natives, 1, "auto", "superfast", Duration.ofSeconds(1)));
        Listening listening = new Listening();
        try (TranscodeJob job = open(listening, false)) {
            give(job, Films.of(Codec.H264, 320, 180, 5, 5), 0);
            await(() -> listening.pictures.size() == 5);
            assertThat(workers()).hasSize(1);
        }
        await(() -> workers().isEmpty());
        assertThat(listening.lost).isEmpty();
        assertThat(transcoder.available()).isTrue();
    }

    @Test
    void aWorkerTakesSoManyStreamsAndBothHalvesOfOne() {
        transcoder = new WorkerTranscoder(new WorkerConfig(true, natives, 1, "auto", "superfast", PATIENCE));
        Listening listening = new Listening();
        TranscodeSpec one = new TranscodeSpec("one", 64_000, 2, List.of());
        transcoder.open(one, listening, thread);
        transcoder.open(new TranscodeSpec("one", 0, 2, RUNGS), listening, thread);
        await(() -> workers().size() == 1);
        transcoder.open(new TranscodeSpec("two", 64_000, 2, List.of()), listening, thread);
        await(() -> workers().size() == 2);
    }

    @Test
    void anEncoderThatIsNotThereIsSaidAloud() {
        transcoder = new WorkerTranscoder(new WorkerConfig(true, natives, 1, "nvenc", "superfast", PATIENCE));
        open(new Listening(), true);
        await(() -> transcoder.state().contains("FFmpeg"));
        assertThat(transcoder.state()).containsAnyOf("h264_nvenc", "libx264 superfast, since nvenc cannot be used");
    }

    @Test
    void stillsAreMadeOrRefusedWithASentence() throws Exception {
        SourcePicture good = source(Films.of(Codec.VP8, 640, 360, 1, 1).getFirst());
        byte[] jpeg = transcoder.still(good, 320).toCompletableFuture().get(40, TimeUnit.SECONDS);
        assertThat(jpeg).startsWith(0xff, 0xd8);
        SourcePicture bad = new SourcePicture(Codec.H264, new byte[] {1, 2, 3, 4, 5}, true, null);
        assertThatThrownBy(
                        () -> transcoder.still(bad, 320).toCompletableFuture().get(40, TimeUnit.SECONDS))
                .hasMessageContaining("The transcoder cannot decode it");
    }

    @Test
    void withoutOneThereIsASentence() {
        WorkerTranscoder off = new WorkerTranscoder(WorkerConfig.off());
        assertThat(off.available()).isFalse();
        assertThat(off.state()).contains("transcode.enabled");
        Listening listening = new Listening();
        off.open(new TranscodeSpec("x", 64_000, 2, List.of()), listening, Runnable::run)
                .close();
        assertThat(listening.lost).singleElement().asString().contains("transcode.enabled");
    }
}
