package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What comes of a picture leaves with it, and nothing waits longer than a millisecond. */
class DeparturesTest {
    private static final long MS = 1_000_000L;
    private static final long BEGAN_NS = 1_000 * MS;

    private final Departures departures = new Departures();
    private final List<TestViewer> viewers = new ArrayList<>();
    private int sequence = 100;

    private Stream stream(int count) {
        Stream stream = new Stream("s", (kind, layer, nowNs) -> {}, new DropCounters());
        stream.publish(1, Samples.publishedAudio(8), Samples.publishedVideo(), BEGAN_NS);
        for (int i = 0; i < count; i++) {
            TestViewer viewer = new TestViewer();
            viewers.add(viewer);
            stream.subscribe(viewer.path, BEGAN_NS);
            viewer.path.start(BEGAN_NS);
        }
        video(stream, true, BEGAN_NS);
        departures.flush(BEGAN_NS);
        return stream;
    }

    private void video(Stream stream, boolean last, long nowNs) {
        came(stream, MediaKind.VIDEO, Samples.H264, last, nowNs);
    }

    private void came(Stream stream, MediaKind kind, int type, boolean marker, long nowNs) {
        byte[] payload = new byte[200];
        payload[0] = 0x67; // a parameter set: a decoder may begin here
        byte[] b = new byte[1_500];
        int length = new RtpWriter()
                .begin(b, 0, type, sequence++, (int) (nowNs / MS) * 90, kind == MediaKind.VIDEO ? 7 : 8)
                .marker(marker)
                .payload(payload, 0, payload.length)
                .finish();
        stream.feed(kind).onPacket(0, b, 0, length, nowNs);
        stream.forwardDelay().arrived(nowNs);
        departures.came(stream);
    }

    private List<Integer> sent() {
        return viewers.stream().map(viewer -> viewer.video.size()).distinct().toList();
    }

    @Test
    @DisplayName("The packets of a picture wait for its last one, and then leave at once")
    void gathersPicture() {
        Stream stream = stream(8);
        long nowNs = BEGAN_NS + 33 * MS;
        video(stream, false, nowNs);
        assertThat(departures.flush(nowNs)).isEqualTo(nowNs + MS);
        video(stream, false, nowNs + MS / 4);
        assertThat(departures.flush(nowNs + MS / 4)).isEqualTo(nowNs + MS);
        assertThat(sent()).containsExactly(1);
        video(stream, true, nowNs + MS / 2);
        assertThat(departures.flush(nowNs + MS / 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(sent()).containsExactly(4);
    }

    @Test
    @DisplayName("A picture whose last packet is late does not wait for it")
    void leavesInTime() {
        Stream stream = stream(8);
        long nowNs = BEGAN_NS + 33 * MS;
        video(stream, false, nowNs);
        long byNs = departures.flush(nowNs);
        assertThat(departures.flush(byNs)).isEqualTo(Long.MAX_VALUE);
        assertThat(sent()).containsExactly(2);
        video(stream, false, byNs + MS);
        assertThat(departures.flush(byNs + MS)).isEqualTo(byNs + 2 * MS);
    }

    @Test
    @DisplayName("Sound never waits by itself, and takes with it what waits")
    void soundLeaves() {
        Stream stream = stream(8);
        long nowNs = BEGAN_NS + 33 * MS;
        came(stream, MediaKind.AUDIO, Samples.OPUS, true, nowNs);
        assertThat(departures.flush(nowNs)).isEqualTo(Long.MAX_VALUE);
        assertThat(viewers).allMatch(viewer -> viewer.audio.size() == 1);
    }

    @Test
    @DisplayName("With few viewers nothing is to be saved, and nothing waits")
    void fewDoNotWait() {
        Stream stream = stream(7);
        long nowNs = BEGAN_NS + 33 * MS;
        video(stream, false, nowNs);
        assertThat(departures.flush(nowNs)).isEqualTo(Long.MAX_VALUE);
        assertThat(sent()).containsExactly(2);
    }

    @Test
    @DisplayName("A stream that gathers keeps no other one waiting")
    void othersLeave() {
        Stream gathers = stream(8);
        Stream other = stream(8);
        long nowNs = BEGAN_NS + 33 * MS;
        video(gathers, false, nowNs);
        video(other, true, nowNs);
        departures.flush(nowNs);
        assertThat(viewers.subList(0, 8)).allMatch(viewer -> viewer.video.size() == 1);
        assertThat(viewers.subList(8, 16)).allMatch(viewer -> viewer.video.size() == 2);
    }

    @Test
    @DisplayName("The time a packet waited for others is part of the delay that is told")
    void waitingIsDelay() {
        Stream stream = stream(8);
        departures.left(BEGAN_NS);
        long nowNs = BEGAN_NS + 33 * MS;
        video(stream, false, nowNs);
        departures.flush(nowNs);
        departures.left(nowNs);
        departures.flush(nowNs + MS);
        departures.left(nowNs + MS);
        assertThat(stream.forwardDelay().delays().maxNs()).isBetween(MS * 9 / 10, MS * 11 / 10);
    }
}
