package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AacConfig;
import dev.millrace.media.net.ManualLoop;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When viewers begin to hear an encoder's AAC, of which a worker makes Opus that has to start first. */
class EncoderSoundTest {
    private static final long MS = 1_000_000;

    /** As many of Opus as of AAC, for simplicity. */
    private static final long PACKET_NS = 20 * MS;

    /** 20 ms in SILK, one frame: RFC 6716 section 3.1. */
    private static final byte[] OPUS = {(byte) (1 << 3), 0};

    private final Queue<Long> waiting = new ArrayDeque<>();
    private final List<Long> late = new ArrayList<>();
    private @Nullable TranscodeListener listener;
    private long nowNs;

    private final EncoderSound sound = new EncoderSound(
            "show",
            new FakeTranscoder(this::open),
            96_000,
            Runnable::run,
            (opus, ticks, shownNs) -> late.add((nowNs - shownNs) / MS));

    private final EncoderSource source = new EncoderSource(new ManualLoop(), null, null);

    private TranscodeJob open(TranscodeListener to) {
        listener = to;
        return new TranscodeJob() {
            @Override
            public void audio(byte[] packet, long captureNs) {
                waiting.add(captureNs);
            }

            @Override
            public void video(SourcePicture picture, long captureNs) {}

            @Override
            public void close() {}
        };
    }

    /** @param lateNs how late the worker is once it has started */
    private void run(long startNs, long lateNs, long untilNs) {
        sound.configureAac(Objects.requireNonNull(AacConfig.read(HexFormat.of().parseHex("1190"))));
        for (nowNs = 0; nowNs < untilNs; nowNs += PACKET_NS) {
            sound.accept(new byte[] {1}, nowNs, true, source, nowNs);
            while (nowNs >= startNs && !waiting.isEmpty() && nowNs - waiting.element() >= lateNs) {
                Objects.requireNonNull(listener).onOpus(OPUS, waiting.remove());
            }
        }
    }

    @Test
    void whatWaitedForTheWorkersStartIsNotHeardInAHeap() {
        run(700 * MS, 60 * MS, 3_000 * MS);
        assertThat(late).hasSizeBetween(100, 120).allMatch(ms -> ms <= 120);
    }

    @Test
    void aWorkerThatIsAlwaysLateIsHeardAfterTwoSeconds() {
        run(300 * MS, 500 * MS, 5_000 * MS);
        assertThat(late).hasSizeBetween(115, 130);
    }

    @Test
    void aWorkerThatRunsLosesNothing() {
        run(0, 40 * MS, 1_000 * MS);
        assertThat(late).hasSizeBetween(47, 50);
    }
}
