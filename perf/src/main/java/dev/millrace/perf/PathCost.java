package dev.millrace.perf;

import com.sun.management.ThreadMXBean;
import dev.millrace.media.net.DatagramHandler;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.NetworkConfig;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import dev.millrace.media.srtp.SrtpCrypto;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CPU nanoseconds per forwarded packet of a 2.5 Mb/s stream: the real path from the publisher's encrypted packet to the
 * socket, beside a C program that does the least there is to do (perf/src/main/native/forward.c), in turns in one run.
 *
 * <p>Arguments: the compiled C program, the network of a device that drops in its driver (such as {@code 10.9}; see
 * perf/path-cost.sh, which makes both), viewers, rounds, and a word: only ours whose cryptography's name has it are measured
 * (all). The least of all rounds counts, the median stands beside it. Read the ratios.
 */
public final class PathCost {
    private static final Logger LOG = LoggerFactory.getLogger(PathCost.class);

    /** A picture at once, as most encoders send it; four packets, about what a browser's pacer lets go at once; one. */
    private static final int[] BATCHES = {10, 4, 1};

    private static final int PACKETS_PER_ROUND = 120;
    private static final int WARM_UP_ROUNDS = 12;

    private PathCost() {}

    /** Something that forwards so many batches and says what a packet cost. */
    private interface Contender {
        String name();

        double round(int batch, int rounds) throws IOException;

        String note();
    }

    public static void main(String[] arguments) throws IOException {
        int viewers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 15;
        String crypto = arguments.length > 4 ? arguments[4] : "";
        List<NetworkPath> paths = paths(arguments[1], viewers);
        NetworkConfig config = NetworkConfig.loopback().withTcp(false);
        try (MediaNetwork network = MediaNetwork.open(config, loop -> new Nothing())) {
            List<Contender> all = new ArrayList<>();
            for (String library : arguments[0].equals("-") ? List.<String>of() : List.of("ipsec", "openssl")) {
                addProgram(all, arguments[0], library, arguments[1], viewers);
            }
            EventLoop loop = network.loops().getFirst();
            for (SrtpCrypto each : SrtpCrypto.available()) {
                if (each.description().toLowerCase(Locale.ROOT).contains(crypto)) {
                    all.add(new Path(each, loop, paths));
                }
            }
            for (int batch : BATCHES) {
                table(all, batch, rounds, measure(all, batch, rounds));
            }
        }
    }

    private static void addProgram(List<Contender> to, String program, String crypto, String network, int viewers)
            throws IOException {
        Program made = new Program(program, crypto, network, viewers);
        if (made.works()) {
            to.add(made);
        }
    }

    private static double[][] measure(List<Contender> all, int batch, int rounds) throws IOException {
        double[][] costs = new double[all.size()][rounds];
        int perRound = PACKETS_PER_ROUND / batch;
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (int i = 0; i < all.size(); i++) {
                double cost = all.get(i).round(batch, perRound);
                if (round >= 0) {
                    costs[i][round] = cost;
                }
            }
        }
        return costs;
    }

    private static void table(List<Contender> all, int batch, int rounds, double[][] costs) {
        LOG.info(
                "{} packets a batch, {} rounds; ns of CPU per forwarded packet: least, median, ratio to the first",
                batch,
                rounds);
        double best = 0;
        for (int i = 0; i < costs.length; i++) {
            Arrays.sort(costs[i]);
            best = i == 0 ? costs[0][0] : best;
            LOG.info(String.format(
                    Locale.ROOT,
                    "%-44s %7.0f %7.0f  x %.2f  %s",
                    all.get(i).name(),
                    costs[i][0],
                    costs[i][costs[i].length / 2],
                    costs[i][0] / best,
                    all.get(i).note()));
        }
    }

    private static List<NetworkPath> paths(String network, int viewers) throws IOException {
        InetAddress local = InetAddress.ofLiteral(network + ".0.1");
        List<NetworkPath> paths = new ArrayList<>();
        for (int i = 2; i < viewers + 2; i++) {
            InetAddress remote = InetAddress.ofLiteral(network + "." + i / 256 + "." + i % 256);
            paths.add(NetworkPath.udp(new InetSocketAddress(remote, 40_000 + (i - 2) % 20_000), local));
        }
        return paths;
    }

    /** The C program, which is told what to do by lines. */
    private static final class Program implements Contender {
        private final String crypto;
        private final PrintStream commands;
        private final BufferedReader answers;
        private long refused;

        Program(String program, String crypto, String network, int viewers) throws IOException {
            this.crypto = crypto;
            String payload = String.valueOf(ForwardingRig.PAYLOAD_BYTES);
            Process process = new ProcessBuilder(program, crypto, network, String.valueOf(viewers), payload)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            answers = process.inputReader(StandardCharsets.UTF_8);
        }

        boolean works() throws IOException {
            return round(1, 1) >= 0;
        }

        @Override
        public String name() {
            return "C, " + crypto;
        }

        @Override
        public double round(int batch, int rounds) throws IOException {
            commands.println(batch + " " + rounds);
            String answer = answers.readLine();
            if (answer == null) {
                return -1;
            }
            int space = answer.indexOf(' ');
            refused += Long.parseLong(answer.substring(space + 1));
            return Double.parseDouble(answer.substring(0, space));
        }

        @Override
        public String note() {
            return refused == 0 ? "" : refused + " refused";
        }
    }

    /** Our own, on a loop's thread. */
    private static final class Path implements Contender {
        private final String name;
        private final EventLoop loop;
        private final ForwardingRig rig;
        private double garbage;

        Path(SrtpCrypto crypto, EventLoop loop, List<NetworkPath> paths) {
            this.name = "Millrace, " + crypto.description().replaceFirst(" \\d+ \\w+ \\d{4}$", "");
            this.loop = loop;
            ForwardingRig.Setup setup = new ForwardingRig.Setup(paths.size(), crypto);
            this.rig = CompletableFuture.supplyAsync(() -> new ForwardingRig(setup, loop.sink(), paths), loop)
                    .join();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public double round(int batch, int rounds) {
            List<byte[]> packets = rig.produce(batch * rounds);
            return CompletableFuture.supplyAsync(() -> forward(packets, batch), loop)
                    .join();
        }

        private double forward(List<byte[]> packets, int batch) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = rig.forwarded();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long startNs = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < packets.size(); i += batch) {
                rig.receive(packets, i, batch);
            }
            long cpuNs = threads.getCurrentThreadCpuTime() - startNs;
            double forwarded = rig.forwarded() - before;
            garbage = (threads.getCurrentThreadAllocatedBytes() - bytes) / forwarded;
            return cpuNs / forwarded;
        }

        @Override
        public String note() {
            long dropped = loop.drops().total();
            return String.format(Locale.ROOT, "%.0f B of garbage", garbage)
                    + (dropped == 0 ? "" : ", dropped " + dropped);
        }
    }

    private static final class Nothing implements DatagramHandler {
        @Override
        public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {}

        @Override
        public void onBatchEnd(long nowNs) {}
    }
}
