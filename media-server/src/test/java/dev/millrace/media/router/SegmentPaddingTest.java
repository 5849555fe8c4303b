package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.TestViewer.Got;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Packets that leave together are made equally long, and nothing else of them changes. */
class SegmentPaddingTest {
    private static final long MS = 1_000_000L;

    private final Stream stream = new Stream("s", (kind, layer, nowNs) -> {}, new DropCounters());
    private final List<byte[]> payloads = new ArrayList<>();
    private long nowNs = 1_000 * MS;
    private int sequence = 100;

    private TestViewer viewer(PlayedMedia video) {
        TestViewer viewer = new TestViewer(List.of(video));
        stream.publish(1, null, Samples.publishedVideo(), nowNs);
        stream.subscribe(viewer.path, nowNs);
        viewer.path.start(nowNs);
        picture(true, 40);
        return viewer;
    }

    /** One picture whose packets have these payload lengths, walked as one batch. */
    private void picture(boolean key, int... lengths) {
        nowNs += 33 * MS;
        for (int i = 0; i < lengths.length; i++) {
            byte[] payload = new byte[lengths[i]];
            Arrays.fill(payload, (byte) (sequence + 1));
            payload[0] = (byte) (key && i == 0 ? 0x67 : 0x41);
            byte[] b = new byte[1_500];
            int length = new RtpWriter()
                    .begin(b, 0, Samples.H264, sequence++, (int) (nowNs / MS) * 90, 7)
                    .marker(i == lengths.length - 1)
                    .payload(payload, 0, payload.length)
                    .finish();
            payloads.add(payload);
            stream.feed(MediaKind.VIDEO).onPacket(0, b, 0, length, nowNs);
        }
        stream.flush(nowNs);
    }

    private static List<Integer> lengths(List<Got> packets) {
        return packets.stream().map(packet -> packet.whole().length).toList();
    }

    private void payloadsAreThose(TestViewer viewer) {
        assertThat(viewer.video).hasSize(payloads.size());
        for (int i = 0; i < payloads.size(); i++) {
            assertThat(viewer.video.get(i).payload()).isEqualTo(payloads.get(i));
        }
    }

    @Test
    void fragmentsThatDifferByAByteBecomeOneRun() {
        TestViewer viewer = viewer(Samples.playedVideo());
        viewer.video.clear();
        payloads.clear();
        picture(false, 1_040, 1_040, 1_041, 1_041);
        int whole = viewer.video.getLast().whole().length;
        assertThat(lengths(viewer.video)).containsExactly(whole, whole, whole, whole);
        payloadsAreThose(viewer);
    }

    @Test
    void theLastMayBeShorterAndStaysSo() {
        TestViewer viewer = viewer(Samples.playedVideo());
        viewer.video.clear();
        payloads.clear();
        picture(false, 1_041, 1_040, 1_041, 1_030);
        int whole = viewer.video.getFirst().whole().length;
        assertThat(lengths(viewer.video)).containsExactly(whole, whole, whole, whole - 11);
        payloadsAreThose(viewer);
    }

    @Test
    void whatDiffersMuchIsLeftAlone() {
        TestViewer viewer = viewer(Samples.playedVideo());
        viewer.video.clear();
        payloads.clear();
        picture(false, 27, 599, 596, 900, 916, 917);
        int first = viewer.video.getFirst().whole().length - 27;
        assertThat(lengths(viewer.video))
                .containsExactly(first + 27, first + 599, first + 596, first + 900, first + 917, first + 917);
        payloadsAreThose(viewer);
    }

    /** Under the same number the bytes have to be the same, or the cipher's key stream is given away. */
    @Test
    void whatIsSentAgainIsTheSame() {
        PlayedMedia without = new PlayedMedia(
                "v",
                MediaKind.VIDEO,
                List.of(Samples.video("H264", Samples.VIEWER_H264, -1)),
                Map.of(),
                Samples.VIEWER_VIDEO_SSRC,
                0);
        TestViewer viewer = viewer(without);
        picture(false, 1_040, 1_041, 1_041);
        List<Got> sent = List.copyOf(viewer.video);
        nowNs += 100 * MS;
        nack(viewer, sent.get(1).sequence());
        assertThat(viewer.video).hasSize(sent.size() + 1);
        assertThat(viewer.video.getLast().whole()).isEqualTo(sent.get(1).whole());
        assertThat(sent.get(1).whole()).hasSize(sent.get(2).whole().length);
    }

    @Test
    void retransmissionsCarryNoPadding() {
        TestViewer viewer = viewer(Samples.playedVideo());
        picture(false, 1_040, 1_041, 1_041);
        nowNs += 100 * MS;
        nack(viewer, viewer.video.get(1).sequence());
        byte[] again = viewer.rtx.getLast().payload();
        assertThat(BigEndian.u16(again, 0)).isEqualTo(viewer.video.get(1).sequence());
        assertThat(Arrays.copyOfRange(again, 2, again.length)).isEqualTo(payloads.get(1));
        assertThat(viewer.rtx.getLast().whole()[0] & 0x20).isZero();
    }

    private void nack(TestViewer viewer, int lost) {
        NackWriter writer = new NackWriter();
        byte[] b = new byte[100];
        writer.begin(b, 0, 100, 1, Samples.VIEWER_VIDEO_SSRC);
        writer.add(lost);
        viewer.path.onRtcp(b, 0, writer.finish(), nowNs);
    }
}
