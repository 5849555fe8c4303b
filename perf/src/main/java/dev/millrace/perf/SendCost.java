package dev.millrace.perf;

import dev.millrace.media.net.DatagramHandler;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.NativeMode;
import dev.millrace.media.net.NetworkConfig;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CPU nanoseconds and bytes of garbage per sent datagram of 1,100 bytes, by kind of socket and datagrams per viewer.
 *
 * <p>Arguments: the network's first three numbers, such as {@code 10.9.0}, of a device that drops in its driver (ifb);
 * interleaved rounds, the minimum counts. Read the ratios.
 */
public final class SendCost {
    private static final Logger LOG = LoggerFactory.getLogger(SendCost.class);
    private static final int PACKET_BYTES = 1_100;
    private static final int VIEWERS = 200;
    private static final int PACKETS_PER_ROUND = 60_000;
    private static final int ROUNDS = 15;
    private static final int[] BURSTS = {1, 4, 10};

    private SendCost() {}

    /** CPU time and garbage of one round on a loop's thread. */
    private record Cost(double cpuNs, double garbageBytes) {}

    public static void main(String[] arguments) throws IOException {
        List<NetworkPath> viewers = viewers(arguments.length > 0 ? arguments[0] : "10.9.0");
        DatagramHandler nothing = new DatagramHandler() {
            @Override
            public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {}

            @Override
            public void onBatchEnd(long nowNs) {}
        };
        NetworkConfig config = NetworkConfig.loopback().withTcp(false);
        try (MediaNetwork ffm = MediaNetwork.open(config.withNativeMode(NativeMode.FFM), loop -> nothing);
                MediaNetwork nio = MediaNetwork.open(config.withNativeMode(NativeMode.NIO), loop -> nothing)) {
            for (int burst : BURSTS) {
                Cost best = measure(ffm, viewers, burst);
                Cost bestNio = measure(nio, viewers, burst);
                for (int round = 0; round < ROUNDS; round++) {
                    best = smaller(best, measure(ffm, viewers, burst));
                    bestNio = smaller(bestNio, measure(nio, viewers, burst));
                }
                report("FFM", burst, best, ffm);
                report("NIO", burst, bestNio, nio);
            }
        }
    }

    private static void report(String kind, int burst, Cost cost, MediaNetwork network) {
        LOG.info(String.format(
                Locale.ROOT,
                "%s, %2d a viewer: %5.0f ns CPU, %5.1f bytes of garbage a datagram; dropped so far %d",
                kind,
                burst,
                cost.cpuNs(),
                cost.garbageBytes(),
                network.loops().getFirst().drops().total()));
    }

    private static Cost smaller(Cost before, Cost now) {
        return now.cpuNs() < before.cpuNs() ? now : before;
    }

    private static List<NetworkPath> viewers(String network) throws IOException {
        List<NetworkPath> viewers = new ArrayList<>();
        InetAddress local = InetAddress.ofLiteral(network + ".1");
        for (int i = 0; i < VIEWERS; i++) {
            InetAddress remote = InetAddress.ofLiteral(network + "." + (2 + i));
            viewers.add(NetworkPath.udp(new InetSocketAddress(remote, 40_000 + i), local));
        }
        return viewers;
    }

    private static Cost measure(MediaNetwork network, List<NetworkPath> viewers, int burst) {
        EventLoop loop = network.loops().getFirst();
        return CompletableFuture.supplyAsync(() -> round(loop, viewers, burst), loop)
                .join();
    }

    private static Cost round(EventLoop loop, List<NetworkPath> viewers, int burst) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] packet = new byte[PACKET_BYTES];
        long garbage = threads.getCurrentThreadAllocatedBytes();
        long startNs = threads.getCurrentThreadCpuTime();
        int sent = 0;
        while (sent < PACKETS_PER_ROUND) {
            for (int viewer = 0; viewer < viewers.size(); viewer++) {
                for (int i = 0; i < burst; i++) {
                    loop.sink().send(viewers.get(viewer), packet, 0, packet.length);
                }
            }
            sent += viewers.size() * burst;
        }
        long cpuNs = threads.getCurrentThreadCpuTime() - startNs;
        garbage = threads.getCurrentThreadAllocatedBytes() - garbage;
        return new Cost((double) cpuNs / sent, (double) garbage / sent);
    }
}
