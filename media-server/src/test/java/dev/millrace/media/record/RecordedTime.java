package dev.millrace.media.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Broadcasts in virtual time into recordings whose disk's thread runs when the test says so. */
final class RecordedTime {
    static final long MS = 1_000_000;
    private static final long START_NS = 5_000_000 * MS;

    final List<MediaEvent> events = new ArrayList<>();
    final ArrayDeque<Runnable> disk = new ArrayDeque<>();
    final Path root;
    Recordings recordings;
    long epochMs = 1_800_000_000_000L;
    Remuxer remuxer = Remuxer.NOBODY;

    RecordedTime(Path root) {
        this(root, Disk.REAL, RecordConfig.in(root));
    }

    RecordedTime(Path root, Disk on, RecordConfig config) {
        this.root = root;
        recordings = start(on, config);
    }

    private Recordings start(Disk on, RecordConfig config) {
        Recordings started = new Recordings(
                config,
                new Recordings.Surroundings(disk::add, Runnable::run, new Random(7), () -> epochMs),
                remuxer,
                events::add,
                on);
        runDisk();
        return started;
    }

    /** As a process that was killed and is started again: what the disk's thread had not done is lost. */
    void crash() {
        disk.clear();
        recordings = start(Disk.REAL, RecordConfig.in(root));
    }

    void runDisk() {
        for (Runnable task = disk.poll(); task != null; task = disk.poll()) {
            task.run();
        }
    }

    /** A packager with pictures and sound, followed by a recorder. */
    final class Broadcast {
        final Follower follower;
        final Packager packager;
        private Track video;
        final Track sound;
        long ms;

        Broadcast(String stream) {
            follower = recordings.follow(stream);
            packager = new Packager(PackagerConfig.DEFAULT, Packaged.UNIX_NS - START_NS, follower);
            video = packager.addVideo("video");
            sound = packager.addAudio("audio");
            follower.onBegin(packager, "stamp");
        }

        /** Goes on: 25 pictures a second, a keyframe every 2 s, sound every 20 ms. */
        void run(long forMs) {
            for (long until = ms + forMs; ms < until; ms += 20) {
                long ns = START_NS + ms * MS;
                if (ms % 40 == 0) {
                    boolean key = ms % 2000 == 0;
                    byte[] data = new byte[200];
                    data[3] = (byte) 196;
                    data[4] = (byte) (key ? 0x65 : 0x41);
                    packager.onVideo(video, new VideoFrame(data, 0, key, false, Packaged.SMALL, 0), ns);
                }
                packager.onAudio(sound, new TrackFormat.Opus(2, 0), new byte[] {(byte) 0xfc, -1, -2}, ns);
            }
            epochMs += forMs;
        }

        void reconnect() {
            packager.interrupt();
            ms = (ms / 2000 + 2) * 2000;
        }

        /** Comes back with pictures of another track. */
        void returnWith(Track other) {
            reconnect();
            video = other;
        }

        Track video() {
            return video;
        }

        void end() {
            packager.interrupt();
            follower.onEnd();
        }
    }

    /** The only one there is. */
    RecordingInfo only() {
        List<RecordingInfo> all = recordings.list().recordings();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    String text(String id, String object) {
        Recorded.Reply reply =
                recordings.fetch(id, object, "").toCompletableFuture().join();
        assertThat(reply).isInstanceOf(Recorded.Text.class);
        return new String(((Recorded.Text) reply).text().plain(), StandardCharsets.UTF_8);
    }

    Recorded.Reply fetch(String id, String object) {
        return recordings.fetch(id, object, "").toCompletableFuture().join();
    }

    byte[] bytes(String id, String object) throws IOException {
        Recorded.Slice slice = (Recorded.Slice) fetch(id, object);
        byte[] all = Files.readAllBytes(slice.file());
        byte[] part = new byte[(int) slice.length()];
        System.arraycopy(all, (int) slice.offset(), part, 0, part.length);
        return part;
    }

    Path directory(RecordingInfo info) {
        return root.resolve(info.stream()).resolve(info.id());
    }

    /** Seconds that a playlist's segments last together. */
    static double seconds(String playlist) {
        return playlist.lines()
                .filter(line -> line.startsWith("#EXTINF:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(8, line.length() - 1)))
                .sum();
    }

    static Stream<String> uris(String playlist) {
        return playlist.lines().filter(line -> !line.isEmpty() && !line.startsWith("#"));
    }

    MediaReply.RecordingState state(String stream) {
        return recordings.state(stream);
    }
}
