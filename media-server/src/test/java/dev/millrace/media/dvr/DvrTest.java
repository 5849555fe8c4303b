package dev.millrace.media.dvr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments go to a store that may be slow, down and back, in virtual time. */
class DvrTest {
    private static final long S = 1_000_000_000L;
    private static final long START_NS = 5_000 * S;
    private static final long WAITING_BYTES = 100_000;

    @TempDir
    private Path directory = Path.of("");

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Fake shelf = new Fake();
    private long nowNs = START_NS;
    private Dvr dvr = dvr(Path.of("."), shelf);
    private Broadcast broadcast = new Broadcast();

    /** A store in memory. */
    private static final class Fake implements Shelf {
        final Map<String, byte[]> objects = new TreeMap<>();
        boolean down;
        int tries;

        @Override
        public void put(String name, List<byte[]> pieces) throws IOException {
            tries++;
            check();
            int size = pieces.stream().mapToInt(each -> each.length).sum();
            byte[] all = new byte[size];
            int at = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, all, at, piece.length);
                at += piece.length;
            }
            objects.put(name, all);
        }

        private void check() throws IOException {
            if (down) {
                throw new IOException("Connection refused");
            }
        }

        @Override
        public byte @Nullable [] get(String name) throws IOException {
            check();
            return objects.get(name);
        }

        @Override
        public void delete(String name) throws IOException {
            check();
            objects.remove(name);
        }

        @Override
        public void deleteAll(String prefix) throws IOException {
            check();
            objects.keySet().removeIf(name -> name.startsWith(prefix));
        }

        @Override
        public String place() {
            return "the store";
        }
    }

    private Dvr dvr(Path at, Shelf on) {
        return new Dvr(
                new DvrConfig(300 * S, at, null, WAITING_BYTES),
                new Dvr.Surroundings(tasks::add, tasks::add, () -> nowNs),
                on);
    }

    @BeforeEach
    void begin() {
        tasks.clear();
        dvr = dvr(directory, shelf);
        broadcast = new Broadcast();
        settle();
    }

    private void settle() {
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            if (dvr.nextDeadlineNs() <= nowNs) {
                dvr.onDeadline(nowNs);
            }
        } while (!tasks.isEmpty());
    }

    /** Pictures at 5 a second, a keyframe every 2 s, followed by the window. */
    private final class Broadcast {
        final Follower follower = dvr.follow("show").getFirst();
        final Packager packager =
                new Packager(PackagerConfig.DEFAULT.withPastNs(300 * S), Packaged.UNIX_NS - START_NS, follower);
        final Track video = packager.addVideo("video");

        Broadcast() {
            follower.onBegin(packager, "stamp");
        }

        void run(int seconds) {
            for (long until = nowNs + seconds * S; nowNs < until; nowNs += S / 5) {
                boolean key = (nowNs - START_NS) % (2 * S) == 0;
                byte[] data = new byte[200];
                data[3] = (byte) 196;
                data[4] = (byte) (key ? 0x65 : 0x41);
                packager.onVideo(video, new VideoFrame(data, 0, key, false, Packaged.SMALL, 0), nowNs);
                settle();
            }
        }

        long oldest() {
            return Objects.requireNonNull(video.past().first()).number();
        }
    }

    private @Nullable List<byte[]> fetch(long number) {
        var stage = dvr.segment("show", "stamp", "video", 0, number).toCompletableFuture();
        settle();
        return stage.isCompletedExceptionally() ? null : stage.join();
    }

    @Test
    void seekingBackBeyondMemoryFindsEverySegment() {
        broadcast.run(200);
        assertThat(broadcast.video.segments().getFirst().number()).isGreaterThan(85);
        assertThat(broadcast.oldest()).isZero();
        for (Segment each : broadcast.video.past().oldestFirst()) {
            List<byte[]> pieces = Objects.requireNonNull(fetch(each.number()));
            assertThat(pieces.stream().mapToInt(piece -> piece.length).sum()).isEqualTo(each.size());
        }
        assertThat(dvr.init("show", "stamp", "video", 0)).isNotNull();
        assertThat(fetch(4_000)).isNull();
        var otherPeriod = dvr.segment("show", "stamp", "video", 1, 2).toCompletableFuture();
        settle();
        assertThat(otherPeriod.join())
                .as("a player of another period is not given it")
                .isNull();
        assertThat(dvr.problem()).isEmpty();
    }

    @Test
    void whatFallsOutOfTheWindowIsDeletedAndAllOfItAtTheEnd() {
        broadcast.run(700);
        assertThat(broadcast.oldest()).isBetween(195L, 205L);
        assertThat(shelf.objects).hasSizeBetween(140, 160);
        broadcast.follower.onEnd();
        settle();
        assertThat(shelf.objects).isNotEmpty(); // playlists that have ended are still played
        nowNs += 100 * S;
        settle();
        assertThat(shelf.objects).isEmpty();
        assertThat(dvr.init("show", "stamp", "video", 0)).isNull();
    }

    @Test
    void aStoreThatIsDownCostsTheWindowAndNothingElse() {
        broadcast.run(100);
        shelf.down = true;
        broadcast.run(200);
        assertThat(dvr.problem()).contains("the store", "Connection refused", "tried again");
        assertThat(dvr.uploads().bytes()).isLessThanOrEqualTo(WAITING_BYTES);
        assertThat(dvr.uploads().lost()).isPositive();
        assertThat(shelf.tries).isLessThan(120); // not a flood
        assertThat(broadcast.video.segments()).hasSizeBetween(10, 13);

        shelf.down = false;
        broadcast.run(60);
        assertThat(dvr.problem()).isEmpty();
        int gaps = 0;
        for (Segment each : broadcast.video.past().oldestFirst()) {
            if (each.isGap()) {
                gaps++;
            } else {
                assertThat(fetch(each.number())).as("segment " + each.number()).isNotNull();
            }
        }
        assertThat(gaps).isEqualTo((int) dvr.uploads().lost());

        broadcast.run(300);
        assertThat(broadcast.video.past().oldestFirst()).noneMatch(Segment::isGap);
    }

    @Test
    void whatWaitsForTheStoreCanBePlayedMeanwhile() {
        broadcast.run(60);
        shelf.down = true;
        broadcast.run(16);
        long newest = broadcast.video.segments().getLast().number() - 1;
        assertThat(fetch(newest)).isNotNull();
        assertThat(fetch(2)).isNull();
    }

    @Test
    void whatACrashLeftBehindIsDeletedAtTheNextStart() throws IOException {
        broadcast.run(60);
        assertThat(shelf.objects).isNotEmpty();
        shelf.objects.put("other/broadcast/video-0.m4s", new byte[1]);
        dvr = dvr(directory, shelf);
        settle();
        assertThat(shelf.objects).containsOnlyKeys("other/broadcast/video-0.m4s");
        try (Stream<Path> notes = Files.list(directory.resolve("broadcasts"))) {
            assertThat(notes).isEmpty();
        }
    }

    @Test
    void theDiskIsAStore() throws IOException {
        DiskShelf disk = new DiskShelf(directory.resolve("segments"));
        disk.put("show/stamp/video-1.m4s", List.of(new byte[] {1, 2}, new byte[] {3}));
        assertThat(disk.get("show/stamp/video-1.m4s")).containsExactly(1, 2, 3);
        assertThat(disk.get("show/stamp/video-2.m4s")).isNull();
        disk.delete("show/stamp/video-2.m4s");
        disk.delete("show/stamp/video-1.m4s");
        assertThat(disk.get("show/stamp/video-1.m4s")).isNull();
        disk.put("show/stamp/video-3.m4s", List.of(new byte[] {1}));
        disk.deleteAll("show/stamp/");
        disk.deleteAll("nothing/at/all/");
        assertThat(directory.resolve("segments/show/stamp")).doesNotExist();
    }
}
