package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reordered pictures are encoded anew while somebody watches, and viewers get them in order whatever happens to the worker. */
class EncoderPicturesTest {
    private static final long MS = 1_000_000;
    private static final long FRAME_NS = 40 * MS;
    private static final int LINGER_MS = 30_000;

    /** Says nothing of the order of pictures. */
    private static final AvcConfig CONFIG = new AvcConfig(
            List.of(new byte[] {0x67, 1}),
            List.of(new byte[] {0x68, 1}),
            new H264Sequence(0, 66, 0, 30, 1, 8, 8, 320, 240, false, 2, 1, null));

    private final FakeTranscoder transcoder = new FakeTranscoder(this::open);
    private final EncoderWarnings warnings = new EncoderWarnings(sentence -> {});
    private final List<Long> shown = new ArrayList<>();
    private final List<Boolean> anew = new ArrayList<>();
    private boolean watched = true;
    private long nowNs;
    private int opened;
    private int closed;
    private int keysGiven;
    private @Nullable TranscodeListener listener;

    private EncoderPictures pictures(EncoderPictures.Reordered reordered) {
        return new EncoderPictures("show", transcoder, reordered, Runnable::run, warnings, (frame, shownNs) -> {
            shown.add(shownNs / MS);
            anew.add(frame.arrivalNs() < 0);
        });
    }

    private static VideoFrame frame(boolean key, boolean discardable, long arrivalNs) {
        return new VideoFrame(new byte[] {0, 0, 0, 1, 0x41}, 0, key, discardable, CONFIG, arrivalNs);
    }

    /** Groups of I0 P4 B2 b1 b3 P8 B6 b5 b7: x264's usual pyramid. */
    private void groups(EncoderPictures to, int from, int count) {
        int[] at = {0, 4, 2, 1, 3, 8, 6, 5, 7};
        for (int group = from; group < from + count; group++) {
            for (int i = 0; i < at.length; i++) {
                nowNs = (group * 9L + i) * FRAME_NS;
                long shownNs = (group * 9L + at[i] + 2) * FRAME_NS;
                to.accept(frame(i == 0, at[i] % 2 == 1, nowNs), false, shownNs, shownNs - nowNs, watched, nowNs);
            }
        }
    }

    @Test
    void allPicturesAreShownInTheirOrderFromTheFirstOn() {
        groups(pictures(EncoderPictures.Reordered.ENCODED_ANEW), 0, 4);
        assertThat(shown).hasSizeGreaterThanOrEqualTo(34).isSorted().doesNotHaveDuplicates();
        assertThat(anew).doesNotContain(false);
        assertThat(codes()).containsExactly("b_frames");
        assertThat(warnings.all().getFirst().detail()).contains("encoded anew", "Max B-frames 0", "-bf 0");
    }

    @Test
    void nothingIsEncodedWhileNobodyWatchesAndItEndsAfterTheLast() {
        watched = false;
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.ENCODED_ANEW);
        groups(pictures, 0, 2);
        assertThat(opened).isZero();
        watched = true;
        groups(pictures, 2, 1);
        assertThat(opened).isEqualTo(1);
        watched = false;
        groups(pictures, 3, LINGER_MS / 360 + 1);
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void whoComesInTheMiddleOfAGroupGetsThePresentAtOnce() {
        watched = false;
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.ENCODED_ANEW);
        groups(pictures, 0, 3);
        shown.clear();
        anew.clear();
        // In the middle of the fourth group somebody comes.
        for (int i = 0; i < 9; i++) {
            watched = i >= 3;
            nowNs = (27L + i) * FRAME_NS;
            pictures.accept(frame(i == 0, false, nowNs), false, nowNs + FRAME_NS, FRAME_NS, watched, nowNs);
        }
        assertThat(keysGiven).isEqualTo(1);
        assertThat(anew).endsWith(true, true).contains(false);
        assertThat(shown).isSorted().doesNotHaveDuplicates();
        assertThat(shown.getLast()).as("but for the two in the decoder").isEqualTo((35 - 2 + 1) * FRAME_NS / MS);
    }

    @Test
    void whenTheWorkerDiesWhatCanBeShownIsAndASecondLaterAllIs() {
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.ENCODED_ANEW);
        groups(pictures, 0, 1);
        die();
        anew.clear();
        groups(pictures, 1, 1);
        assertThat(anew).isNotEmpty().doesNotContain(true);
        groups(pictures, 2, 6);
        assertThat(opened).isEqualTo(2);
        assertThat(anew).endsWith(true, true, true);
        assertThat(shown).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void withoutATranscoderLittleIsShownAndTheSentenceSaysSo() {
        groups(pictures(EncoderPictures.Reordered.LEFT_OUT), 0, 2);
        assertThat(shown).containsExactly(80L, 240L, 440L, 600L);
        assertThat(warnings.all().getFirst().detail()).contains("little more than the keyframes");
    }

    @Test
    void ofATrackBesideTheMainOneNothingIsShownThatHasNoOrder() {
        groups(pictures(EncoderPictures.Reordered.NOT_SHOWN), 0, 2);
        assertThat(shown).isEmpty();
        assertThat(opened).isZero();
    }

    @Test
    void hevcIsEncodedAnewWhateverItsOrderAndNothingElseIsShown() {
        VideoConfig hevc = new VideoConfig.InBand(Codec.HEVC, 320, 240);
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.LEFT_OUT);
        pictures.foreign(true);
        watched = false;
        for (int i = 0; i < 200; i++) {
            watched = i >= 60;
            nowNs = i * FRAME_NS;
            VideoFrame frame = new VideoFrame(new byte[] {0, 0, 0, 1, 0x41}, 0, i % 50 == 0, false, hevc, nowNs);
            pictures.accept(frame, false, nowNs, 0, watched, nowNs);
        }
        assertThat(opened).isEqualTo(1);
        assertThat(anew).hasSizeBetween(130, 140).doesNotContain(false);
        assertThat(shown).isSorted().doesNotHaveDuplicates();
        die();
        int before = shown.size();
        nowNs += FRAME_NS;
        pictures.accept(new VideoFrame(new byte[1], 0, true, false, hevc, nowNs), false, nowNs, 0, true, nowNs);
        assertThat(shown).hasSize(before);
    }

    @Test
    void av1GoesThroughAndWhatWasBeforeItIsForgotten() {
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.ENCODED_ANEW);
        groups(pictures, 0, 2);
        int before = shown.size();
        VideoConfig av1 = new VideoConfig.InBand(Codec.AV1, 320, 240);
        pictures.accept(new VideoFrame(new byte[1], 0, true, false, av1, nowNs), false, nowNs, 0, true, nowNs);
        assertThat(shown).hasSize(before + 1);
        assertThat(closed).isEqualTo(1);
        assertThat(codes()).isEmpty();
    }

    @Test
    void inOrderNothingIsEncodedOrSaid() {
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.ENCODED_ANEW);
        for (int i = 0; i < 200; i++) {
            nowNs = i * FRAME_NS;
            pictures.accept(frame(i % 50 == 0, false, nowNs), false, nowNs, 0, true, nowNs);
        }
        assertThat(shown).hasSize(200);
        assertThat(opened).isZero();
        assertThat(warnings.all()).isEmpty();
    }

    @Test
    void whoseTimesOnlyLookReorderedIsSentAsItIsAfterSomeGroups() {
        EncoderPictures pictures = pictures(EncoderPictures.Reordered.ENCODED_ANEW);
        for (int i = 0; i < 300; i++) {
            nowNs = i * FRAME_NS;
            pictures.accept(frame(i % 25 == 0, false, nowNs), false, nowNs + FRAME_NS, FRAME_NS, true, nowNs);
        }
        assertThat(closed).isEqualTo(1);
        assertThat(anew.subList(anew.size() - 100, anew.size())).doesNotContain(true);
        assertThat(shown).isSorted().doesNotHaveDuplicates();
    }

    private List<String> codes() {
        return warnings.all().stream().map(StreamWarning::code).toList();
    }

    private TranscodeJob open(TranscodeListener to) {
        opened++;
        listener = to;
        return new Recoding(to);
    }

    private void die() {
        TranscodeListener dying = listener;
        listener = null;
        if (dying != null) {
            dying.onLost("killed");
        }
    }

    /** Makes of each picture one that is shown in order, as a decoder that holds back two and an encoder behind it would. */
    private final class Recoding implements TranscodeJob {
        private static final int HELD = 2;

        private final TranscodeListener to;
        private final PriorityQueue<Long> inside = new PriorityQueue<>();
        private long last = Long.MIN_VALUE;

        Recoding(TranscodeListener to) {
            this.to = to;
        }

        @Override
        public void audio(byte[] packet, long captureNs) {}

        @Override
        public void video(SourcePicture picture, long captureNs) {
            keysGiven += picture.key() ? 1 : 0;
            if (captureNs > last && !inside.contains(captureNs)) {
                inside.add(captureNs);
            }
            while (inside.size() > HELD) {
                boolean first = last == Long.MIN_VALUE;
                last = inside.remove();
                to.onVideo(0, frame(first, false, -1), last);
            }
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
