package dev.millrace.perf.micro;

import dev.millrace.media.net.DatagramHandler;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.NativeMode;
import dev.millrace.media.net.NetworkConfig;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the sink to a loopback socket nobody reads, ten datagrams of 1,077 bytes a viewer; one operation is one datagram. The
 * kernel's part is loopback's, which is not a network card's: perf/path-cost.sh measures that.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SendBenchmark {
    private static final int VIEWERS = 100;
    private static final int BURST = 10;
    private static final int BYTES = 1_077;

    @Param({"FFM", "NIO"})
    public NativeMode mode = NativeMode.NIO;

    private final NetworkPath[] paths = new NetworkPath[VIEWERS];
    private final byte[] datagram = new byte[BYTES];
    private @Nullable MediaNetwork network;
    private @Nullable DatagramSocket unread;

    @Setup
    public void setUp() throws IOException {
        DatagramHandler nothing = new DatagramHandler() {
            @Override
            public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {}

            @Override
            public void onBatchEnd(long nowNs) {}
        };
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        MediaNetwork opened =
                MediaNetwork.open(NetworkConfig.loopback().withTcp(false).withNativeMode(mode), loop -> nothing);
        network = opened;
        DatagramSocket socket = new DatagramSocket(0);
        unread = socket;
        for (int i = 0; i < VIEWERS; i++) {
            InetAddress viewer = InetAddress.ofLiteral("127.7.0." + (i + 1));
            paths[i] = NetworkPath.udp(new InetSocketAddress(viewer, socket.getLocalPort()), loopback);
        }
    }

    @TearDown
    public void tearDown() {
        MediaNetwork opened = network;
        DatagramSocket socket = unread;
        if (socket != null) {
            socket.close();
        }
        if (opened != null) {
            opened.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(VIEWERS * BURST)
    public long send() {
        MediaNetwork opened = network;
        if (opened == null) {
            throw new IllegalStateException("not set up");
        }
        EventLoop loop = opened.loops().getFirst();
        return CompletableFuture.supplyAsync(() -> burst(loop), loop).join();
    }

    private long burst(EventLoop loop) {
        for (NetworkPath path : paths) {
            for (int i = 0; i < BURST; i++) {
                loop.sink().send(path, datagram, 0, BYTES);
            }
        }
        return loop.drops().total();
    }
}
