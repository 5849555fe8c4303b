package dev.millrace.perf;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.router.Stream;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import dev.millrace.media.srtp.SrtpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One publisher's frame of ten packets through receive path, feed and a hundred viewers' send paths; one operation is one
 * packet forwarded to one viewer. Run with {@code -prof gc}: {@code gc.alloc.rate.norm} of {@code forward} without SRTP has
 * to be 0 B; with it, what is left is the cipher's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PacketPathBenchmark implements MediaListener {
    private static final int VIEWERS = 100;
    private static final int BATCH = 10;
    private static final int PAYLOAD_BYTES = 1100;
    private static final long FRAME_NS = 33_333_333L;
    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "transport-cc");

    /** Whether each viewer's packets are encrypted (AEAD_AES_128_GCM by jitsi-srtp). */
    @Param({"false", "true"})
    public boolean srtp;

    private final DropCounters drops = new DropCounters();
    private final byte[] in = new byte[2048];
    private final byte[] scratch = new byte[SendPath.SCRATCH_BYTES];
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final RtpWriter writer = new RtpWriter();
    private final Stream stream = new Stream("bench", (kind, layer, nowNs) -> {}, drops);
    private final List<SendPath> viewers = new ArrayList<>();
    private final ReceivePath publisher = new ReceivePath(
            new ReceiveConfig(List.of(published()), 1, "bench", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS),
            (b, off, len) -> {},
            this,
            drops);
    private long nowNs = 1_000_000_000L;
    private int sequence;
    private int transport;
    private int timestamp;

    /** What left; read by the benchmark so that nothing is optimised away. */
    public long bytes;

    private static PublishedMedia published() {
        return new PublishedMedia(
                "1",
                MediaKind.VIDEO,
                List.of(h264(102, 103)),
                List.of(),
                List.of(),
                Map.of(
                        HeaderExtension.MID.uri(), 4,
                        HeaderExtension.TRANSPORT_WIDE_CC.uri(), 3,
                        HeaderExtension.PLAYOUT_DELAY.uri(), 5));
    }

    private static CodecFormat h264(int payloadType, int rtx) {
        Map<String, String> fmtp = Map.of("profile-level-id", "42e01f", "packetization-mode", "1");
        return new CodecFormat(payloadType, "H264", 90_000, 1, fmtp, FEEDBACK, rtx);
    }

    @Setup
    public void setUp() {
        stream.publish(1, null, published(), nowNs);
        for (int i = 0; i < VIEWERS; i++) {
            PlayedMedia played = new PlayedMedia(
                    "v",
                    MediaKind.VIDEO,
                    List.of(h264(125, 126)),
                    Map.of(HeaderExtension.TRANSPORT_WIDE_CC.uri(), 5, HeaderExtension.PLAYOUT_DELAY.uri(), 6),
                    1000 + i,
                    5000 + i);
            SendPath path = new SendPath(
                    new SendConfig(List.of(played), "bench", true),
                    new Out(srtp ? SrtpSession.create(keys(i)) : null),
                    new Deaf(),
                    BandwidthEstimator.NONE,
                    drops,
                    scratch);
            viewers.add(path);
            stream.subscribe(path, nowNs);
            path.start(nowNs);
        }
        frame(true);
        if (bytes == 0) {
            throw new IllegalStateException("nothing was forwarded");
        }
    }

    private static SrtpKeys keys(int i) {
        byte[] key = new byte[16];
        byte[] salt = new byte[12];
        key[0] = (byte) i;
        return new SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, key, salt, key.clone(), salt.clone());
    }

    /** The packets' way alone. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS * BATCH)
    public long forward() {
        frame(false);
        return bytes;
    }

    /** With what happens by the clock: feedback, reports, and the snapshots of statistics, which allocate. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS * BATCH)
    public long forwardAndReport() {
        frame(false);
        deadlines();
        return bytes;
    }

    private void frame(boolean key) {
        nowNs += FRAME_NS;
        timestamp += 3000;
        for (int i = 0; i < BATCH; i++) {
            payload[0] = (byte) (key && i == 0 ? 0x67 : 0x41);
            writer.begin(in, 64, 102, sequence++ & 0xffff, timestamp, 77).marker(i == BATCH - 1);
            writer.extension16(3, transport++ & 0xffff).extension8(4, '1').extension24(5, 0);
            int length = writer.payload(payload, 0, PAYLOAD_BYTES).finish();
            publisher.onRtp(in, 64, length, nowNs);
        }
        stream.flush(nowNs);
    }

    private void deadlines() {
        if (publisher.nextDeadlineNs() <= nowNs) {
            publisher.onDeadline(nowNs);
        }
        for (int i = 0; i < VIEWERS; i++) {
            SendPath viewer = viewers.get(i);
            if (viewer.nextDeadlineNs() <= nowNs) {
                viewer.onDeadline(nowNs);
            }
        }
    }

    /** Where a viewer's packets end: encrypted or as they are. */
    private final class Out implements SendOutput {
        private final @Nullable SrtpSession session;

        Out(@Nullable SrtpSession session) {
            this.session = session;
        }

        @Override
        public void rtp(byte[] b, int off, int len) {
            SrtpSession keys = session;
            int length = keys == null ? len : keys.protectRtp(b, off, len);
            if (length < 0) {
                throw new IllegalStateException("not encrypted: " + length);
            }
            bytes += length + BigEndian.u8(b, off + length - 1);
        }

        @Override
        public void rtcp(byte[] b, int off, int len) {
            bytes += len;
        }
    }

    private static final class Deaf implements SendListener {
        @Override
        public void onLayer(MediaKind kind, int layer, long now) {}

        @Override
        public void onCodecUnsupported(MediaKind kind, CodecFormat published, long now) {
            throw new IllegalStateException("unsupported: " + published);
        }
    }

    @Override
    public void onLayer(TrackLayer layer, long now) {}

    @Override
    public void onLayerGone(TrackLayer layer, long now) {}

    @Override
    public void onCodec(TrackLayer layer, long now) {}

    @Override
    public void onMedia(TrackLayer layer, RtpPacket packet, long now) {
        stream.feed(layer.kind()).onPacket(layer.index(), packet.buffer(), packet.offset(), packet.length(), now);
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long now) {}
}
