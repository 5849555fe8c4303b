package dev.millrace.e2e.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.segment.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real browser published, packaged: FFmpeg opens it and sees every picture, at its time. */
class PackagedCaptureTest {
    @ParameterizedTest
    @ValueSource(strings = {"h264-simulcast", "h264-simulcast-l1t3"})
    void everyPictureIsThereAtItsTime(String name, @TempDir Path directory) throws IOException {
        PackagedCapture packaged = new PackagedCapture(name);
        assertThat(packaged.drops.total())
                .as("nothing is dropped but what came before the first keyframe")
                .isEqualTo(packaged.drops.get(DropReason.WAITING_FOR_KEYFRAME));
        for (int layer = 0; layer < packaged.tracks.size(); layer++) {
            Path file = directory.resolve(packaged.tracks.get(layer).name() + ".mp4");
            Files.write(file, packaged.file(layer));
            Demuxed demuxed = Demuxed.open(file);
            assertThat(demuxed.complaints()).as(name + " layer " + layer).isEmpty();
            assertThat(demuxed.pictures())
                    .extracting(Decoder.Picture::checksum)
                    .isEqualTo(AsPublished.pictures(Capture.resource(name), layer).stream()
                            .map(Decoder.Picture::checksum)
                            .toList());
            assertTimes(packaged, layer, demuxed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-simulcast", "h264-simulcast-l1t3"})
    void aPlaylistOnDiskPlays(String name, @TempDir Path directory) throws IOException {
        PackagedCapture packaged = new PackagedCapture(name);
        for (int layer = 0; layer < packaged.tracks.size(); layer++) {
            Demuxed demuxed = Demuxed.open(packaged.writePlaylist(layer, directory));
            assertThat(demuxed.complaints()).as(name + " layer " + layer).isEmpty();
            assertThat(demuxed.pictures())
                    .hasSameSizeAs(packaged.frames.get(layer))
                    .extracting(Decoder.Picture::checksum)
                    .isEqualTo(AsPublished.pictures(Capture.resource(name), layer).stream()
                            .map(Decoder.Picture::checksum)
                            .toList());
            assertTimes(packaged, layer, demuxed);
        }
    }

    private static void assertTimes(PackagedCapture packaged, int layer, Demuxed demuxed) {
        List<Double> captured = packaged.capturedS.get(layer);
        List<Demuxed.Packet> packets = demuxed.packets();
        assertThat(packets).hasSameSizeAs(captured).hasSizeGreaterThan(30);
        double origin = (packaged.packager.originUnixNs() - PackagedCapture.UNIX_NS) / 1e9;
        for (int i = 0; i < packets.size(); i++) {
            Demuxed.Packet packet = packets.get(i);
            assertThat(packet.presentS()).isBetween(captured.get(i) - origin - 1e-4, captured.get(i) - origin + 1e-4);
            assertThat(packet.key()).isEqualTo(packaged.frames.get(layer).get(i).key());
            if (i > 0) {
                Demuxed.Packet before = packets.get(i - 1);
                assertThat(packet.decodeS() - before.decodeS())
                        .as("no hole, no overlap")
                        .isBetween(before.durationS() - 1e-6, before.durationS() + 1e-6);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264-simulcast", "h264-simulcast-l1t3"})
    void layersAreCutAtTheSameKeyframes(String name) {
        PackagedCapture packaged = new PackagedCapture(name);
        List<Segment> first = packaged.tracks.getFirst().segments();
        assertThat(first).hasSizeGreaterThanOrEqualTo(4);
        // One of the captures has no keyframe for most of a second.
        assertThat(first.stream().filter(each -> !each.isIndependent()).count())
                .isEqualTo(packaged.packager.forcedCuts());
        for (var track : packaged.tracks) {
            assertThat(track.segments())
                    .extracting(Segment::startNs)
                    .isEqualTo(first.stream().map(Segment::startNs).toList());
            assertThat(track.segments()).noneMatch(Segment::isGap);
        }
        assertThat(packaged.packager.forcedCuts()).isLessThanOrEqualTo(1);
        assertThat(packaged.wanted).isPositive();
    }
}
