package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.router.TestViewer.Got;
import dev.millrace.media.router.TestViewer.Report;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What viewers see of broadcasters who come, go, come back and change. */
class TakeoverTest {
    private static final long MS = 1_000_000L;
    private final List<Integer> requests = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private final Stream stream = new Stream("s", (kind, layer, now) -> requests.add(layer), drops);

    private void frame(Encoder encoder, boolean key, int step, long now) {
        for (byte[] p : encoder.frame(key, 3, step)) {
            feed().onPacket(0, p, 0, p.length, now);
        }
        stream.flush(now);
    }

    private Feed feed() {
        return stream.feed(MediaKind.VIDEO);
    }

    private static void assertUnbroken(List<Got> packets) {
        for (int i = 1; i < packets.size(); i++) {
            Got a = packets.get(i - 1);
            Got b = packets.get(i);
            assertThat(b.sequence()).isEqualTo((a.sequence() + 1) & 0xffff);
            assertThat(b.timestamp() - a.timestamp()).isNotNegative();
        }
    }

    @Test
    void viewerComesFirstAndStaysWhileBroadcastersChange() {
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        stream.publish(1, null, Samples.publishedVideo(), 10 * MS);
        Encoder first = new Encoder(0, "", Codec.H264, 1, 65_530, -5000);
        long now = 100 * MS;
        for (int i = 0; i < 30; i++, now += 33 * MS) {
            frame(first, i == 0, 2970, now);
        }
        assertThat(viewer.video).hasSize(90);
        Got last = viewer.video.getLast();

        // The page is reloaded: another SSRC, clock, numbers and codec; a second passes.
        now += 1000 * MS;
        stream.publish(2, null, Samples.publishedVideo(), now);
        stream.unpublish(1, now); // the old one's end comes late and changes nothing
        assertThat(stream.publication()).isEqualTo(2);
        Encoder second = new Encoder(0, "", Codec.VP8, 99, 17, 123_456_789);
        for (int i = 0; i < 30; i++, now += 33 * MS) {
            frame(second, i == 2, 2970, now);
        }
        assertUnbroken(viewer.video);
        assertThat(viewer.video).hasSize(90 + 28 * 3);
        Got next = viewer.video.get(90);
        assertThat(next.type()).isEqualTo(Samples.VIEWER_VP8);
        assertThat(next.key()).isTrue();
        assertThat(next.timestamp() - last.timestamp()).isBetween(85_000, 110_000); // a second and a bit
        assertThat(requests).isNotEmpty();
        assertThat(viewer.drops.get(DropReason.WAITING_FOR_KEYFRAME)).isEqualTo(6);
    }

    @Test
    void sourceThatRestartsWithinAPublicationGoesOn() {
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        stream.publish(1, null, Samples.publishedVideo(), 0);
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        long now = 100 * MS;
        frame(new Encoder(0, "", Codec.H264, 1, 100, 5), true, 3000, now);
        frame(new Encoder(0, "", Codec.H264, 2, 9, 0x7fff_ffff), false, 3000, now + 33 * MS);
        frame(new Encoder(0, "", Codec.H264, 3, 40_000, -9), true, 3000, now + 66 * MS);
        assertThat(viewer.video).hasSize(6);
        assertUnbroken(viewer.video);
    }

    @Test
    void joinerStartsFromAYoungKeyframe() {
        stream.publish(1, null, Samples.publishedVideo(), 0);
        Encoder encoder = new Encoder(0, "", Codec.H264, 1, 65_534, 5);
        frame(encoder, true, 3000, 1000 * MS);
        frame(encoder, false, 3000, 1033 * MS);
        TestViewer young = new TestViewer(List.of(Samples.playedVideo()));
        stream.subscribe(young.path, 1050 * MS);
        assertThat(young.video).isEmpty();
        young.path.start(1100 * MS);
        assertThat(young.video).hasSize(6);
        assertThat(requests).isEmpty();
        frame(encoder, false, 3000, 1110 * MS);
        assertThat(young.video).hasSize(9);
        assertUnbroken(young.video);

        TestViewer late = new TestViewer(List.of(Samples.playedVideo()));
        stream.subscribe(late.path, 1500 * MS);
        late.path.start(1500 * MS);
        assertThat(late.video).isEmpty();
        assertThat(requests).containsExactly(0);
    }

    @Test
    void twoHundredViewersMakeOneRequest() {
        TestPublisher[] holder = new TestPublisher[1];
        Stream crowd = new Stream("c", (kind, layer, now) -> holder[0].requestKeyframe(0, layer, now), drops);
        TestPublisher publisher = new TestPublisher(crowd, List.of(Samples.publishedVideo()));
        holder[0] = publisher;
        crowd.publish(1, null, Samples.publishedVideo(), 0);
        List<TestViewer> viewers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
            crowd.subscribe(viewer.path, 0);
            viewer.path.start(0);
            viewers.add(viewer);
        }
        byte[] pli = new byte[PictureLoss.LENGTH];
        PictureLoss.write(pli, 0, 5, Samples.VIEWER_VIDEO_SSRC);
        Encoder encoder = new Encoder(0, "", Codec.H264, 1, 0, 5);
        for (long ms = 1; ms < 10_000; ms++) {
            long now = ms * MS;
            if (ms % 33 == 0) {
                boolean key = ms % 990 == 0;
                for (byte[] p : encoder.frame(key, 2, 3000)) {
                    publisher.onRtp(p, now);
                }
            }
            for (TestViewer viewer : viewers) {
                if ((ms + viewer.hashCode()) % 50 == 0) {
                    viewer.path.onRtcp(pli, 0, pli.length, now);
                }
            }
            publisher.onDeadline(now);
            crowd.flush(now);
        }
        assertThat(publisher.plisNs.size()).isBetween(10, 34);
        for (int i = 1; i < publisher.plisNs.size(); i++) {
            assertThat(publisher.plisNs.get(i) - publisher.plisNs.get(i - 1)).isGreaterThanOrEqualTo(300 * MS);
        }
        for (TestViewer viewer : viewers) {
            assertUnbroken(viewer.video);
            assertThat(viewer.video).hasSizeGreaterThan(500);
        }
    }

    @Test
    void unknownCodecIsSaidOnce() {
        PlayedMedia vp8Only = new PlayedMedia(
                "v", MediaKind.VIDEO, List.of(Samples.video("VP8", 100, -1)), Map.of(), Samples.VIEWER_VIDEO_SSRC, 0);
        TestViewer viewer = new TestViewer(List.of(vp8Only));
        stream.publish(1, null, Samples.publishedVideo(), 0);
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        Encoder encoder = new Encoder(0, "", Codec.H264, 1, 0, 5);
        frame(encoder, true, 3000, 100 * MS);
        frame(encoder, true, 3000, 200 * MS);
        int asked = requests.size();
        for (int ms = 300; ms < 5000; ms += 33) {
            frame(encoder, false, 3000, ms * MS);
            viewer.path.onDeadline(ms * MS);
        }
        assertThat(viewer.video).isEmpty();
        assertThat(viewer.unsupported).hasSize(1);
        assertThat(requests).as("a keyframe would help nobody").hasSize(asked);
    }

    @Test
    void redundancyIsTakenOffForThoseWithoutIt() {
        TestViewer viewer = new TestViewer(List.of(Samples.playedAudio()));
        stream.publish(1, Samples.publishedAudio(5), null, 0);
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        Encoder opus = new Encoder(0, "", Codec.OPUS, 5, 10, 5);
        byte[] red = {(byte) (0x80 | Samples.OPUS), 0, 0, 2, Samples.OPUS, 1, 2, 30, 31, 32};
        byte[] p = opus.packet(Samples.RED, red);
        stream.feed(MediaKind.AUDIO).onPacket(0, p, 0, p.length, 100 * MS);
        byte[] plain = opus.packet(Samples.OPUS, new byte[] {40});
        stream.feed(MediaKind.AUDIO).onPacket(0, plain, 0, plain.length, 120 * MS);
        stream.flush(120 * MS);
        assertThat(viewer.audio).hasSize(2);
        assertThat(viewer.audio.get(0).payload()).containsExactly(30, 31, 32);
        assertThat(viewer.audio.get(0).type()).isEqualTo(Samples.VIEWER_OPUS);
        assertThat(viewer.audio.get(1).payload()).containsExactly(40);
        assertUnbroken(viewer.audio);
    }

    @Test
    void retransmissionIsThePacketItself() {
        TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        stream.publish(1, null, Samples.publishedVideo(), 0);
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        Encoder encoder = new Encoder(0, "", Codec.VP8, 1, 65_533, 5);
        frame(encoder, true, 3000, 100 * MS);
        frame(encoder, false, 3000, 133 * MS);
        NackWriter writer = new NackWriter();
        byte[] nack = new byte[100];
        writer.begin(nack, 0, 100, 1, Samples.VIEWER_VIDEO_SSRC);
        for (Got got : viewer.video) {
            writer.add(got.sequence());
        }
        int length = writer.finish();
        viewer.path.onRtcp(nack, 0, length, 200 * MS);
        viewer.path.onRtcp(nack, 0, length, 205 * MS); // within the round trip: ignored
        assertThat(viewer.rtx).hasSize(6);
        for (int i = 0; i < 6; i++) {
            Got original = viewer.video.get(i);
            Got again = viewer.rtx.get(i);
            byte[] payload = again.payload();
            assertThat(((payload[0] & 0xff) << 8) | (payload[1] & 0xff)).isEqualTo(original.sequence());
            assertThat(java.util.Arrays.copyOfRange(payload, 2, payload.length)).isEqualTo(original.payload());
            assertThat(again.timestamp()).isEqualTo(original.timestamp());
            assertThat(again.type()).isEqualTo(Samples.VIEWER_VP8_RTX);
        }
        assertThat(viewer.drops.get(DropReason.RETRANSMIT_TOO_SOON)).isEqualTo(6);
    }

    /** Audio and video whose clocks a publisher relates by NTP are related just so for the viewer. */
    @Test
    void lipsStayInSync() {
        TestViewer viewer = new TestViewer();
        stream.publish(1, Samples.publishedAudio(5), Samples.publishedVideo(), 0);
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        Encoder video = new Encoder(0, "", Codec.H264, 1, 0, 1000);
        Encoder audio = new Encoder(0, "", Codec.OPUS, 5, 0, 2000);
        long wall = 3_900_000_000L << 32;
        long now = 1000 * MS;
        for (int i = 0; i < 300; i++, now += 20 * MS) {
            byte[] p = audio.frame(true, 1, 960).getFirst();
            stream.feed(MediaKind.AUDIO).onPacket(0, p, 0, p.length, now + 3 * MS);
            // Video travels 70 ms longer than audio, which only the reports tell.
            byte[] v = video.frame(i == 0, 1, 1800).getFirst();
            stream.feed(MediaKind.VIDEO).onPacket(0, v, 0, v.length, now + 70 * MS);
            long ntp = wall + ((i * 20L) << 32) / 1000;
            if (i % 50 == 0) {
                stream.feed(MediaKind.AUDIO).onSenderReport(0, ntp, audio.timestamp, now);
                stream.feed(MediaKind.VIDEO).onSenderReport(0, ntp, video.timestamp, now);
            }
            stream.flush(now + 70 * MS);
            viewer.path.onDeadline(now);
        }
        Report a = viewer.reports.stream()
                .filter(r -> r.ssrc() == Samples.VIEWER_AUDIO_SSRC)
                .toList()
                .getLast();
        Report v = viewer.reports.stream()
                .filter(r -> r.ssrc() == Samples.VIEWER_VIDEO_SSRC)
                .toList()
                .getLast();
        Got lastAudio = viewer.audio.getLast();
        Got lastVideo = viewer.video.getLast();
        // Both last packets were captured at the same moment: their NTP times by the reports must be equal.
        double audioAt = seconds(a.ntp()) + (lastAudio.timestamp() - a.timestamp()) / 48_000.0;
        double videoAt = seconds(v.ntp()) + (lastVideo.timestamp() - v.timestamp()) / 90_000.0;
        assertThat(Math.abs(audioAt - videoAt)).isLessThan(0.001);
    }

    private static double seconds(long ntp) {
        return (ntp >>> 32) + (ntp & 0xffff_ffffL) / 4294967296.0;
    }

    @Test
    void headerExtensionsAreRenamed() {
        TestViewer viewer = new TestViewer(List.of(Samples.playedAudio()));
        stream.publish(1, Samples.publishedAudio(5), null, 0);
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        byte[] b = new byte[200];
        int length = new dev.millrace.media.rtp.RtpWriter()
                .begin(b, 0, Samples.OPUS, 1, 2, 5)
                .extension8(Samples.AUDIO_LEVEL_ID, 0x55)
                .extension8(Samples.MID_ID, '0')
                .payload(new byte[] {1, 2, 3}, 0, 3)
                .padding(8)
                .finish();
        stream.feed(MediaKind.AUDIO).onPacket(0, b, 0, length, 100 * MS);
        stream.flush(100 * MS);
        RtpPacket out = new RtpPacket();
        byte[] whole = viewer.audio.getFirst().whole();
        assertThat(out.wrap(whole, 0, whole.length)).isTrue();
        assertThat(out.extensionLength(Samples.VIEWER_AUDIO_LEVEL_ID)).isEqualTo(1);
        assertThat(whole[out.extensionOffset(Samples.VIEWER_AUDIO_LEVEL_ID)]).isEqualTo((byte) 0x55);
        assertThat(out.extensionLength(Samples.VIEWER_TRANSPORT_ID)).isEqualTo(2);
        assertThat(out.extensionLength(Samples.MID_ID)).isEqualTo(-1);
        assertThat(out.paddingLength()).isZero();
        assertThat(out.payloadLength()).isEqualTo(3);
    }
}
