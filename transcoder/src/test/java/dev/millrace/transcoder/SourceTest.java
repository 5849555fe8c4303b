package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.frames.Av1Record;
import dev.millrace.media.frames.ContainedPictures;
import dev.millrace.media.frames.VideoRecord;
import dev.millrace.media.frames.Vp9Record;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.transcode.wire.Fetch;
import dev.millrace.media.transcode.wire.MediaFetched;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.TrackFetched;
import dev.millrace.media.transcode.wire.Trouble;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTest {
    private static final long MS = 1_000_000;

    @TempDir
    private static Path directory = Path.of("");

    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    private static final class Heard implements Consumer<Message> {
        final List<TrackFetched> tracks = new ArrayList<>();
        final List<MediaFetched> pictures = new ArrayList<>();
        final List<MediaFetched> sounds = new ArrayList<>();
        final List<String> troubles = new ArrayList<>();
        private final int enough;

        Heard(int enough) {
            this.enough = enough;
        }

        @Override
        public void accept(Message message) {
            switch (message) {
                case TrackFetched track -> tracks.add(track);
                case MediaFetched media -> (media.video() ? pictures : sounds).add(media);
                case Trouble trouble -> troubles.add(trouble.what());
                default -> throw new AssertionError(message);
            }
            if (pictures.size() >= enough) {
                throw new Enough();
            }
        }

        byte[] configuration(IngestCodec codec) {
            return tracks.stream()
                    .filter(each -> each.codec() == codec)
                    .findFirst()
                    .orElseThrow()
                    .configuration();
        }
    }

    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static Heard fetch(String address, boolean loop, int enough) {
        Heard heard = new Heard(enough);
        try (Source source = new Source(new Fetch(address, loop), heard)) {
            source.run();
        } catch (Enough e) {
            // as it was wanted
        }
        return heard;
    }

    private static void checkMedia(Heard heard) {
        assertThat(heard.tracks).extracting(TrackFetched::codec).containsOnly(IngestCodec.H264, IngestCodec.AAC);
        byte[] record = heard.configuration(IngestCodec.H264);
        assertThat(record[0]).isEqualTo((byte) 1);
        assertThat(AvcRecord.sets(record)).isNotEmpty();
        byte[] aac = heard.configuration(IngestCodec.AAC);
        assertThat(aac[0] >> 3).as("AAC-LC").isEqualTo(2);
        assertThat((aac[0] & 7) << 1 | (aac[1] & 0x80) >> 7).as("48 kHz").isEqualTo(3);
        assertThat(heard.pictures.getFirst().key()).isTrue();
        for (MediaFetched picture : heard.pictures) {
            ByteBuffer units = ByteBuffer.wrap(picture.data());
            while (units.hasRemaining()) {
                int length = units.getInt();
                assertThat(length).isPositive().isLessThanOrEqualTo(units.remaining());
                units.position(units.position() + length);
            }
        }
        assertThat(heard.sounds)
                .allSatisfy(sound -> assertThat(Adts.isHeader(sound.data())).isFalse());
    }

    private static void checkTimes(List<MediaFetched> media, long stepNs) {
        for (int i = 1; i < media.size(); i++) {
            assertThat(media.get(i).decodeNs() - media.get(i - 1).decodeNs())
                    .as("step " + i)
                    .isBetween(stepNs / 2, 2 * stepNs);
        }
    }

    @Test
    void anMp4IsReadAtItsPace() throws Exception {
        Path file = Clips.usual(directory.resolve("plain.mp4"), 1);
        long startNs = System.nanoTime();
        Heard heard = fetch("file:" + file, false, Integer.MAX_VALUE);
        assertThat(System.nanoTime() - startNs).isGreaterThan(900 * MS);
        checkMedia(heard);
        assertThat(heard.pictures).hasSize(25);
        assertThat(heard.sounds).hasSizeBetween(45, 50);
        checkTimes(heard.pictures, 40 * MS);
        checkTimes(heard.sounds, 1024 * 1_000 * MS / 48_000);
        assertThat(heard.troubles).isEmpty();
    }

    @Test
    void anMpegTsHasLengthsAndNoAdts() throws Exception {
        Path file = Clips.usual(directory.resolve("plain.ts"), 1);
        Heard heard = fetch("file:" + file, false, Integer.MAX_VALUE);
        checkMedia(heard);
        assertThat(heard.pictures).hasSize(25);
        checkTimes(heard.pictures, 40 * MS);
    }

    @Test
    void hevcHasLengthsAndItsParameterSetsAreTold() throws Exception {
        for (String name : List.of("hevc.ts", "hevc.mp4")) {
            Path file = Clips.make(
                    directory.resolve(name),
                    1,
                    "-c:v",
                    "libx265",
                    "-preset",
                    "ultrafast",
                    "-pix_fmt",
                    "yuv420p",
                    "-an");
            Heard heard = fetch("file:" + file, false, Integer.MAX_VALUE);
            var record = dev.millrace.media.frames.HevcRecord.read(heard.configuration(IngestCodec.HEVC));
            assertThat(Objects.requireNonNull(record).width()).as(name).isEqualTo(160);
            assertThat(record.sets()).hasSizeGreaterThanOrEqualTo(3);
            var pictures = ContainedPictures.of(record, new DropCounters());
            assertThat(heard.pictures).hasSize(25).allSatisfy(each -> assertThat(
                            pictures.read(each.data(), each.key(), 0, 0))
                    .isNotNull());
        }
    }

    @Test
    void av1AndVp9AreReadAsTheyAre() throws Exception {
        for (IngestCodec codec : List.of(IngestCodec.AV1, IngestCodec.VP9)) {
            String encoder = codec == IngestCodec.AV1 ? "libaom-av1" : "libvpx-vp9";
            Path file = Clips.make(
                    directory.resolve(codec + ".mkv"),
                    0.4,
                    "-c:v",
                    encoder,
                    "-cpu-used",
                    "8",
                    "-pix_fmt",
                    "yuv420p",
                    "-an");
            Heard heard = fetch("file:" + file, false, Integer.MAX_VALUE);
            byte[] told = heard.configuration(codec);
            VideoRecord record = codec == IngestCodec.AV1 ? Av1Record.read(told) : Vp9Record.read(told);
            var pictures = ContainedPictures.of(Objects.requireNonNull(record), new DropCounters());
            var first = pictures.read(heard.pictures.getFirst().data(), true, 0, 0);
            assertThat(Objects.requireNonNull(first).key()).isTrue();
        }
    }

    @Test
    void aLoopGoesOnAsIfItWereOne() throws Exception {
        Path file = Clips.usual(directory.resolve("loop.mp4"), 1);
        Heard heard = fetch("file:" + file, true, 60);
        checkMedia(heard);
        checkTimes(heard.pictures, 40 * MS);
        assertThat(heard.pictures.stream().filter(MediaFetched::key).count()).isEqualTo(3);
        long firstSoundNs = heard.sounds.getFirst().presentNs();
        long lastSoundNs = heard.sounds.getLast().presentNs();
        assertThat(lastSoundNs - firstSoundNs).isGreaterThan(2_000 * MS);
    }

    @Test
    void picturesThatAreReorderedKeepBothTimes() throws Exception {
        Path file = Clips.make(
                directory.resolve("b.mp4"), 1, "-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p", "-c:a", "aac");
        Heard heard = fetch("file:" + file, false, Integer.MAX_VALUE);
        checkTimes(heard.pictures, 40 * MS);
        assertThat(heard.pictures)
                .anySatisfy(each -> assertThat(each.presentNs()).isGreaterThan(each.decodeNs()));
        assertThat(heard.pictures)
                .allSatisfy(each -> assertThat(each.presentNs()).isGreaterThanOrEqualTo(each.decodeNs()));
    }

    @Test
    void whatIsNotServedIsSaidAndTheRestGoesOn() throws Exception {
        Path file = Clips.make(directory.resolve("odd.ts"), 0.4, "-c:v", "mpeg2video", "-c:a", "aac");
        Heard heard = fetch("file:" + file, false, Integer.MAX_VALUE);
        assertThat(heard.troubles)
                .containsExactly("Its pictures are in mpeg2video, which is not served: it has to send H.264, AV1, VP9"
                        + " or HEVC.");
        assertThat(heard.sounds).isNotEmpty();
        assertThat(heard.pictures).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThatThrownBy(() -> fetch("file:" + directory.resolve("nothing.mp4"), false, 1))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("No such file");
        assertThatThrownBy(() -> fetch("gopher://example.org/", false, 1)).isInstanceOf(MediaException.class);
    }

    @Test
    void nothingOnTheNetworkNamesFiles() throws Exception {
        Path file = Clips.usual(directory.resolve("secret.ts"), 0.4);
        String playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.4,\nNAME\n#EXT-X-ENDLIST\n";
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(server, "/evil.m3u8", playlist.replace("NAME", "file://" + file).getBytes(StandardCharsets.UTF_8));
        serve(server, "/good.m3u8", playlist.replace("NAME", "secret.ts").getBytes(StandardCharsets.UTF_8));
        serve(server, "/secret.ts", Files.readAllBytes(file));
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            assertThat(fetch(base + "/good.m3u8", false, Integer.MAX_VALUE).pictures)
                    .hasSize(10);
            assertThatThrownBy(() -> fetch(base + "/evil.m3u8", false, 1)).isInstanceOf(MediaException.class);
            assertThatThrownBy(() -> fetch(base + "/none.m3u8", false, 1)).hasMessageContaining("404");
        } finally {
            server.stop(0);
        }
    }

    private static void serve(HttpServer server, String path, byte[] bytes) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            } catch (IOException e) {
                exchange.close();
            }
        });
    }
}
