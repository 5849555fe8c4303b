package dev.millrace.media.playlist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the segments around a broadcaster's absence are said to have been. */
class ReturnDatesTest {
    private static final int FRAME_MS = 40;
    private static final int PART_MS = 200;
    private static final double UNIX_S = Packaged.UNIX_NS / 1e9;

    private final Packaged packaged = new Packaged();
    private final Track pictures = packaged.video("v");
    private final Track sound = packaged.audio("a");
    private final List<Listing> listings = List.of(new Listing(pictures), new Listing(sound));
    private final MediaPlaylist playlist = new MediaPlaylist(new Names("x7", ""), Timing.of(PackagerConfig.DEFAULT));
    private final List<Timeline> timelines = List.of(new Timeline(), new Timeline());
    private int nowMs;

    @BeforeEach
    void begin() {
        play(9_000, 9_000);
    }

    private String write(int listing) {
        Edge edge =
                new Edge(packaged.packager().isRunning() ? packaged.packager().epoch() : -1, false);
        return playlist.write(listings.get(listing), listings, false, edge, Packaged.UNIX_NS);
    }

    /** The last segments, without what may go when more is told. */
    private static String told(String text) {
        String body = text.substring(text.lastIndexOf("#EXTINF"));
        int hint = body.indexOf("#EXT-X-PRELOAD-HINT");
        int end = hint >= 0 ? hint : body.indexOf("#EXT-X-RENDITION-REPORT");
        return body.substring(0, end);
    }

    /** Sound comes from the worker, and ends when the broadcaster goes: earlier than the pictures. */
    private void play(int picturesMs, int soundMs) {
        int from = nowMs;
        for (; nowMs < from + picturesMs; nowMs += FRAME_MS) {
            packaged.picture(pictures, nowMs, (nowMs - from) % 2_000 == 0, Packaged.SMALL);
            if (nowMs < from + soundMs) {
                packaged.sound(sound, nowMs);
                packaged.sound(sound, nowMs + FRAME_MS / 2.0);
            }
            if ((nowMs - from) % PART_MS == 0 && nowMs > from + 2 * PART_MS) {
                update();
            }
        }
    }

    private void update() {
        for (int i = 0; i < listings.size(); i++) {
            if (listings.get(i).own().segments().getFirst().isComplete()) {
                timelines.get(i).update(write(i), UNIX_S + nowMs / 1e3);
            }
        }
    }

    private void leaveFor(int ms) {
        packaged.packager().interrupt();
        nowMs += ms;
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 1_200, 2_400, 4_800, 9_600})
    void aPlayerThatTakesWhatNobodySentOutOfItsTimelineFindsNothingToTakeOut(int absentMs) {
        for (int returned = 0; returned < 6; returned++) {
            leaveFor(absentMs);
            boolean inAnother = returned % 2 == 0;
            play(inAnother ? 6_080 : 5_120, inAnother ? 5_800 : 4_800);
            for (Timeline each : timelines) {
                assertThat(each.size())
                        .as("segments known after return %d", returned)
                        .isGreaterThan(1);
                assertThat(each.endS() - UNIX_S).as("at the wall clock's edge").isCloseTo(nowMs / 1e3, within(0.8));
            }
            for (int i = 0; i < listings.size(); i++) {
                assertEpochsMeet(write(i));
            }
        }
    }

    @Test
    void everySegmentHasALength() {
        for (int lateMs = 0; lateMs <= 800; lateMs += FRAME_MS) {
            play(4_200, 4_200 - lateMs);
            leaveFor(1_000);
            play(400, 400);
            for (int i = 0; i < 2; i++) {
                List<Timeline.Listed> listed = Timeline.read(write(i));
                assertThat(listed).as("sound ends %d ms before", lateMs).allMatch(each -> each.durationS() > 0.015);
                assertThat(write(i)).doesNotContain("GAP");
            }
            leaveFor(1_000);
        }
    }

    private static void assertEpochsMeet(String text) {
        Timeline.Listed before = null;
        int met = 0;
        for (Timeline.Listed each : Timeline.read(text)) {
            if (before != null && before.epoch() != each.epoch()) {
                assertThat(each.dateS() - before.dateS() - before.durationS()).isCloseTo(0, within(0.003));
                met++;
            }
            before = each;
        }
        assertThat(met).isPositive();
    }

    @Test
    void nothingThatWasToldIsChanged() {
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            play(2_000 + random.nextInt(80) * FRAME_MS, 2_000);
            leaveFor(random.nextInt(5_000) / FRAME_MS * FRAME_MS);
            List<String> gone = new ArrayList<>(List.of(told(write(0)), told(write(1))));
            play(600, 600);
            for (int each = 0; each < 2; each++) {
                assertThat(write(each)).contains(gone.get(each));
            }
        }
    }

    @Test
    void theLastSegmentIsToldAsWholeWhenItIsKnownWhatFollows() {
        leaveFor(0);
        String gone = write(0);
        long last = Objects.requireNonNull(pictures.segments().getLast()).number();
        assertThat(gone).doesNotContain("e0-" + last + ".m4s").contains("v-x7-" + last + ".0.m4s");
        Progress progress = Progress.of(listings.getFirst(), new Edge(-1, false));
        assertThat(progress.lastNumber()).isEqualTo(last - 1);
        assertThat(progress.openNumber()).isEqualTo(last);
        assertThat(playlist.write(listings.getFirst(), listings, false, new Edge(-1, true), Packaged.UNIX_NS))
                .as("nothing does")
                .endsWith("v-x7-e0-" + last + ".m4s\n#EXT-X-ENDLIST\n");
        nowMs += 3_000;
        play(600, 600);
        assertThat(write(0)).contains("e0-" + last + ".m4s\n#EXT-X-DISCONTINUITY\n");
    }
}
