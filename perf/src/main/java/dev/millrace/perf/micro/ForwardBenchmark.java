package dev.millrace.perf.micro;

import dev.millrace.media.net.DatagramSink;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.perf.ForwardingRig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Router, layer choice, rewriting, cache, reports and pacer for a hundred viewers, without encryption and sockets, and the
 * publisher's decryption and receive path once; one operation is one packet forwarded to one viewer. No viewer has
 * an estimator; what that costs is EstimatorCost's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForwardBenchmark implements DatagramSink {
    private static final int VIEWERS = 100;
    private static final int BATCH = 10;

    private List<byte[]> packets = List.of();
    private @Nullable ForwardingRig rig;
    private int next;

    /** What left; read so that nothing is optimised away. */
    public long bytes;

    @Setup
    public void setUp() throws UnknownHostException {
        List<NetworkPath> paths = new ArrayList<>();
        InetAddress address = InetAddress.ofLiteral("10.9.0.2");
        for (int i = 0; i < VIEWERS; i++) {
            paths.add(NetworkPath.udp(new InetSocketAddress(address, 1_000 + i), address));
        }
        ForwardingRig made = new ForwardingRig(new ForwardingRig.Setup(VIEWERS, null), this, paths);
        rig = made;
        packets = made.produce(BATCH * 100);
        forward();
        if (bytes == 0) {
            throw new IllegalStateException("nothing was forwarded");
        }
    }

    @Benchmark
    @OperationsPerInvocation(VIEWERS * BATCH)
    public long forward() {
        ForwardingRig with = rig;
        if (with == null) {
            throw new IllegalStateException("not set up");
        }
        if (next == packets.size()) {
            packets = with.produce(packets.size());
            next = 0;
        }
        with.receive(packets, next, BATCH);
        next += BATCH;
        return bytes;
    }

    @Override
    public void send(NetworkPath to, byte[] buffer, int offset, int length) {
        bytes += length;
    }
}
