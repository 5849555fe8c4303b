package dev.millrace.media.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a packager to files and back to playlists, with everything that can go wrong between. */
class RecordingsTest {
    @TempDir
    private Path root = Path.of("");

    @Test
    void aWholeBroadcastIsPlayedOnDemandAfterwards() throws IOException {
        RecordedTime time = new RecordedTime(root);
        time.recordings.set("show", true);
        assertThat(time.state("show").state()).isEqualTo("waiting");
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        assertThat(broadcast.follower.wantsPackaging()).isTrue();
        broadcast.run(10_000);
        assertThat(time.state("show").state()).isEqualTo("recording");
        broadcast.end();
        time.runDisk();

        RecordingInfo info = time.only();
        assertThat(info.state()).isEqualTo("finished");
        assertThat(info.id()).matches("[A-Za-z0-9_-]{22}");
        assertThat(info.durationMs()).isBetween(9_950L, 10_050L);
        assertThat(info.tracks()).extracting(RecordingInfo.RecordedTrack::name).containsExactly("video", "audio");
        assertThat(time.text(info.id(), "index.m3u8"))
                .contains("video.m3u8", "TYPE=AUDIO", "RESOLUTION=", "CODECS=\"avc1.");
        for (String track : List.of("video", "audio")) {
            String playlist = time.text(info.id(), track + ".m3u8");
            assertThat(playlist)
                    .contains("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST")
                    .doesNotContain("GAP");
            assertThat(RecordedTime.seconds(playlist)).isBetween(9.9, 10.1);
            for (String uri : RecordedTime.uris(playlist).toList()) {
                assertThat(new String(time.bytes(info.id(), uri), 4, 4, StandardCharsets.US_ASCII))
                        .isEqualTo("styp");
            }
        }
        assertThat(new String(time.bytes(info.id(), "video-init-0.mp4"), 4, 4, StandardCharsets.US_ASCII))
                .isEqualTo("ftyp");
        assertThat(time.events)
                .extracting(event -> ((MediaEvent.RecordingChanged) event).state())
                .containsExactly("recording", "finished");
    }

    @Test
    void nothingIsWrittenUnlessItIsWanted() throws IOException {
        RecordedTime time = new RecordedTime(root.resolve("recordings"));
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(5_000);
        broadcast.end();
        time.runDisk();
        assertThat(broadcast.follower.wantsPackaging()).isFalse();
        assertThat(time.recordings.list().recordings()).isEmpty();
        assertThat(root.resolve("recordings")).doesNotExist();
    }

    @Test
    void itBeginsWithTheOpenSegmentAndEndsInMidSegment() throws IOException {
        RecordedTime time = new RecordedTime(root);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(5_000);
        time.recordings.set("show", true);
        broadcast.run(4_000);
        time.recordings.set("show", false);
        broadcast.run(4_000);
        time.runDisk();

        RecordingInfo info = time.only();
        String playlist = time.text(info.id(), "video.m3u8");
        assertThat(RecordedTime.uris(playlist)).containsExactly("video-2.m4s", "video-3.m4s", "video-4.m4s");
        assertThat(RecordedTime.seconds(playlist)).isBetween(4.7, 5.1);
        assertThat(time.state("show").state()).isEqualTo("off");
    }

    @Test
    void aPublisherWhoComesBackIsADiscontinuityOfTheSameRecording() throws IOException {
        RecordedTime time = new RecordedTime(root);
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(4_000);
        broadcast.reconnect();
        broadcast.run(4_000);
        broadcast.end();
        time.runDisk();

        RecordingInfo info = time.only();
        for (String track : List.of("video", "audio")) {
            String playlist = time.text(info.id(), track + ".m3u8");
            assertThat(playlist.lines().filter("#EXT-X-DISCONTINUITY"::equals)).hasSize(1);
            assertThat(playlist).contains(track + "-init-0.mp4", track + "-init-1.mp4");
            assertThat(RecordedTime.seconds(playlist)).isBetween(7.8, 8.2);
        }
        assertThat(time.directory(info).resolve("video-1.mp4")).exists();
    }

    @Test
    void afterACrashEverythingUpToTheLastPartIsThere() throws IOException {
        RecordedTime time = new RecordedTime(root);
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(5_500);
        time.runDisk();
        time.crash();

        RecordingInfo info = time.only();
        assertThat(info.state()).isEqualTo("finished");
        assertThat(info.detail()).contains("mid-recording");
        String playlist = time.text(info.id(), "video.m3u8");
        assertThat(RecordedTime.uris(playlist)).containsExactly("video-0.m4s", "video-1.m4s", "video-2.m4s");
        // The part that was being made is lost: 200 ms, and the picture whose duration was not known.
        assertThat(RecordedTime.seconds(playlist)).isBetween(5.2, 5.5);
        assertThat(playlist).contains("#EXT-X-ENDLIST");

        time.crash();
        assertThat(time.only()).isEqualTo(info);
    }

    @Test
    void whateverByteACrashTearsOffTheRestPlays() throws IOException {
        Random random = new Random(42);
        for (int round = 0; round < 60; round++) {
            Path own = root.resolve("round-" + round);
            RecordedTime time = new RecordedTime(own);
            time.recordings.set("show", true);
            RecordedTime.Broadcast broadcast = time.new Broadcast("show");
            broadcast.run(6_300);
            time.runDisk();
            Path directory = time.directory(time.only());
            long lost = tear(directory.resolve("video-0.mp4"), random.nextInt(900), random);
            tear(directory.resolve("audio-0.mp4"), random.nextInt(300), random);
            tear(directory.resolve(Story.JOURNAL), random.nextInt(120), random);
            time.crash();

            RecordingInfo info = time.only();
            String playlist = time.text(info.id(), "video.m3u8");
            assertThat(RecordedTime.seconds(playlist)).isGreaterThan(lost > 800 ? 5.0 : 5.5);
            for (String uri : RecordedTime.uris(playlist).toList()) {
                if (!playlist.contains("#EXT-X-GAP")) {
                    assertWhole(time.bytes(info.id(), uri));
                }
            }
        }
    }

    /** Cuts some bytes off the end, or spoils them. */
    private static long tear(Path file, int bytes, Random random) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long keep = Math.max(600, open.length() - bytes);
            open.setLength(keep);
            if (random.nextBoolean()) {
                open.seek(keep);
                open.write(new byte[random.nextInt(100)]); // as some file systems leave it
            }
            return bytes;
        }
    }

    private static void assertWhole(byte[] segment) {
        int at = 0;
        while (at < segment.length) {
            int size = ByteBuffer.wrap(segment).getInt(at);
            assertThat(size).isBetween(8, segment.length - at);
            at += size;
        }
    }

    @Test
    void aDirectoryThatIsNoRecordingIsLeftAlone() throws IOException {
        Path odd = Files.createDirectories(root.resolve("show").resolve("A".repeat(22)));
        Files.writeString(odd.resolve(Story.JOURNAL), "{\"is\":\"Begun\",\"vers");
        Files.createDirectories(root.resolve("show").resolve("holiday pictures"));
        RecordedTime time = new RecordedTime(root);
        assertThat(time.recordings.list().recordings()).isEmpty();
        assertThat(odd.resolve(Story.JOURNAL)).exists();
        assertThat(root.resolve("show").resolve("holiday pictures")).exists();
    }

    /** A disk that takes so many bytes. */
    private static final class SmallDisk implements Disk {
        private final AtomicLong left;

        SmallDisk(long bytes) {
            left = new AtomicLong(bytes);
        }

        @Override
        public Appender append(Path file) throws IOException {
            Appender real = Disk.REAL.append(file);
            return new Appender() {
                @Override
                public void write(byte[] bytes) throws IOException {
                    if (left.addAndGet(-bytes.length) < 0) {
                        real.write(java.util.Arrays.copyOf(bytes, bytes.length / 2));
                        throw new IOException("No space left on device");
                    }
                    real.write(bytes);
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        }

        @Override
        public void makeDirectories(Path directory) throws IOException {
            Disk.REAL.makeDirectories(directory);
        }

        @Override
        public void replace(Path file, byte[] bytes) throws IOException {
            if (left.get() < bytes.length) {
                throw new IOException("No space left on device");
            }
            Disk.REAL.replace(file, bytes);
        }

        @Override
        public long usableBytes(Path directory) {
            return Math.max(0, left.get());
        }
    }

    @Test
    void aFullDiskStopsTheRecordingAndNothingElse() throws IOException {
        SmallDisk disk = new SmallDisk(40_000);
        RecordedTime time = new RecordedTime(root, disk, RecordConfig.in(root));
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        for (int i = 0; i < 20; i++) {
            broadcast.run(500);
            time.runDisk();
        }
        MediaReply.RecordingState state = time.state("show");
        assertThat(state.state()).isEqualTo("failed");
        assertThat(state.detail()).contains("No space left on device", "make room");
        assertThat(broadcast.follower.wantsPackaging()).isFalse();
        assertThat(broadcast.video().segments()).isNotEmpty();
        assertThat(time.events.getLast())
                .isInstanceOfSatisfying(MediaEvent.RecordingChanged.class, event -> assertThat(event.state())
                        .isEqualTo("failed"));

        RecordingInfo info = time.only();
        double before = RecordedTime.seconds(time.text(info.id(), "video.m3u8"));
        assertThat(before).isGreaterThan(1.9);

        disk.left.set(1 << 20);
        time.recordings.set("show", true);
        broadcast.run(3_000);
        broadcast.end();
        time.runDisk();
        assertThat(time.recordings.list().recordings()).hasSize(2);

        time.crash(); // now there is room to repair what could not be finished
        assertThat(time.recordings.find(info.id()))
                .hasValueSatisfying(found -> assertThat(RecordedTime.seconds(time.text(found.id(), "video.m3u8")))
                        .isGreaterThanOrEqualTo(before));
    }

    @Test
    void aDirectoryThatCannotBeMadeFailsWithASentence() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "not a directory");
        RecordedTime time = new RecordedTime(file.resolve("recordings"));
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(3_000);
        time.runDisk();
        assertThat(time.state("show").state()).isEqualTo("failed");
        assertThat(time.state("show").detail()).contains("The recording was stopped");
        assertThat(time.recordings.list().recordings()).isEmpty();
    }

    @Test
    void aSlowDiskLosesPartsAndSaysSo() throws IOException {
        RecordedTime time = new RecordedTime(root, Disk.REAL, new RecordConfig(root, true, 0, 0, 60_000));
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(6_000);
        assertThat(time.recordings.waitingBytes()).isGreaterThan(10_000);
        broadcast.run(60_000); // the disk hangs
        assertThat(time.recordings.waitingBytes()).isLessThanOrEqualTo(60_000);
        assertThat(time.state("show").detail()).contains("parts are missing");
        time.runDisk();
        broadcast.run(8_000);
        broadcast.end();
        time.runDisk();

        assertThat(time.recordings.waitingBytes()).isZero();
        RecordingInfo info = time.only();
        assertThat(info.detail()).contains("too slow");
        String playlist = time.text(info.id(), "video.m3u8");
        assertThat(playlist).contains("#EXT-X-GAP");
        assertThat(RecordedTime.seconds(playlist)).isBetween(73.8, 74.2);
        for (String uri : RecordedTime.uris(playlist).toList()) {
            if (time.fetch(info.id(), uri) instanceof Recorded.Slice) {
                assertWhole(time.bytes(info.id(), uri));
            }
        }
    }

    @Test
    void deletedWhileItIsPlayedThereIsNothingAnyMore() throws IOException {
        RecordedTime time = new RecordedTime(root);
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(4_000);
        time.runDisk();
        RecordingInfo running = time.only();
        assertThat(time.recordings.delete(running.id()).toCompletableFuture().join())
                .isInstanceOfSatisfying(MediaReply.Refused.class, refused -> assertThat(refused.kind())
                        .isEqualTo(RefusalKind.CONFLICT));
        assertThat(time.text(running.id(), "video.m3u8"))
                .contains("PLAYLIST-TYPE:EVENT")
                .doesNotContain("ENDLIST");
        broadcast.end();
        time.runDisk();
        assertThat(time.text(running.id(), "video.m3u8")).contains("ENDLIST");

        CompletionStage<MediaReply> deleted = time.recordings.delete(running.id());
        time.runDisk();
        assertThat(deleted.toCompletableFuture()).isCompletedWithValue(new MediaReply.Done());
        assertThat(time.fetch(running.id(), "video-0.m4s")).isInstanceOf(Recorded.Refused.class);
        assertThat(time.directory(running)).doesNotExist();
        CompletionStage<MediaReply> again = time.recordings.delete(running.id());
        time.runDisk();
        assertThat(again.toCompletableFuture().join()).isInstanceOf(MediaReply.Refused.class);
    }

    @Test
    void noNameLeadsOutOfARecording() throws IOException {
        Files.writeString(root.resolve("secret.m3u8"), "secret");
        RecordedTime time = new RecordedTime(root.resolve("recordings"));
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(4_000);
        broadcast.end();
        time.runDisk();
        String id = time.only().id();
        for (String name : List.of(
                "../../../secret.m3u8",
                "..%2f..%2fsecret.m3u8",
                "journal",
                "video-0.mp4",
                "video-init-9.mp4",
                "video-99999999999999999999.m4s",
                "video-77.m4s",
                "other.m3u8",
                "",
                "/etc/passwd",
                "video.m3u8\0")) {
            assertThat(time.fetch(id, name)).as(name).isInstanceOf(Recorded.Refused.class);
        }
        for (String other : List.of("", "..", "../show/" + id, id + "/", "A".repeat(22))) {
            assertThat(time.fetch(other, "index.m3u8")).as(other).isInstanceOf(Recorded.Refused.class);
        }
    }

    @Test
    void oldOnesAreDeletedAndTheOldestWhenThereIsNoRoom() throws IOException {
        SmallDisk disk = new SmallDisk(1 << 20);
        RecordedTime time = new RecordedTime(root, disk, new RecordConfig(root, true, 1_000_000, 100_000, 1 << 20));
        for (int i = 0; i < 3; i++) {
            RecordedTime.Broadcast broadcast = time.new Broadcast("show");
            broadcast.run(3_000);
            broadcast.end();
            time.runDisk();
            time.epochMs += 400_000;
        }
        assertThat(time.recordings.list().recordings()).hasSize(3);
        time.recordings.onDeadline(0);
        assertThat(time.recordings.list().recordings()).hasSize(2);
        disk.left.set(50_000);
        time.recordings.onDeadline(1);
        assertThat(time.recordings.list().recordings()).isEmpty();
    }

    @Test
    void theMp4IsMadeByWhoeverCanAndSaysSoOtherwise() throws IOException {
        RecordedTime time = new RecordedTime(root);
        record(time);
        String id = time.only().id();
        assertThat(time.fetch(id, "recording.mp4")).isInstanceOfSatisfying(Recorded.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(RefusalKind.NOT_READY);
            assertThat(refused.detail()).contains("No transcoding worker");
        });
        time.remuxer = new Remuxer() {
            @Override
            public boolean available() {
                return true;
            }

            @Override
            public String state() {
                return "";
            }

            @Override
            public CompletionStage<Void> remux(List<List<Path>> tracks, Path output) {
                assertThat(tracks).hasSize(2).allSatisfy(files -> assertThat(files)
                        .allSatisfy(each -> assertThat(each).exists()));
                try {
                    Files.writeString(output, "mp4", StandardOpenOption.CREATE_NEW);
                } catch (IOException e) {
                    return CompletableFuture.failedFuture(e);
                }
                return CompletableFuture.completedFuture(null);
            }
        };
        time.crash();
        assertThat(time.fetch(id, "recording.mp4")).isInstanceOf(Recorded.Refused.class);
        assertThat(time.fetch(id, "recording.mp4"))
                .isInstanceOfSatisfying(Recorded.Slice.class, slice -> assertThat(slice.length())
                        .isEqualTo(3));
        assertThat(time.recordings.find(id))
                .hasValueSatisfying(info -> assertThat(info.mp4()).isEqualTo("ready"));
    }

    private static void record(RecordedTime time) {
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        broadcast.run(4_000);
        broadcast.end();
        time.runDisk();
    }
}
