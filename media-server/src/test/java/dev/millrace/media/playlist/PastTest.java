package dev.millrace.media.playlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Segments that left memory stay in playlists and manifests for as long as the window is. */
class PastTest {
    private static final long S = 1_000_000_000L;
    private static final PackagerConfig TEN_MINUTES = PackagerConfig.DEFAULT.withPastNs(600 * S);

    private final Names names = new Names("stamp", "");
    private final Timing timing = Timing.of(PackagerConfig.DEFAULT);
    private final MediaPlaylist playlist = new MediaPlaylist(names, timing);
    private final Map<Track, Listing> listings = new HashMap<>();

    /** Two pictures a second, a keyframe every two seconds. */
    private static double run(Packaged packaged, Track video, double fromS, double seconds) {
        for (double s = fromS; s < fromS + seconds; s += 0.5) {
            packaged.picture(video, s * 1000, Math.round(s * 2) % 4 == 0, Packaged.SMALL);
        }
        return fromS + seconds;
    }

    private String write(Track track, boolean skip) {
        Listing listing = listings.computeIfAbsent(track, Listing::new);
        return playlist.write(listing, List.of(listing), skip, new Edge(0, false), Packaged.UNIX_NS);
    }

    /** Without anything remembered from earlier. */
    private String fresh(Track track) {
        Listing listing = new Listing(track);
        return new MediaPlaylist(names, timing)
                .write(listing, List.of(listing), false, new Edge(0, false), Packaged.UNIX_NS);
    }

    private static double seconds(String text) {
        return text.lines()
                .filter(line -> line.startsWith("#EXTINF:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(8, line.length() - 1)))
                .sum();
    }

    @Test
    void theyAreListedWholeAndTheirBytesAreForgotten() {
        Packaged packaged = new Packaged(TEN_MINUTES);
        Track video = packaged.video("video");
        double at = run(packaged, video, 0, 300);
        String text = write(video, false);
        assertThat(text).contains("#EXT-X-MEDIA-SEQUENCE:0\n", "video-stamp-e0-0.m4s");
        assertThat(seconds(text)).isBetween(296.0, 300.0);
        assertThat(text.indexOf("#EXT-X-MAP")).isEqualTo(text.lastIndexOf("#EXT-X-MAP"));
        assertThat(video.past().oldestFirst())
                .allSatisfy(each -> assertThat(each.parts()).isEmpty());
        assertThat(video.segments()).hasSizeLessThan(15);

        at = run(packaged, video, at, 600);
        assertThat(at).isEqualTo(900);
        String later = write(video, false);
        assertThat(seconds(later)).isBetween(598.0, 606.0);
        assertThat(later).doesNotContain("video-stamp-e0-0.m4s");
        assertThat(later.indexOf("#EXT-X-MAP")).isLessThan(later.indexOf("#EXTINF"));
    }

    @Test
    void writtenBitByBitItIsTheSameAsWrittenAtOnce() {
        Packaged packaged = new Packaged(TEN_MINUTES);
        Track video = packaged.video("video");
        double at = 0;
        for (int i = 0; i < 100; i++) {
            at = run(packaged, video, at, 2 + i % 7);
            if (i % 17 == 16) {
                packaged.packager().interrupt();
                at += 4 - at % 2;
            }
            if (i == 50) {
                video.past().lose(Objects.requireNonNull(video.past().last()).number());
            }
            assertThat(write(video, false)).isEqualTo(fresh(video));
        }
        assertThat(write(video, false)).contains("#EXT-X-DISCONTINUITY\n", "#EXT-X-DISCONTINUITY-SEQUENCE:");
    }

    @Test
    void aDeltaLeavesThemOut() {
        Packaged packaged = new Packaged(TEN_MINUTES);
        Track video = packaged.video("video");
        run(packaged, video, 0, 400);
        String whole = write(video, false);
        String delta = write(video, true);
        long listed = delta.lines().filter(line -> line.startsWith("#EXTINF")).count();
        long all = whole.lines().filter(line -> line.startsWith("#EXTINF")).count();
        assertThat(delta).contains("#EXT-X-SKIP:SKIPPED-SEGMENTS=" + (all - listed) + "\n");
        assertThat(delta.length()).isLessThan(whole.length() / 5);
    }

    @Test
    void whatNobodyKeptIsAGapAndTheWindowShrinksToWhatIsThere() {
        Packaged packaged = new Packaged(TEN_MINUTES);
        Track video = packaged.video("video");
        double at = run(packaged, video, 0, 100);
        write(video, false);
        video.past().lose(3);
        assertThat(write(video, false)).contains("#EXT-X-GAP\n#EXTINF:2.000000,\nvideo-stamp-e0-3.m4s\n");
        for (long number : new long[] {0, 1, 2}) {
            video.past().lose(number);
        }
        run(packaged, video, at, 4);
        Segment first = Objects.requireNonNull(video.past().first());
        assertThat(first.number()).isEqualTo(4);
        assertThat(write(video, false)).contains("#EXT-X-MEDIA-SEQUENCE:4\n").doesNotContain("#EXT-X-GAP");
    }

    @Test
    void theManifestGoesBackAsFar() {
        Packaged packaged = new Packaged(TEN_MINUTES);
        Track video = packaged.video("video");
        double at = run(packaged, video, 0, 200);
        packaged.packager().interrupt();
        run(packaged, video, at + 10, 200);
        String mpd = new DashManifest(names, TEN_MINUTES, "/clock")
                .write(List.of(video), false, Packaged.UNIX_NS, Packaged.UNIX_NS + 410 * S);
        assertThat(mpd).contains("timeShiftBufferDepth=\"PT600.000000S\"", "id=\"e0\"", "id=\"e1\"");
    }

    @Test
    void withoutAPastNothingStays() {
        Packaged packaged = new Packaged(PackagerConfig.DEFAULT);
        Track video = packaged.video("video");
        run(packaged, video, 0, 200);
        assertThat(video.past().isEmpty()).isTrue();
        assertThat(seconds(write(video, false))).isLessThan(30);
    }
}
