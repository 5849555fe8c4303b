package dev.millrace.perf.micro;

import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import dev.millrace.media.net.PathTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
import org.openjdk.jmh.infra.Blackhole;

/** Finding the peer of a datagram by its path, among a thousand; one operation is one datagram. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DemuxBenchmark {
    private static final int PEERS = 1_000;

    private final PathTable<Integer> table = new PathTable<>();
    private final PathKey[] keys = new PathKey[PEERS];
    private int next;

    @Setup
    public void setUp() throws UnknownHostException {
        InetAddress local = InetAddress.ofLiteral("10.9.0.1");
        for (int i = 0; i < PEERS; i++) {
            InetAddress remote = InetAddress.ofLiteral("10." + i % 200 + "." + i / 200 + ".7");
            NetworkPath path = NetworkPath.udp(new InetSocketAddress(remote, 20_000 + i), local);
            table.put(path, i);
            keys[i] = new PathKey().set(path);
        }
    }

    @Benchmark
    public void known(Blackhole out) {
        next = (next + 7) % PEERS;
        out.consume(table.get(keys[next]));
    }
}
