package dev.millrace.media.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.segment.Track;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broadcaster leaves and returns with other tracks: every playlist of the recording goes on to the end. */
class RecordedReturnTest {
    @TempDir
    private Path root = Path.of("");

    @Test
    void anEpochWithoutATrackIsAnothers() {
        RecordedTime time = new RecordedTime(root);
        time.recordings.set("show", true);
        RecordedTime.Broadcast broadcast = time.new Broadcast("show");
        Track first = broadcast.video();
        broadcast.run(4_000);
        broadcast.returnWith(broadcast.packager.addVideo("other"));
        broadcast.run(4_000);
        time.runDisk();
        RecordingInfo info = time.only();
        assertThat(time.text(info.id(), "video.m3u8"))
                .as("it may still come")
                .contains("#EXT-X-PLAYLIST-TYPE:EVENT")
                .doesNotContain("other");
        broadcast.returnWith(first);
        broadcast.run(4_000);
        broadcast.end();
        time.runDisk();

        String video = time.text(info.id(), "video.m3u8");
        assertThat(RecordedTime.uris(video).toList())
                .containsExactly(
                        "video-0.m4s", "video-1.m4s", "other-2.m4s", "other-3.m4s", "video-4.m4s", "video-5.m4s");
        assertThat(video).contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"other-init-0.mp4\"");
        assertThat(RecordedTime.seconds(video)).isBetween(11.8, 12.2);
        assertThat(RecordedTime.seconds(time.text(info.id(), "other.m3u8"))).isBetween(11.8, 12.2);
        assertThat(RecordedTime.seconds(time.text(info.id(), "audio.m3u8"))).isBetween(11.8, 12.2);
    }
}
