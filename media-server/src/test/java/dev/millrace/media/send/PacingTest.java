package dev.millrace.media.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.router.Encoder;
import dev.millrace.media.router.Samples;
import dev.millrace.media.router.Stream;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When packets leave towards a viewer whose connection is known, in virtual time. */
class PacingTest {
    private static final long MS = 1_000_000L;
    private static final int PAYLOAD_BYTES = 1100;

    /** One packet as it left. */
    private record Sent(long ns, int ssrc, int sequence, int timestamp, int bytes, int original) {}

    /** Knows what it is told to know. */
    private static final class Oracle implements BandwidthEstimator {
        long estimateBps = 2_000_000;
        int probe;
        long probeBps;
        int probeBytesLeft;
        int probeBytes;
        int probePackets;
        int lastTransport = -1;
        long firstProbeNs = -1;
        long lastProbeNs;

        void probe(int id, long bps, int bytes) {
            probe = id;
            probeBps = bps;
            probeBytesLeft = bytes;
        }

        @Override
        public void onPacketSent(int transport, int bytes, int ofProbe, long nowNs) {
            assertThat(transport).as("numbers of all streams in one row").isEqualTo((lastTransport + 1) & 0xffff);
            lastTransport = transport;
            if (ofProbe != 0) {
                assertThat(ofProbe).isEqualTo(probe);
                firstProbeNs = firstProbeNs < 0 ? nowNs : firstProbeNs;
                lastProbeNs = nowNs;
                probeBytes += bytes;
                probePackets++;
                probeBytesLeft -= bytes;
                probe = probeBytesLeft <= 0 ? 0 : probe;
            }
        }

        @Override
        public long estimateBps() {
            return estimateBps;
        }

        @Override
        public int probe() {
            return probe;
        }

        @Override
        public long probeBps() {
            return probeBps;
        }

        @Override
        public int probeBytesLeft() {
            return Math.max(0, probeBytesLeft);
        }
    }

    private static final class Player implements SendOutput, SendListener {
        final List<Sent> video = new ArrayList<>();
        final List<Sent> audio = new ArrayList<>();
        final List<Sent> rtx = new ArrayList<>();
        final List<Sent> all = new ArrayList<>();
        long nowNs;

        @Override
        public void rtp(byte[] b, int off, int len) {
            RtpPacket p = new RtpPacket();
            assertThat(p.wrap(b, off, len)).isTrue();
            boolean again = p.ssrc() == Samples.VIEWER_RTX_SSRC && p.payloadLength() >= 2;
            int original = again ? ((b[p.payloadOffset()] & 0xff) << 8) | (b[p.payloadOffset() + 1] & 0xff) : -1;
            Sent sent = new Sent(nowNs, p.ssrc(), p.sequenceNumber(), p.timestamp(), len, original);
            all.add(sent);
            (p.ssrc() == Samples.VIEWER_VIDEO_SSRC ? video : p.ssrc() == Samples.VIEWER_RTX_SSRC ? rtx : audio)
                    .add(sent);
        }

        @Override
        public void rtcp(byte[] b, int off, int len) {}

        @Override
        public void onLayer(MediaKind kind, int layer, long now) {}

        @Override
        public void onCodecUnsupported(MediaKind kind, CodecFormat published, long now) {}
    }

    private final Oracle oracle = new Oracle();
    private final Player player = new Player();
    private final DropCounters drops = new DropCounters();
    private final List<Long> keyframeRequests = new ArrayList<>();
    private final Stream stream = new Stream("s", (kind, layer, now) -> keyframeRequests.add(now), drops);
    private final Encoder video = new Encoder(0, "", Codec.H264, 42, 65_000, 0);
    private final Encoder audio = new Encoder(0, "", Codec.OPUS, 5, 0, 0);
    private final SendPath path = new SendPath(
            new SendConfig(List.of(Samples.playedAudio(), Samples.playedVideo()), "c", false),
            player,
            player,
            oracle,
            drops,
            new byte[SendPath.SCRATCH_BYTES]);
    private long nowNs = 1_000 * MS;

    private void start() {
        stream.publish(1, Samples.publishedAudio(5), Samples.publishedVideo(), nowNs);
        stream.subscribe(path, nowNs);
        path.start(nowNs);
        stream.feed(MediaKind.AUDIO).onPacket(0, audio.packet(new byte[80], false), 0, 100, nowNs);
        stream.flush(nowNs);
    }

    private void feed(MediaKind kind, byte[] packet) {
        stream.feed(kind).onPacket(0, packet, 0, packet.length, nowNs);
    }

    /** One frame of so many packets, all at once. */
    private void frame(boolean key, int packets) {
        player.nowNs = nowNs;
        video.timestamp += 3000;
        for (int i = 0; i < packets; i++) {
            byte[] payload = new byte[PAYLOAD_BYTES];
            payload[0] = (byte) (key ? (i == 0 ? 0x67 : 0x65) : 0x41);
            feed(MediaKind.VIDEO, video.packet(payload, i == packets - 1));
        }
        stream.flush(nowNs);
    }

    private void sound() {
        player.nowNs = nowNs;
        audio.timestamp += 960;
        feed(MediaKind.AUDIO, audio.packet(new byte[80], false));
        stream.flush(nowNs);
    }

    /** Time passes; deadlines are kept to the nanosecond. */
    private void pass(long ms) {
        long until = nowNs + ms * MS;
        while (path.nextDeadlineNs() <= until) {
            nowNs = Math.max(nowNs, path.nextDeadlineNs());
            player.nowNs = nowNs;
            path.onDeadline(nowNs);
        }
        nowNs = until;
    }

    private void nack(int first, int count) {
        byte[] b = new byte[1200];
        NackWriter writer = new NackWriter();
        writer.begin(b, 0, 1200, 5, Samples.VIEWER_VIDEO_SSRC);
        for (int i = 0; i < count; i++) {
            writer.add((first + i) & 0xffff);
        }
        player.nowNs = nowNs;
        path.onRtcp(b, 0, writer.finish(), nowNs);
    }

    private static void assertContiguous(List<Sent> sent) {
        for (int i = 1; i < sent.size(); i++) {
            assertThat(sent.get(i).sequence()).isEqualTo((sent.get(i - 1).sequence() + 1) & 0xffff);
            assertThat(sent.get(i).timestamp() - sent.get(i - 1).timestamp()).isNotNegative();
        }
    }

    @Test
    void spreadsAKeyframeInBuckets() {
        start();
        long begin = nowNs;
        frame(true, 40);
        pass(300);
        assertThat(player.video).hasSize(40);
        assertContiguous(player.video);
        // 46 kB at 2.4 Mb/s
        long tookMs = (player.video.getLast().ns() - begin) / MS;
        assertThat(tookMs).isBetween(135L, 160L);
        long moments = player.video.stream().map(Sent::ns).distinct().count();
        assertThat(40.0 / moments).as("packets of a bucket").isGreaterThan(1.2);
        for (int i = 0; i < 40; i++) {
            int at = i;
            long within = player.video.stream()
                    .filter(s -> Math.abs(s.ns() - player.video.get(at).ns()) < MS)
                    .count();
            assertThat(within).as("packets in a millisecond").isLessThanOrEqualTo(4);
        }
    }

    @Test
    void sendsAllElseAtOnce() {
        start();
        frame(true, 2);
        pass(100);
        for (int i = 0; i < 30; i++) {
            int before = player.video.size();
            frame(false, 12);
            assertThat(player.video).hasSize(before + 12);
            pass(33);
        }
    }

    @Test
    void pacesNothingWhileTheConnectionIsUnknown() {
        oracle.estimateBps = Long.MAX_VALUE;
        start();
        frame(true, 100);
        assertThat(player.video).hasSize(100);
    }

    @Test
    void keepsOrderBehindAKeyframeAndLetsAudioPass() {
        start();
        frame(true, 60);
        for (int i = 0; i < 5; i++) {
            pass(10);
            int before = player.audio.size();
            sound();
            assertThat(player.audio).hasSize(before + 1);
            assertThat(player.audio.getLast().ns()).isEqualTo(nowNs);
            frame(false, 2);
        }
        assertThat(player.video).hasSizeLessThan(60);
        pass(300);
        assertThat(player.video).hasSize(70);
        assertContiguous(player.video);
    }

    @Test
    void letsNothingWaitMuchLongerThanAllowed() {
        oracle.estimateBps = 800_000;
        start();
        List<Long> came = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int packets = i % 10 == 0 ? 50 : 3;
            for (int k = 0; k < packets; k++) {
                came.add(nowNs);
            }
            frame(i % 10 == 0, packets);
            pass(33);
        }
        pass(500);
        assertThat(player.video).hasSize(came.size());
        assertContiguous(player.video);
        for (int i = 0; i < came.size(); i++) {
            assertThat(player.video.get(i).ns() - came.get(i)).isLessThanOrEqualTo(Pacer.MAX_WAIT_NS + 20 * MS);
        }
    }

    @Test
    void dropsToTheNextKeyframeWhatOverflows() {
        oracle.estimateBps = 300_000;
        start();
        frame(true, 20);
        int asked = keyframeRequests.size();
        int frames = 0;
        while (drops.get(DropReason.PACER_OVERFLOW) == 0) {
            assertThat(frames++).isLessThan(1000);
            frame(false, 60);
            pass(1);
        }
        frame(false, 5);
        assertThat(keyframeRequests).hasSize(asked + 1);
        pass(400);
        int before = player.video.size();
        frame(true, 5);
        pass(300);
        assertThat(player.video).hasSize(before + 5);
        assertContiguous(player.video);
        assertThat(path.nextDeadlineNs()).isGreaterThan(nowNs);
    }

    @Test
    void finishesAKeyframeLargerThanAllBounds() {
        oracle.estimateBps = 300_000;
        start();
        frame(true, 1500);
        pass(600);
        assertThat(player.video).hasSize(1500);
        assertContiguous(player.video);
    }

    @Test
    void sendsAgainBeforeWhatIsNew() {
        oracle.estimateBps = 1_000_000;
        start();
        frame(true, 10);
        pass(500);
        int first = player.video.getFirst().sequence();
        frame(true, 40);
        pass(1);
        int before = player.video.size();
        nack(first, 8);
        pass(500);
        assertThat(player.rtx).hasSize(8);
        assertThat(player.video).hasSize(50);
        long lastAgainNs = player.rtx.getLast().ns();
        assertThat(player.video.stream().skip(before).filter(s -> s.ns() < lastAgainNs))
                .isEmpty();
        assertThat(player.rtx.getLast().ns())
                .isGreaterThan(player.rtx.getFirst().ns());
    }

    @Test
    void answersNoNackForWhatWasNotSent() {
        oracle.estimateBps = 300_000;
        start();
        frame(true, 40);
        nack(player.video.getLast().sequence() + 1, 30);
        assertThat(player.rtx).isEmpty();
        pass(400);
        assertThat(player.rtx).isEmpty();
        assertThat(player.video).hasSize(40);
    }

    @Test
    void forgetsWhatWaitsWhenAnotherPublisherTakesOver() {
        oracle.estimateBps = 300_000;
        start();
        frame(true, 40);
        pass(20);
        assertThat(player.video).hasSizeLessThan(20);
        stream.publish(2, null, Samples.publishedVideo(), nowNs);
        video.ssrc = 43;
        video.sequence = 100;
        frame(true, 5);
        pass(300);
        assertContiguous(player.video);
        assertThat(drops.get(DropReason.PACER_OVERFLOW)).isPositive();
        assertThat(path.nextDeadlineNs()).isGreaterThan(nowNs);
    }

    @Test
    void sendsNothingAfterTheEnd() {
        oracle.estimateBps = 300_000;
        start();
        frame(true, 60);
        oracle.probe(1, 3_000_000, 10_000);
        path.close(nowNs);
        int before = player.all.size();
        assertThat(path.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        path.onDeadline(nowNs + 50 * MS);
        frame(true, 10);
        nack(player.video.getFirst().sequence(), 3);
        assertThat(player.all).hasSize(before);
    }

    @Test
    void reachesTheRateOfAProbeWithPaddingAlone() {
        start();
        probeAndCheck(900_000);
        probeAndCheck(3_000_000);
        probeAndCheck(12_000_000);
        assertThat(player.rtx).allMatch(s -> s.original() < 0);
    }

    @Test
    void probesWithRecentPacketsOnceThereAreSome() {
        start();
        frame(true, 10);
        pass(200);
        probeAndCheck(2_000_000);
        probeAndCheck(8_000_000);
        assertThat(player.rtx).isNotEmpty().allMatch(s -> s.original() >= 0);
        int oldest = player.video.getFirst().sequence();
        assertThat(player.rtx).allMatch(s -> ((s.original() - oldest) & 0xffff) < 10);
        assertThat(path.viewerStats()).isNotNull();
    }

    /** Rate from the first packet to the last, the last not counted: so the estimator measures it. */
    private void probeAndCheck(long bps) {
        int bytes = (int) (bps / 8 * 40 / 1000);
        oracle.firstProbeNs = -1;
        oracle.probeBytes = 0;
        oracle.probe(oracle.probePackets + 1, bps, bytes);
        sound();
        pass(200);
        assertThat(oracle.probe).isZero();
        int last = player.all.getLast().bytes();
        List<Sent> probes = player.all.stream()
                .filter(s -> s.ns() >= oracle.firstProbeNs && s.ns() <= oracle.lastProbeNs)
                .toList();
        int atLast = probes.stream()
                .filter(s -> s.ns() == oracle.lastProbeNs)
                .mapToInt(Sent::bytes)
                .sum();
        assertThat(last).isPositive();
        double measured = (oracle.probeBytes - atLast) * 8e9 / (oracle.lastProbeNs - oracle.firstProbeNs);
        assertThat(measured).isBetween(0.95 * bps, 1.05 * bps);
        assertThat(oracle.probePackets).isGreaterThanOrEqualTo(5);
    }

    @Test
    void leavesNoDeadlineBehindWhenThePublisherGoesAmidAProbe() {
        start();
        oracle.probe(1, 900_000, 100_000);
        sound();
        pass(5);
        assertThat(player.rtx).isNotEmpty();
        stream.unpublish(1, nowNs);
        int before = player.all.size();
        pass(5);
        assertThat(path.nextDeadlineNs()).isGreaterThan(nowNs + MS);
        pass(500);
        assertThat(player.all).hasSize(before);
    }

    @Test
    void probesNotBeforeSomethingIsPublished() {
        stream.subscribe(path, nowNs);
        oracle.probe(1, 900_000, 2_000);
        path.start(nowNs);
        pass(3000);
        assertThat(player.all).isEmpty();
    }
}
