package dev.millrace.media.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.router.Encoder;
import dev.millrace.media.router.Samples;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.Goodbye;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.ReceiverEstimate;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Binding of sources, named drops, and what bad input does. */
class ReceivePathTest implements MediaListener {
    private static final long MS = 1_000_000L;

    private final DropCounters drops = new DropCounters();
    private final List<String> bound = new ArrayList<>();
    private final List<Integer> sequences = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final List<Long> reports = new ArrayList<>();
    private final RtcpReader reader = new RtcpReader();
    private final ReceiverEstimate estimate = new ReceiverEstimate();
    private int plis;
    private long estimateBps;

    private ReceivePath path(PublishedMedia... media) {
        return new ReceivePath(
                new ReceiveConfig(List.of(media), 1, "c", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS),
                this::rtcp,
                this,
                drops);
    }

    private void rtcp(byte[] b, int off, int len) {
        assertThat(reader.wrap(b, off, len)).isTrue();
        while (reader.next()) {
            plis += PictureLoss.is(reader) ? 1 : 0;
            estimateBps = estimate.wrap(reader) ? estimate.bitrateBps() : estimateBps;
        }
    }

    private static void send(ReceivePath path, byte[] packet, long nowNs) {
        byte[] b = new byte[2048];
        System.arraycopy(packet, 0, b, 64, packet.length);
        path.onRtp(b, 64, packet.length, nowNs);
    }

    @Test
    void bindsLateByRidAndGoesOnWithoutNames() {
        ReceivePath path = path(Samples.publishedAudio(5), Samples.publishedVideo("l", "m", "h"));
        Encoder high = new Encoder(2, "h", Codec.VP8, 300, 10, 1);
        high.withNames = false;
        send(path, high.frame(true, 1, 1).getFirst(), 0);
        assertThat(bound).isEmpty();
        assertThat(drops.get(DropReason.RTP_UNKNOWN_SSRC)).isEqualTo(1);
        high.withNames = true;
        send(path, high.frame(true, 1, 1).getFirst(), MS);
        high.withNames = false;
        send(path, high.frame(false, 1, 1).getFirst(), 2 * MS);
        assertThat(bound).containsExactly("1/h/300");
        assertThat(sequences).containsExactly(11, 12);

        // The same layer from another source: it started again.
        Encoder again = new Encoder(2, "h", Codec.VP8, 301, 9000, 1);
        send(path, again.frame(true, 1, 1).getFirst(), 3 * MS);
        assertThat(bound).containsExactly("1/h/300", "1/h/301");
        send(path, high.frame(false, 1, 1).getFirst(), 4 * MS);
        assertThat(drops.get(DropReason.RTP_UNKNOWN_SSRC)).isEqualTo(2);
    }

    @Test
    void bindsDeclaredSourcesWithoutNames() {
        ReceivePath path = path(Samples.publishedAudio(5), Samples.publishedVideo());
        Encoder audio = new Encoder(0, "", Codec.OPUS, 5, 1, 1);
        audio.withNames = false;
        send(path, audio.frame(true, 1, 960).getFirst(), 0);
        Encoder video = new Encoder(0, "", Codec.H264, 6, 1, 1);
        video.withNames = false;
        send(path, video.frame(true, 1, 960).getFirst(), 0); // by its payload type, which only one section has
        assertThat(bound).containsExactly("0//5", "1//6");
    }

    @Test
    void namesDuplicatesAndOldOnes() {
        ReceivePath path = path(Samples.publishedVideo());
        Encoder video = new Encoder(0, "", Codec.H264, 6, 65_530, 1);
        byte[] first = video.frame(true, 1, 960).getFirst();
        send(path, first, 0);
        send(path, first, 0);
        for (int i = 0; i < 5000; i++) {
            send(path, video.frame(false, 1, 960).getFirst(), i * MS);
        }
        send(path, first, 5000 * MS);
        assertThat(sequences).hasSize(5001);
        assertThat(drops.get(DropReason.RTP_DUPLICATE)).isEqualTo(1);
        assertThat(drops.get(DropReason.RTP_TOO_OLD)).isEqualTo(1);

        // Two in a row from far behind: the source began anew.
        Encoder anew = new Encoder(0, "", Codec.H264, 6, 40_000, 1);
        send(path, anew.frame(true, 1, 960).getFirst(), 5001 * MS);
        assertThat(sequences).hasSize(5001);
        send(path, anew.frame(true, 1, 960).getFirst(), 5001 * MS);
        assertThat(sequences).hasSize(5002);
    }

    @Test
    void aLayerThatRestsIsRememberedByItsLastWholeSeconds() {
        ReceivePath path = path(Samples.publishedVideo());
        Encoder video = new Encoder(0, "", Codec.H264, 6, 1, 1);
        long wholeBps = 0;
        for (long ms = 0; ms < 12_000; ms++) {
            boolean flows = ms < 4_400 || ms >= 8_700;
            if (flows && ms % 10 == 0) {
                send(path, video.frame(ms == 0, 1, 960).getFirst(), ms * MS);
            }
            path.onDeadline(ms * MS);
            LayerStats stats = path.stats().isEmpty() ? null : path.stats().getFirst();
            if (stats != null && ms >= 3_000 && ms < 4_000) {
                wholeBps = stats.bitrateBps();
            } else if (stats != null && ms >= 6_500) {
                assertThat(stats.bitrateBps()).isGreaterThan(wholeBps * 9 / 10);
            }
        }
        assertThat(wholeBps).isPositive();
    }

    @Test
    void keyframeIsAskedForUntilItComes() {
        ReceivePath path = path(Samples.publishedVideo());
        Encoder video = new Encoder(0, "", Codec.H264, 6, 1, 1);
        send(path, video.frame(false, 1, 960).getFirst(), 0);
        for (int i = 0; i < 50; i++) {
            path.requestKeyframe(0, 0, i * MS);
        }
        assertThat(plis).isEqualTo(1);
        for (long ms = 50; ms < 1700; ms++) {
            path.onDeadline(ms * MS);
        }
        assertThat(plis).isEqualTo(4); // 0, 500, 1000, 1500 ms
        send(path, video.frame(true, 1, 960).getFirst(), 1700 * MS);
        path.requestKeyframe(0, 0, 1710 * MS); // too soon after the last one: waits for its turn
        assertThat(plis).isEqualTo(4);
        path.onDeadline(1800 * MS);
        assertThat(plis).isEqualTo(5);
    }

    @Test
    void byeEndsALayerAndReportsAreHandedOn() {
        ReceivePath path = path(Samples.publishedVideo());
        Encoder video = new Encoder(0, "", Codec.H264, 6, 1, 1);
        send(path, video.frame(true, 1, 960).getFirst(), 0);
        byte[] b = new byte[200];
        int length = SenderReport.write(b, 0, 6, 99L << 32, 1234, 1, 1, 0);
        path.onRtcp(b, 0, length, MS);
        length = Goodbye.write(b, 0, 6);
        path.onRtcp(b, 0, length, 2 * MS);
        assertThat(reports).containsExactly(99L << 32);
        assertThat(gone).containsExactly("1//6");
    }

    @Test
    void estimatesGenerouslyForThoseWithoutTransportFeedback() {
        CodecFormat vp8 = new CodecFormat(96, "VP8", 90_000, 1, Map.of(), Set.of("goog-remb", "nack pli"), -1);
        ReceivePath path = path(new PublishedMedia("1", MediaKind.VIDEO, List.of(vp8), List.of(), List.of(), Map.of()));
        Encoder video = new Encoder(0, "", Codec.VP8, 6, 1, 1);
        video.withNames = false;
        for (int ms = 0; ms < 3000; ms++) {
            send(path, video.frame(ms == 0, 1, 90).getFirst(), ms * MS);
            if (path.nextDeadlineNs() <= ms * MS) {
                path.onDeadline(ms * MS);
            }
        }
        assertThat(estimateBps).isBetween(2_500_000L, 4_000_000L); // 72 B a millisecond, half as much again, and 2 Mb/s
    }

    /** Forty thousand packets of noise and of well-formed ones with flipped bytes: named drops, nothing thrown. */
    @Test
    void survivesNoise() {
        Random random = new Random(11);
        ReceivePath path = path(Samples.publishedAudio(5), Samples.publishedVideo("l", "m", "h"));
        Encoder[] encoders = {
            new Encoder(0, "l", Codec.H264, 100, 1, 1), new Encoder(1, "m", Codec.VP8, 101, 60_000, 1),
        };
        byte[] b = new byte[2048];
        for (int i = 0; i < 40_000; i++) {
            long now = i * MS / 4;
            int length;
            if (i % 2 == 0) {
                encoders[0].transport = i & 0xffff;
                byte[] packet = encoders[i / 2 % 2].frame(i % 100 == 0, 1, 300).getFirst();
                length = packet.length;
                System.arraycopy(packet, 0, b, 64, length);
                for (int k = random.nextInt(4); k > 0; k--) {
                    b[64 + random.nextInt(length)] = (byte) random.nextInt();
                }
                length -= random.nextInt(10) == 0 ? random.nextInt(length) : 0;
            } else {
                length = random.nextInt(200);
                for (int k = 0; k < length; k++) {
                    b[64 + k] = (byte) random.nextInt();
                }
                if (length > 0 && random.nextBoolean()) {
                    b[64] = (byte) (0x80 | random.nextInt(64));
                }
                if (length > 3 && random.nextBoolean()) {
                    b[65] = (byte) (200 + random.nextInt(8));
                    b[66] = 0;
                    b[67] = (byte) (length / 4 - 1);
                    length = length / 4 * 4;
                }
            }
            if (random.nextInt(3) == 0) {
                path.onRtcp(b, 64, length, now);
            } else {
                path.onRtp(b, 64, length, now);
            }
            if (path.nextDeadlineNs() <= now) {
                path.onDeadline(now);
            }
        }
        assertThat(drops.get(DropReason.RTP_MALFORMED)).isPositive();
        assertThat(drops.get(DropReason.RTCP_MALFORMED)).isPositive();
        assertThat(sequences.size()).isGreaterThan(5000);
    }

    private static String describe(TrackLayer layer) {
        return layer.mid() + "/" + layer.rid() + "/" + layer.ssrc();
    }

    @Override
    public void onLayer(TrackLayer layer, long nowNs) {
        bound.add(describe(layer));
    }

    @Override
    public void onLayerGone(TrackLayer layer, long nowNs) {
        gone.add(describe(layer));
    }

    @Override
    public void onCodec(TrackLayer layer, long nowNs) {}

    @Override
    public void onMedia(TrackLayer layer, RtpPacket packet, long nowNs) {
        sequences.add(packet.sequenceNumber());
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long nowNs) {
        reports.add(ntp);
    }
}
