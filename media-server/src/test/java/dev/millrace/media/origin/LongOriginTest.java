package dev.millrace.media.origin;

import static dev.millrace.media.origin.Studio.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginReply;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A day of one stream's whole origin in virtual time, from RTP to what players fetch: nothing grows. */
class LongOriginTest {
    private static final int MINUTES_OF_HOUR = 60;
    private static final int HOURS = 24;

    /** What a JVM's own books may gain in between. */
    private static final long HEAP_NOISE_BYTES = 4 << 20;

    private final Studio studio = new Studio(FakeTranscoder.none());
    private int longestPlaylist;
    private long fetched;

    @Test
    void nothingGrowsInADayOfAStreamThatSomebodyPlays() {
        studio.stepNs = 10 * MS;
        Camera camera = Camera.single();
        camera.drift = 50e-6;
        studio.publish(camera);
        studio.text("index.m3u8");
        hour();
        int longest = longestPlaylist;
        long heap = heapBytes();
        for (int i = 1; i < HOURS; i++) {
            hour();
        }
        long later = heapBytes();
        System.out.printf(
                "24 simulated hours of an origin: %,d objects fetched, playlist of %,d characters, heap %,d KiB after one hour, %,d after 24%n",
                fetched, longestPlaylist, heap >> 10, later >> 10);
        assertThat(longestPlaylist).isLessThan(longest + longest / 10);
        assertThat(later).isLessThan(heap + HEAP_NOISE_BYTES);
        studio.leave(camera);
        studio.run(90_000);
        assertThat(studio.get("video.m3u8")).isInstanceOf(OriginReply.Refused.class);
    }

    /** A player that waits for parts, one that reads old segments, one that gives up. */
    private void hour() {
        for (int i = 0; i < MINUTES_OF_HOUR * 6; i++) {
            String playlist = studio.text("video.m3u8");
            longestPlaylist = Math.max(longestPlaylist, playlist.length());
            List<String> segments =
                    playlist.lines().filter(line -> line.endsWith(".m4s")).toList();
            assertThat(studio.get(segments.getFirst())).isInstanceOf(OriginReply.Whole.class);
            String hint = playlist.replaceFirst("(?s).*PRELOAD-HINT:TYPE=PART,URI=\"([^\"]*)\".*", "$1");
            CompletableFuture<OriginReply> part = studio.ask(hint);
            CompletableFuture<OriginReply> given = studio.ask(hint);
            given.cancel(false);
            studio.run(9_000);
            assertThat(part.join()).isInstanceOf(OriginReply.Whole.class);
            studio.text("manifest.mpd");
            studio.text("audio.m3u8");
            fetched += 6;
            studio.run(1_000);
        }
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
