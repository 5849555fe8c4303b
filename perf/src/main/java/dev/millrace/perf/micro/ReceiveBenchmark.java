package dev.millrace.perf.micro;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A publisher's decrypted packets through its receive path, feedback and reports included; one operation is one packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReceiveBenchmark implements MediaListener {
    private static final long PACKET_NS = 3_333_333L;
    private static final int PAYLOAD_BYTES = 1_041;

    private final DropCounters drops = new DropCounters();
    private final ReceivePath path = new ReceivePath(
            new ReceiveConfig(List.of(published()), 1, "bench", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS),
            (b, off, len) -> this.sent += len,
            this,
            drops);
    private final byte[] in = new byte[2_048];
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final RtpWriter writer = new RtpWriter();
    private long nowNs = 1_000_000_000L;
    private int sequence;

    /** What came through and went back; read so that nothing is optimised away. */
    public long sent;

    private static PublishedMedia published() {
        Map<String, String> fmtp = Map.of("profile-level-id", "42e01f", "packetization-mode", "1");
        CodecFormat h264 =
                new CodecFormat(102, "H264", 90_000, 1, fmtp, Set.of("nack", "nack pli", "transport-cc"), 103);
        return new PublishedMedia(
                "1",
                MediaKind.VIDEO,
                List.of(h264),
                List.of(),
                List.of(),
                Map.of(HeaderExtension.MID.uri(), 4, HeaderExtension.TRANSPORT_WIDE_CC.uri(), 3));
    }

    @Setup
    public void setUp() {
        payload[0] = 0x41;
        onRtp();
        if (sent == 0) {
            throw new IllegalStateException("nothing came through");
        }
    }

    @Benchmark
    public long onRtp() {
        nowNs += PACKET_NS;
        writer.begin(in, 64, 102, sequence & 0xffff, sequence / 10 * 3_000, 77).marker(sequence % 10 == 9);
        int length = writer.extension16(3, sequence++ & 0xffff)
                .extension8(4, '1')
                .payload(payload, 0, PAYLOAD_BYTES)
                .finish();
        path.onRtp(in, 64, length, nowNs);
        if (path.nextDeadlineNs() <= nowNs) {
            path.onDeadline(nowNs);
        }
        return sent;
    }

    @Override
    public void onLayer(TrackLayer layer, long now) {}

    @Override
    public void onLayerGone(TrackLayer layer, long now) {}

    @Override
    public void onCodec(TrackLayer layer, long now) {}

    @Override
    public void onMedia(TrackLayer layer, RtpPacket packet, long now) {
        sent += packet.length();
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long now) {}
}
