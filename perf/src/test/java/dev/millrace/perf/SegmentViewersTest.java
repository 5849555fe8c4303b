package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.perf.HlsText.Piece;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What viewers by segments make of playlists, manifests and chunks, and of what comes too late. */
class SegmentViewersTest {
    @Test
    void playlistsAreReadAsFarAsTheyAreNeeded() {
        HlsText text = HlsText.read("""
                #EXTM3U
                #EXT-X-VERSION:9
                #EXT-X-TARGETDURATION:2
                #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,HOLD-BACK=6.0,PART-HOLD-BACK=0.66
                #EXT-X-PART-INF:PART-TARGET=0.22
                #EXT-X-MEDIA-SEQUENCE:7
                #EXT-X-MAP:URI="v-s-init-0.mp4"
                #EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:00.500Z
                #EXTINF:2.0,
                v-s-7.m4s
                #EXT-X-PROGRAM-DATE-TIME:2027-01-15T08:00:02.500Z
                #EXT-X-PART:DURATION=0.2,URI="v-s-8.0.m4s",INDEPENDENT=YES
                #EXT-X-PART:DURATION=0.2,URI="v-s-8.1.m4s"
                #EXTINF:0.4,
                v-s-8.m4s
                #EXT-X-PART:DURATION=0.2,URI="v-s-9.0.m4s",GAP=YES
                #EXT-X-PRELOAD-HINT:TYPE=PART,URI="v-s-9.1.m4s"
                """);
        assertThat(text.targetS()).isEqualTo(2);
        assertThat(text.partHoldBackS()).isEqualTo(0.66);
        assertThat(text.init()).isEqualTo("v-s-init-0.mp4");
        assertThat(text.segments()).extracting(Piece::number).containsExactly(7L, 8L);
        assertThat(text.parts()).extracting(Piece::uri).containsExactly("v-s-8.0.m4s", "v-s-8.1.m4s", "v-s-9.0.m4s");
        assertThat(text.parts()).extracting(Piece::gap).containsExactly(false, false, true);
        assertThat(text.parts().get(1).independent()).isFalse();
        assertThat(text.parts().get(2).startS() - text.segments().getFirst().startS())
                .isBetween(2.399, 2.401);
        assertThat(text.openNumber()).isEqualTo(9);
        assertThat(text.openParts()).isEqualTo(1);
        assertThat(text.ended()).isFalse();
    }

    @Test
    void theFirstVariantAndItsSoundAreFollowed() {
        assertThat(HlsText.renditions("""
                #EXTM3U
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,URI="audio.m3u8?token=x"
                #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="audio"
                h.m3u8?token=x
                #EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO="audio"
                l.m3u8?token=x
                """)).containsExactly("h.m3u8?token=x", "audio.m3u8?token=x");
        assertThat(HlsText.renditions("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\naudio.m3u8\n"))
                .containsExactly("audio.m3u8");
    }

    @Test
    void manifestsTellWhatIsBeingMade() {
        DashText text = DashText.read("""
                <MPD availabilityStartTime="2027-01-15T08:00:00.000Z">
                  <ServiceDescription><Latency target="660"/></ServiceDescription>
                  <Period start="PT10S"><AdaptationSet contentType="video"><Representation id="v">
                    <SegmentTemplate timescale="90000" duration="180000" startNumber="5"
                      initialization="v-s-init-0.mp4" media="v-s-$Number$.m4s"/>
                  </Representation></AdaptationSet></Period>
                </MPD>
                """.getBytes(StandardCharsets.UTF_8));
        DashText.Template video = text.tracks().getFirst();
        assertThat(text.targetS()).isEqualTo(0.66);
        assertThat(video.number(video.zeroS() + 10.1)).isEqualTo(5);
        assertThat(video.number(video.zeroS() + 14.1)).isEqualTo(7);
        assertThat(video.address(7)).isEqualTo("v-s-7.m4s");
    }

    @Test
    void chunksAreFoundHoweverTheyAreCut() {
        byte[] chunk = HexFormat.of()
                .parseHex("0000000c73747970" + "00000000" // styp
                        + "000000486d6f6f66" + "00000040" + "74726166" // moof, traf
                        + "0000001474666474" + "01000000" + "0000000000001000" // tfdt
                        + "000000247472756e" + "01000301" + "00000002" + "00000050" // trun with durations and sizes
                        + "00000bb8" + "00000001" + "00000bb9" + "00000001"
                        + "0000000a6d646174" + "aabb");
        for (int step = 1; step <= chunk.length; step++) {
            List<Long> told = new ArrayList<>();
            ChunkReader reader = new ChunkReader((decodeTime, duration) -> {
                told.add(decodeTime);
                told.add(duration);
            });
            for (int round = 0; round < 2; round++) {
                for (int at = 0; at < chunk.length; at += step) {
                    reader.onBytes(Buffer.buffer().appendBytes(chunk, at, Math.min(step, chunk.length - at)));
                }
            }
            assertThat(told).containsExactly(4096L, 6001L, 4096L, 6001L);
        }
    }

    @Test
    void whatIsNotThereInTimeIsAStall() {
        PlayoutModel model = new PlayoutModel(2, 0.6);
        model.onMedia(0, 100.2, 100.25);
        assertThat(model.isPlaying()).isFalse();
        model.onMedia(1, 100.2, 100.25);
        assertThat(model.isPlaying()).isTrue();
        assertThat(model.behindS()).isBetween(0.649, 0.651);
        for (int i = 1; i < 10; i++) {
            model.onMedia(0, 100.2 + i * 0.2, 100.25 + i * 0.2);
            model.onMedia(1, 100.2 + i * 0.2, 100.25 + i * 0.2);
        }
        assertThat(model.stalls()).isZero();
        model.onMedia(0, 102.2, 103.05); // one track alone is no help
        model.onMedia(1, 102.2, 103.05);
        assertThat(model.stalls()).isEqualTo(1);
        assertThat(model.stalledS()).isBetween(0.39, 0.41);
        assertThat(model.behindS()).isBetween(1.04, 1.06);
    }

    @Test
    void whoJoinsInTheMiddleOfASegmentShowsTheLiveEdgeNotTheKeyframe() {
        PlayoutModel model = new PlayoutModel(1, 0.6);
        model.join(0, 102);
        for (int i = 1; i < 10; i++) {
            model.onMedia(0, 100 + i * 0.2, 102.05);
            assertThat(model.isPlaying()).isFalse();
        }
        model.onMedia(0, 102, 102.1);
        assertThat(model.isPlaying()).isTrue();
        assertThat(model.behindS()).isBetween(0.69, 0.71);
    }

    @Test
    void lateIsLaterThanTheFastestByMoreThanAPiece() {
        HlsStats.Recorder recorder = new HlsStats.Recorder();
        for (int i = 0; i < 1500; i++) {
            recorder.add(i < 3 ? 241 : i % 2 == 0 ? 40 : 60, 200);
        }
        assertThat(recorder.late()).isEqualTo(3 / 1500.0);
        assertThat(recorder.sorted()).hasSize(1500).isSorted();
    }
}
