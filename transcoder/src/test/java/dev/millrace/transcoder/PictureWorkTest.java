package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.transcode.TranscodeSpec.Rung;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Picture;
import dev.millrace.media.transcode.wire.Picture.Coded;
import dev.millrace.media.transcode.wire.PictureMade;
import dev.millrace.media.transcode.wire.Trouble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureWorkTest {
    private static final long START_NS = 7_000_000_000L;
    private static final List<Rung> RUNGS = List.of(new Rung(0, 0), new Rung(180, 400_000), new Rung(90, 0));

    private final List<Message> made = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    private static long usual(int picture) {
        return START_NS + picture * 33_333_333L;
    }

    private void run(List<Coded> film, IntToLongFunction captureNs) {
        Encoders encoders = Encoders.find("auto", "superfast");
        try (PictureWork work = new PictureWork(3, RUNGS, encoders, new Ladder.Output(made::add, failures::add))) {
            for (int i = 0; i < film.size(); i++) {
                work.accept(new Picture(3, captureNs.applyAsLong(i), film.get(i)));
            }
            work.finish();
        }
        assertThat(failures).isEmpty();
    }

    private List<PictureMade> rung(int number) {
        return made.stream()
                .filter(each -> each instanceof PictureMade picture && picture.rung() == number)
                .map(each -> (PictureMade) each)
                .toList();
    }

    private static List<Integer> brightness(List<PictureMade> rung) {
        List<Integer> decoded = new ArrayList<>();
        try (PictureDecoder decoder = new PictureDecoder(Codec.H264)) {
            for (PictureMade each : rung) {
                Coded coded = new Coded(Codec.H264, each.key(), each.sps(), each.pps(), each.units());
                assertThat(decoder.decode(
                                coded,
                                each.captureNs(),
                                frame -> decoded.add(frame.data(0).get() & 0xff)))
                        .isNull();
            }
        }
        return decoded;
    }

    @ParameterizedTest
    @EnumSource(names = {"H264", "VP8", "VP9", "AV1"})
    void everyRungHasEveryPictureAndTheSourcesKeyframes(Codec codec) {
        List<Coded> film = Films.of(codec, 640, 360, 50, 20);
        run(film, PictureWorkTest::usual);

        for (int rung = 0; rung < 3; rung++) {
            List<PictureMade> pictures = rung(rung);
            assertThat(pictures).hasSize(50);
            List<Integer> seen = brightness(pictures);
            assertThat(seen).hasSize(50);
            for (int i = 0; i < 50; i++) {
                assertThat(pictures.get(i).captureNs()).isEqualTo(usual(i));
                assertThat(pictures.get(i).key()).isEqualTo(film.get(i).key());
                assertThat(seen.get(i)).isCloseTo(Films.brightness(i), within(12));
            }
        }
        assertThat(height(rung(0).getFirst())).isEqualTo(360);
        assertThat(height(rung(1).getFirst())).isEqualTo(180);
        assertThat(height(rung(2).getFirst())).isEqualTo(90);
    }

    private static int height(PictureMade key) {
        byte[] sps = key.sps().getFirst();
        return Objects.requireNonNull(H264Sequence.read(sps, 0, sps.length)).height();
    }

    @Test
    void picturesMayComeUnevenly() {
        Random random = new Random(2);
        long[] at = new long[60];
        for (int i = 1; i < at.length; i++) {
            at[i] = at[i - 1] + random.nextLong(1_000_000, 400_000_000);
        }
        run(Films.of(Codec.H264, 320, 240, 60, 30), i -> START_NS + at[i]);
        assertThat(rung(2)).hasSize(60).allMatch(each -> contains(at, each.captureNs() - START_NS));
        assertThat(brightness(rung(2))).hasSize(60);
    }

    private static boolean contains(long[] times, long time) {
        return java.util.Arrays.stream(times).anyMatch(each -> each == time);
    }

    @Test
    void aSourceThatChangesItsSizeBeginsAnew() {
        List<Coded> film = new ArrayList<>(Films.of(Codec.H264, 640, 360, 30, 30));
        film.addAll(Films.of(Codec.H264, 320, 180, 30, 30));
        film.addAll(Films.of(Codec.VP8, 180, 320, 30, 30));
        run(film, PictureWorkTest::usual);

        List<PictureMade> rung = rung(1);
        assertThat(rung).hasSize(90);
        assertThat(rung.stream().filter(PictureMade::key).map(PictureWorkTest::height))
                .containsExactly(180, 180, 180);
        assertThat(rung(0).stream().filter(PictureMade::key).map(PictureWorkTest::height))
                .containsExactly(360, 180, 320);
        for (int i = 1; i < rung.size(); i++) {
            assertThat(rung.get(i).captureNs()).isGreaterThan(rung.get(i - 1).captureNs());
        }
        assertThat(brightness(rung)).hasSize(90);
    }

    @Test
    void afterGarbageNothingIsMadeUntilTheNextKeyframe() {
        List<Coded> film = new ArrayList<>(Films.of(Codec.H264, 320, 240, 90, 30));
        Coded whole = film.get(40);
        byte[] lying = whole.data().clone();
        lying[0] = 0x7f; // a NAL unit of 2 GiB
        film.set(40, new Coded(whole.codec(), false, List.of(), List.of(), lying));
        run(film, PictureWorkTest::usual);

        assertThat(rung(0)).hasSize(70);
        assertThat(rung(0).get(40).key()).isTrue();
        assertThat(brightness(rung(0))).hasSize(70);
    }

    @Test
    void aSourceThatLiesIsToldOfAndHarmsNobody() {
        Random random = new Random(9);
        List<Coded> film = new ArrayList<>();
        for (Codec codec : List.of(Codec.H264, Codec.VP8, Codec.VP9, Codec.AV1)) {
            List<Coded> good = Films.of(codec, 320, 240, 8, 2);
            for (int i = 0; i < 60; i++) {
                Coded each = good.get(random.nextInt(good.size()));
                byte[] data = each.data().clone();
                for (int flips = random.nextInt(1, 40); flips > 0; flips--) {
                    data[random.nextInt(data.length)] ^= (byte) (1 << random.nextInt(8));
                }
                film.add(new Coded(codec, random.nextBoolean(), each.sps(), each.pps(), data));
            }
            for (int i = 0; i < 4; i++) {
                film.add(new Coded(codec, true, List.of(), List.of(), new byte[] {1, 2, 3}));
            }
        }
        run(film, PictureWorkTest::usual);
        assertThat(made).anyMatch(Trouble.class::isInstance);
    }

    @Test
    void aStillIsAJpeg() {
        for (Codec codec : List.of(Codec.H264, Codec.VP8, Codec.VP9, Codec.AV1)) {
            byte[] jpeg = StillMaker.jpeg(Films.of(codec, 640, 360, 1, 1).getFirst(), 321);
            assertThat(jpeg).startsWith(0xff, 0xd8).endsWith(0xff, 0xd9);
        }
    }
}
