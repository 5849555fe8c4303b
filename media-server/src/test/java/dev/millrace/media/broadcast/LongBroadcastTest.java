package dev.millrace.media.broadcast;

import static dev.millrace.media.broadcast.SimulatedPublisher.MS;
import static dev.millrace.media.broadcast.SimulatedPublisher.S;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.playlist.Edge;
import dev.millrace.media.playlist.Listing;
import dev.millrace.media.playlist.MediaPlaylist;
import dev.millrace.media.playlist.Names;
import dev.millrace.media.playlist.Timing;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Track;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hours of one broadcast in virtual time, from RTP to playlists: lips stay in step, and nothing grows. */
class LongBroadcastTest {
    private static final long MINUTE = 60 * S;
    private static final long HOUR = 60 * MINUTE;

    /** What the table of the wide audience asks for. */
    private static final long MOST_SKEW_NS = 40 * MS;

    /** What a JVM's own books may gain in between. */
    private static final long HEAP_NOISE_BYTES = 4 << 20;

    @Test
    void soundAndPictureStayTogetherInTheSegmentsForTwoHours() {
        for (int seed = 1; seed <= 2; seed++) {
            SimulatedBroadcast b = new SimulatedBroadcast(seed);
            b.publisher.audioDrift = seed == 1 ? 100e-6 : -100e-6;
            b.publisher.wallDrift = 30e-6;
            b.lossRate = 0.002;
            b.run(MINUTE);
            assertThat(b.worstSkewNs)
                    .as("from the first part on, seed %d", seed)
                    .isLessThan(MOST_SKEW_NS);
            b.run(2 * HOUR - MINUTE);
            long between = b.worstSkewNs;
            b.judgeAnew();
            b.run(2 * HOUR);
            assertThat(b.worstSkewNs).as("after two hours, seed %d", seed).isLessThan(MOST_SKEW_NS);
            assertThat(between).as("in between, seed %d", seed).isLessThan(MOST_SKEW_NS);
            assertThat(b.videoError.worstNs).as("behind our clock").isLessThan(100 * MS);
            System.out.printf(
                    "A/V skew in the segments, 100 ppm, seed %d: at most %.1f ms in two hours, %.1f ms in the last minute%n",
                    seed, between / 1e6, b.worstSkewNs / 1e6);
        }
    }

    @Test
    void nothingGrowsInADay() {
        SimulatedBroadcast b = new SimulatedBroadcast(3);
        b.publisher.audioDrift = 50e-6;
        b.lossRate = 0.001;
        b.readEvery = 50;
        Texts texts = new Texts(b);
        texts.run(HOUR);
        long bytes = b.mostKeptBytes;
        int parts = b.mostKeptParts;
        int longest = texts.longest;
        long heap = heapBytes();
        texts.run(24 * HOUR);
        long later = heapBytes();
        System.out.printf(
                "24 simulated hours: %,d parts, most kept %,d bytes in %d parts, playlist of %,d characters, heap %,d KiB after one hour, %,d after 24%n",
                b.parts, b.mostKeptBytes, b.mostKeptParts, texts.longest, heap >> 10, later >> 10);
        assertThat(b.mostKeptBytes).isLessThan(bytes * 11 / 10);
        assertThat(b.mostKeptParts).isLessThan(parts * 11 / 10);
        // Numbers and wall clock times get digits, nothing else.
        assertThat(texts.longest).isLessThan(longest + longest / 10);
        assertThat(later).isLessThan(heap + HEAP_NOISE_BYTES);
        assertThat(b.parts).isGreaterThan(24 * 3600 * 9);
        assertThat(b.worstSkewNs).isLessThan(MOST_SKEW_NS);
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Writes the playlists of a broadcast every ten seconds. */
    private static final class Texts {
        private static final long EVERY_NS = 10 * S;

        private final SimulatedBroadcast broadcast;
        private final MediaPlaylist playlist = new MediaPlaylist(new Names("t", ""), Timing.of(PackagerConfig.DEFAULT));
        private final Map<Track, Listing> listings = new HashMap<>();
        int longest;

        Texts(SimulatedBroadcast broadcast) {
            this.broadcast = broadcast;
        }

        private Listing listing(Track track) {
            return listings.computeIfAbsent(track, Listing::new);
        }

        void run(long untilNs) {
            while (broadcast.nowNs < untilNs) {
                broadcast.run(broadcast.nowNs + EVERY_NS);
                List<Listing> listings =
                        broadcast.packager.tracks().stream().map(this::listing).toList();
                Edge edge = new Edge(broadcast.packager.epoch(), false);
                for (Listing listing : listings) {
                    String text = playlist.write(listing, listings, false, edge, broadcast.packager.originUnixNs());
                    longest = Math.max(longest, text.length());
                }
            }
        }
    }
}
