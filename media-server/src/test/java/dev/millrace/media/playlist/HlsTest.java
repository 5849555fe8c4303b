package dev.millrace.media.playlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HlsTest {
    private static final double FRAME = 40;
    private static final Names NAMES = new Names("x7", "");
    private static final Timing TIMING = Timing.of(PackagerConfig.DEFAULT);

    private final Packaged packaged = new Packaged();
    private final Track high = packaged.video("h");
    private final Track low = packaged.video("l");
    private final Track sound = packaged.audio("a");
    private final MediaPlaylist playlist = new MediaPlaylist(NAMES, TIMING);
    private final Map<Track, Listing> listings = new LinkedHashMap<>();

    @Test
    void aPlaylistTellsSegmentsPartsAndWhatComesNext() {
        play(0, 2500, 2000);
        assertThat(write(high, false)).isEqualTo("""
            #EXTM3U
            #EXT-X-VERSION:9
            #EXT-X-TARGETDURATION:2
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.000000,HOLD-BACK=6.000000,PART-HOLD-BACK=0.660000
            #EXT-X-PART-INF:PART-TARGET=0.220000
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-DISCONTINUITY-SEQUENCE:0
            #EXT-X-MAP:URI="h-x7-init-0.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:00.000Z
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.0.m4s",INDEPENDENT=YES
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.1.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.2.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.3.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.4.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.5.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.6.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.7.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.8.m4s"
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-0.9.m4s"
            #EXTINF:2.000000,
            h-x7-e0-0.m4s
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-1.0.m4s",INDEPENDENT=YES
            #EXT-X-PART:DURATION=0.200000,URI="h-x7-1.1.m4s"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="h-x7-1.2.m4s"
            #EXT-X-RENDITION-REPORT:URI="l.m3u8",LAST-MSN=1,LAST-PART=1
            #EXT-X-RENDITION-REPORT:URI="a.m3u8",LAST-MSN=1,LAST-PART=1
            """);
    }

    @Test
    void theHintIsTheNextPartAlways() {
        for (int ms = 100; ms < 9000; ms += 40) {
            int first = ms;
            play(ms == 100 ? 0 : ms, ms + 40, 2000);
            String text = write(high, false);
            String hint = lines(text, "#EXT-X-PRELOAD-HINT:TYPE=PART").getFirst();
            Segment last = high.segments().getLast();
            assertThat(hint)
                    .as("at %d", first)
                    .contains("-" + last.number() + "." + last.parts().size() + ".m4s");
        }
    }

    @Test
    void oldPartsAreLeftOutAndADeltaLeavesOutOldSegments() {
        play(0, 30_500, 2000);
        String whole = write(high, false);
        String delta = write(high, true);
        long segments = lines(whole, "#EXTINF").size();
        assertThat(segments).isBetween(10L, 12L);
        assertThat(lines(whole, "#EXT-X-PART:")).hasSizeBetween(30, 45);
        long skipped = Long.parseLong(
                lines(delta, "#EXT-X-SKIP:SKIPPED-SEGMENTS=").getFirst().split("=", -1)[1]);
        assertThat(skipped).isBetween(3L, 5L);
        assertThat(lines(delta, "#EXTINF").size() + skipped).isEqualTo(segments);
        assertThat(whole).endsWith(delta.substring(delta.indexOf("#EXT-X-PROGRAM-DATE-TIME")));
        assertThat(lines(delta, "#EXT-X-MAP"))
                .as("Shaka knows no init segment of what it was told before")
                .containsExactly("#EXT-X-MAP:URI=\"h-x7-init-0.mp4\"");
        assertThat(lines(delta, "#EXT-X-MEDIA-SEQUENCE")).isEqualTo(lines(whole, "#EXT-X-MEDIA-SEQUENCE"));
    }

    @Test
    void anEpochIsADiscontinuityWithAnInitOfItsOwn() {
        play(0, 4100, 2000);
        packaged.packager().interrupt();
        play(10_000, 14_200, 2000);
        for (Track track : List.of(high, sound)) {
            String text = write(track, false);
            assertThat(lines(text, "#EXT-X-DISCONTINUITY\n".strip())).contains("#EXT-X-DISCONTINUITY");
            assertThat(text).contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"" + track.name() + "-x7-init-1.mp4\"\n");
            assertThat(text).contains("#EXT-X-DISCONTINUITY-SEQUENCE:0");
        }
        play(14_200, 40_000, 2000);
        String text = write(high, false);
        assertThat(text).contains("#EXT-X-DISCONTINUITY-SEQUENCE:1").doesNotContain("#EXT-X-DISCONTINUITY\n");
    }

    @Test
    void gapsAreToldAsGaps() {
        play(0, 4200, 2000);
        for (double ms = 4200; ms < 9000; ms += 20) {
            packaged.sound(sound, ms);
        }
        play(9000, 12_300, 1000);
        String text = write(high, false);
        assertThat(text).contains(",GAP=YES").contains("#EXT-X-GAP\n#EXTINF:");
        assertThat(write(sound, false)).doesNotContain("GAP");
    }

    @Test
    void whatIsOverEnds() {
        play(0, 5000, 2000);
        packaged.packager().interrupt();
        String text = write(high, false, new Edge(-1, true));
        assertThat(text).endsWith("#EXT-X-ENDLIST\n").doesNotContain("HINT").doesNotContain("REPORT");
    }

    @Test
    void theMultivariantPlaylistTellsWhatPlayersChooseBy() {
        play(0, 16_500, 2000);
        String text = new MultivariantPlaylist(new Names("x7", "?token=t")).write(List.of(high, low, sound), true);
        assertThat(text).startsWith("#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        assertThat(text)
                .contains("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",DEFAULT=YES,AUTOSELECT=YES,"
                        + "CHANNELS=\"2\",URI=\"a.m3u8?token=t\"\n");
        assertThat(lines(text, "#EXT-X-STREAM-INF"))
                .hasSize(2)
                .allMatch(each -> each.matches(
                        "#EXT-X-STREAM-INF:BANDWIDTH=\\d+,AVERAGE-BANDWIDTH=\\d+,CODECS=\"avc1.42c00c,opus\","
                                + "RESOLUTION=160x96,FRAME-RATE=25.000,CLOSED-CAPTIONS=NONE,AUDIO=\"a\""));
        assertThat(text).contains("\nh.m3u8?token=t\n").endsWith("\nl.m3u8?token=t\n");
        long told = Long.parseLong(text.replaceAll("(?s).*?BANDWIDTH=(\\d+).*", "$1"));
        assertThat(told).isEqualTo(high.peakBps() + sound.peakBps());
    }

    @Test
    void anEncoderThatIsStillOnItsWayUpIsToldAsMore() {
        play(0, 4500, 2000);
        String text = new MultivariantPlaylist(NAMES).write(List.of(high, sound), true);
        long told = Long.parseLong(text.replaceAll("(?s).*?BANDWIDTH=(\\d+).*", "$1"));
        assertThat(told).isGreaterThanOrEqualTo(160 * 96 * 3 + 128_000).isGreaterThan(high.peakBps() + sound.peakBps());
    }

    @Test
    void partsOfSlowPicturesAreNotLongerThanTold() {
        for (double ms = 0; ms < 9000; ms += 20) {
            if (ms % 1000 == 0) {
                packaged.picture(high, ms, ms % 2000 == 0, Packaged.SMALL);
            }
            packaged.sound(sound, ms);
        }
        for (Track track : List.of(high, sound)) {
            String text = write(track, false);
            assertThat(text).contains("PART-TARGET=1.000000").contains("PART-HOLD-BACK=3.000000");
            assertThat(text).contains("#EXT-X-TARGETDURATION:2\n");
        }
        play(9000, 40_000, 2000);
        assertThat(write(high, false)).contains("PART-TARGET=0.220000");
    }

    @Test
    void soundAloneIsAVariantOfItsOwn() {
        Packaged alone = new Packaged();
        Track only = alone.audio("a");
        for (double ms = 0; ms < 5000; ms += 20) {
            alone.sound(only, ms);
        }
        assertThat(new MultivariantPlaylist(NAMES).write(List.of(only), true))
                .contains("CODECS=\"opus\"\na.m3u8\n")
                .doesNotContain("EXT-X-MEDIA:");
    }

    @Test
    void whatCannotBeQuotedIsABug() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Attributes("X").quoted("A", "a\"b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Numbers.seconds(1_999_999_999L)).isEqualTo("2.000000");
        assertThat(Numbers.seconds(20_833_333L)).isEqualTo("0.020833");
    }

    private String write(Track track, boolean skip) {
        return write(
                track,
                skip,
                new Edge(packaged.packager().isRunning() ? packaged.packager().epoch() : -1, false));
    }

    private String write(Track track, boolean skip, Edge edge) {
        List.of(high, low, sound).forEach(this::listing);
        return playlist.write(listing(track), List.copyOf(listings.values()), skip, edge, Packaged.UNIX_NS);
    }

    private Listing listing(Track track) {
        return listings.computeIfAbsent(track, Listing::new);
    }

    private static List<String> lines(String text, String prefix) {
        return new ArrayList<>(Stream.of(text.split("\n", -1))
                .filter(each -> each.startsWith(prefix))
                .toList());
    }

    /** 25 pictures a second, packets of 20 ms, keyframes so far apart. */
    private void play(int fromMs, int untilMs, int keyMs) {
        for (double ms = Math.ceil(fromMs / FRAME) * FRAME; ms < untilMs; ms += FRAME) {
            packaged.picture(high, ms, ms % keyMs == 0, Packaged.SMALL);
            packaged.picture(low, ms, ms % keyMs == 0, Packaged.SMALL);
            packaged.sound(sound, ms);
            packaged.sound(sound, ms + 20);
        }
    }
}
