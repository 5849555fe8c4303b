package dev.millrace.media.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.bwe.SendSideEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.router.Encoder;
import dev.millrace.media.router.Samples;
import dev.millrace.media.router.Stream;
import dev.millrace.media.router.TestViewer;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a viewer, or a broadcaster's payloads, may throw at a send path: named drops, nothing thrown. */
class SendPathFuzzTest {
    private static final long MS = 1_000_000L;

    @Test
    void survivesNoise() {
        Random random = new Random(3);
        Stream stream = new Stream("s", (kind, layer, now) -> {}, new DropCounters());
        stream.publish(1, Samples.publishedAudio(5), Samples.publishedVideo("l", "h"), 0);
        TestViewer viewer = new TestViewer();
        stream.subscribe(viewer.path, 0);
        viewer.path.start(0);
        Encoder[] encoders = {
            new Encoder(0, "l", Codec.VP8, 100, 1, 1),
            new Encoder(1, "h", Codec.H264, 101, 60_000, 1),
            new Encoder(0, "", Codec.OPUS, 5, 60_000, 1)
        };
        byte[] b = new byte[2048];
        NackWriter writer = new NackWriter();
        for (int i = 0; i < 30_000; i++) {
            long now = i * MS;
            Encoder encoder = encoders[i % 3];
            byte[] packet = encoder.frame(i % 50 == 0, 1, 300).getFirst();
            for (int k = random.nextInt(3); k > 0; k--) {
                packet[12 + random.nextInt(packet.length - 12)] = (byte) random.nextInt();
            }
            if (random.nextInt(200) == 0) {
                encoder.sequence = random.nextInt(65536);
            }
            stream.feed(i % 3 == 2 ? MediaKind.AUDIO : MediaKind.VIDEO)
                    .onPacket(i % 3 == 2 ? 0 : i % 3, packet, 0, packet.length, now);
            if (random.nextInt(4) == 0) {
                stream.flush(now);
            }
            viewer.path.onRtcp(b, 0, noise(random, b, writer), now);
            if (viewer.path.nextDeadlineNs() <= now) {
                viewer.path.onDeadline(now);
            }
            if (random.nextInt(500) == 0) {
                viewer.path.selectLayer(MediaKind.VIDEO, random.nextInt(4) - 1, now);
                viewer.path.pause(MediaKind.VIDEO, random.nextInt(4) == 0, now);
            }
        }
        assertThat(viewer.video).hasSizeGreaterThan(1000);
        assertThat(viewer.audio).hasSizeGreaterThan(5000);
        assertThat(viewer.drops.get(DropReason.RTCP_MALFORMED)).isPositive();
        assertThat(viewer.path.stats()).hasSize(2);
    }

    /**
     * A viewer who lies in its feedback: it may spoil its own picture, but gets neither more than a path sends anyway nor
     * more turns of the loop than timers are for.
     */
    @Test
    void survivesFeedbackThatLies() {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            DropCounters drops = new DropCounters();
            SendSideEstimator estimator = new SendSideEstimator(true, drops);
            Stream stream = new Stream("s", (kind, layer, now) -> {}, drops);
            stream.publish(1, Samples.publishedAudio(5), Samples.publishedVideo("l", "h"), 0);
            List<PlayedMedia> media = List.of(Samples.playedAudio(), Samples.playedVideo());
            TestViewer viewer = new TestViewer(media, false, estimator);
            stream.subscribe(viewer.path, 0);
            viewer.path.start(0);
            Encoder[] encoders = {
                new Encoder(0, "l", Codec.H264, 100, 1, 1), new Encoder(1, "h", Codec.H264, 101, 60_000, 1)
            };
            byte[] b = new byte[2048];
            NackWriter nacks = new NackWriter();
            TransportFeedbackWriter feedback = new TransportFeedbackWriter();
            int deadlines = 0;
            long offered = 0;
            for (int i = 0; i < 20_000; i++) {
                long now = i * MS;
                for (byte[] packet : encoders[i % 2].frame(i % 600 < 2, 2, 180)) {
                    offered += packet.length;
                    stream.feed(MediaKind.VIDEO).onPacket(i % 2, packet, 0, packet.length, now);
                }
                stream.flush(now);
                int length = random.nextInt(4) == 0 ? noise(random, b, nacks) : lie(random, feedback, b, i);
                viewer.path.onRtcp(b, 0, length, now);
                for (int turn = 0; turn < 3 && viewer.path.nextDeadlineNs() <= now; turn++) {
                    viewer.path.onDeadline(now);
                    deadlines++;
                }
                assertThat(estimator.estimateBps()).isBetween(1L, 10_000_000_000L);
            }
            long sent = bytes(viewer.video) + bytes(viewer.rtx);
            assertThat(bytes(viewer.video)).isPositive();
            assertThat(sent).isLessThan(3 * offered + 20 * 2_000_000 / 8);
            assertThat(deadlines).isLessThan(20_000);
            assertThat(viewer.path.viewerStats().estimateBps()).isPositive();
        }
    }

    private static long bytes(List<TestViewer.Got> packets) {
        return packets.stream().mapToLong(p -> p.whole().length).sum();
    }

    /** Well-formed feedback on packets sent, never sent or sent long ago, with times that cannot be. */
    private static int lie(Random random, TransportFeedbackWriter feedback, byte[] b, int i) {
        int base = random.nextInt(3) == 0 ? random.nextInt(65536) : (2 * i - random.nextInt(200)) & 0xffff;
        feedback.begin(b, 0, 400, 1, Samples.VIEWER_VIDEO_SSRC, base, i & 0xff);
        long arrivalNs = random.nextBoolean() ? i * MS : random.nextLong(1L << 40);
        for (int k = 0; k < random.nextInt(60); k++) {
            arrivalNs = Math.max(0, arrivalNs + random.nextInt(20) * MS - 5 * MS);
            if (random.nextInt(5) > 0 && !feedback.add((base + k) & 0xffff, arrivalNs)) {
                break;
            }
        }
        int length = feedback.finish();
        if (length > 20 && random.nextInt(4) == 0) {
            b[4 + random.nextInt(length - 4)] = (byte) random.nextInt();
        }
        return length;
    }

    private static int noise(Random random, byte[] b, NackWriter writer) {
        if (random.nextInt(3) == 0) {
            writer.begin(b, 0, 400, 1, random.nextBoolean() ? Samples.VIEWER_VIDEO_SSRC : Samples.VIEWER_AUDIO_SSRC);
            int first = random.nextInt(65536);
            for (int k = 0; k < 40; k++) {
                writer.add((first + random.nextInt(20)) & 0xffff);
            }
            return writer.finish();
        }
        int length = random.nextInt(40) * 4;
        for (int k = 0; k < length; k++) {
            b[k] = (byte) random.nextInt();
        }
        if (length >= 4 && random.nextBoolean()) {
            b[0] = (byte) (0x80 | random.nextInt(32));
            b[1] = (byte) (200 + random.nextInt(7));
            b[2] = 0;
            b[3] = (byte) (length / 4 - 1);
        }
        return length;
    }

    @Test
    void sequencerFindsOnlyWhatItHolds() {
        Sequencer sequencer = new Sequencer(128);
        assertThat(sequencer.find(5)).isEqualTo(-1);
        for (long s = 65_500; s < 66_000; s++) {
            if (s % 7 != 0) {
                sequencer.put(s, 1, 3, s + 10, (int) s, 0, 0);
            }
        }
        for (long s = 65_500; s < 66_000; s++) {
            int at = sequencer.find((int) s & 0xffff);
            if (s % 7 == 0 || s < 66_000 - 128) {
                assertThat(at).isEqualTo(-1);
            } else {
                assertThat(sequencer.inSequence(at)).isEqualTo((int) (s + 10) & 0xffff);
                assertThat(sequencer.layer(at)).isEqualTo(1);
            }
        }
    }

    @Test
    void cacheGrowsOnlyWhileYoung() {
        PacketCache cache = new PacketCache(1024);
        byte[] packet = new byte[100];
        for (int i = 0; i < 1000; i++) {
            cache.put(i, packet, 0, 100, 0, i * 20L * MS); // audio: 50 a second
        }
        assertThat(cache.slots()).isEqualTo(64);
        for (int i = 1000; i < 5000; i++) {
            cache.put(i, packet, 0, 100, 0, 20_000 * MS + i * MS);
        }
        assertThat(cache.slots()).isEqualTo(1024);
        assertThat(cache.slot(4999)).isNotNegative();
        assertThat(cache.slot(4999 - 1023)).isNotNegative();
        assertThat(cache.slot(4999 - 1024)).isEqualTo(-1);
        assertThat(List.of(cache.put(10, packet, 0, 100, 0, 0))).containsExactly(-1);
    }
}
