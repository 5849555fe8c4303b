package dev.millrace.perf.micro;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.FrameReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is read once of each received packet: where its frame begins and ends, and whether one may start there. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameReaderBenchmark {
    private static final int PAYLOAD_BYTES = 1_041;

    @Param({"H264", "VP8"})
    public Codec codec = Codec.H264;

    private final FrameReader reader = new FrameReader();
    private final byte[] first = new byte[PAYLOAD_BYTES];
    private final byte[] later = new byte[PAYLOAD_BYTES];
    private int packet;

    @Setup
    public void setUp() {
        if (codec == Codec.H264) {
            first[0] = 0x5c; // FU-A of a P slice
            first[1] = (byte) 0x81;
            later[0] = 0x5c;
            later[1] = 0x01;
        } else {
            first[0] = 0x10; // start of partition 0
            first[1] = 0x01;
        }
    }

    @Benchmark
    public FrameReader read() {
        int at = packet++ % 10;
        reader.read(codec, at == 0 ? first : later, 0, PAYLOAD_BYTES, packet / 10 * 3_000, at == 9, true, 0, 0);
        return reader;
    }
}
