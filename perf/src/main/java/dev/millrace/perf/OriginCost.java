package dev.millrace.perf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CPU time per request of HTTP servers on this machine, whichever they are: players that keep their connections ask for
 * the same few objects, and what the server's threads used is read from /proc. Servers take turns, many short ones, so
 * that what disturbs one disturbs all; told is the least and the median of each.
 *
 * <p>Arguments: connections to each, seconds a turn, turns of each (as many again come before, for connections and
 * compilers), how long to wait between the requests of a connection in milliseconds (all of them at the same moments; 0
 * for none), then for each server {@code name=port,process,path,…} with paths that are asked for in turn. The process of
 * nginx is its worker's. A path that is held back paces by itself.
 */
public final class OriginCost {
    private static final Logger LOG = LoggerFactory.getLogger(OriginCost.class);

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int NOBODY = -1;

    private final List<Target> targets;
    private final long paceMs;
    private volatile int turn = NOBODY;

    /** A server, what is asked of it, and what it took of it so far. */
    private static final class Target {
        final String name;
        final int port;
        final Path threads;
        final List<byte[]> requests;
        final AtomicLong answered = new AtomicLong();
        final List<Double> microseconds = new ArrayList<>();

        Target(String text) {
            int is = text.indexOf('=');
            List<String> parts = List.of(text.substring(is + 1).split(",", -1));
            name = text.substring(0, is);
            port = Integer.parseInt(parts.get(0));
            threads = Path.of("/proc", parts.get(1), "task");
            requests = parts.subList(2, parts.size()).stream()
                    .map(OriginCost::request)
                    .toList();
        }
    }

    private OriginCost(List<Target> targets, long paceMs) {
        this.targets = targets;
        this.paceMs = paceMs;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> given = List.of(arguments);
        int connections = Integer.parseInt(given.get(0));
        long turnMs = (long) (Double.parseDouble(given.get(1)) * 1000);
        int turns = Integer.parseInt(given.get(2));
        List<Target> targets =
                given.subList(4, given.size()).stream().map(Target::new).toList();
        OriginCost cost = new OriginCost(targets, Long.parseLong(given.get(3)));
        for (int i = 0; i < targets.size(); i++) {
            int of = i;
            for (int c = 0; c < connections; c++) {
                int first = c;
                Thread.ofPlatform().daemon().start(() -> cost.play(of, first));
            }
        }
        for (int i = 0; i < 2 * turns; i++) {
            for (int of = 0; of < targets.size(); of++) {
                cost.turn(of, turnMs, i >= turns);
            }
        }
        targets.forEach(OriginCost::tell);
    }

    private void turn(int of, long turnMs, boolean counts) throws IOException, InterruptedException {
        Target target = targets.get(of);
        give(of);
        Thread.sleep(turnMs / 4); // those who wait wake
        long answered = target.answered.get();
        Map<Path, Long> before = cpuNs(target.threads);
        Thread.sleep(turnMs);
        long usedNs = 0;
        for (Map.Entry<Path, Long> each : cpuNs(target.threads).entrySet()) {
            usedNs += each.getValue() - before.getOrDefault(each.getKey(), 0L);
        }
        long count = target.answered.get() - answered;
        if (counts && count > 0) {
            target.microseconds.add(usedNs / 1e3 / count);
        }
        give(NOBODY);
    }

    private synchronized void give(int of) {
        turn = of;
        notifyAll();
    }

    private synchronized void await(int mine) throws InterruptedException {
        while (turn != mine) {
            wait();
        }
    }

    private static void tell(Target target) {
        if (target.microseconds.isEmpty()) {
            LOG.error("{} answered nothing", target.name);
            return;
        }
        List<Double> sorted = target.microseconds.stream().sorted().toList();
        double least = sorted.getFirst();
        double median = sorted.get(sorted.size() / 2);
        LOG.info(String.format(
                Locale.ROOT,
                "%-12s %6.1f us of CPU a request at least, %6.1f in the median of %d turns: %,.0f and %,.0f requests per CPU second",
                target.name,
                least,
                median,
                sorted.size(),
                1e6 / least,
                1e6 / median));
    }

    /** What each thread used so far: the first number of its schedstat. */
    private static Map<Path, Long> cpuNs(Path threads) throws IOException {
        Map<Path, Long> used = new HashMap<>();
        try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : all.toList()) {
                try {
                    String stat = Files.readString(thread.resolve("schedstat"));
                    used.put(thread, Long.parseLong(stat.substring(0, stat.indexOf(' '))));
                } catch (NoSuchFileException e) {
                    LOG.debug("{} ended", thread);
                }
            }
        }
        return used;
    }

    private void play(int of, int first) {
        Target target = targets.get(of);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), target.port)) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int i = first; ; i++) {
                if (turn != of) {
                    await(of);
                }
                if (paceMs > 0) {
                    Thread.sleep(paceMs - System.currentTimeMillis() % paceMs);
                }
                socket.getOutputStream().write(target.requests.get(i % target.requests.size()));
                readAnswer(in, buffer);
                target.answered.incrementAndGet();
            }
        } catch (IOException e) {
            LOG.error("a connection to {} ended: {}", target.name, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As a browser writes it. */
    private static byte[] request(String path) {
        String fields = String.join(
                "\r\n",
                "GET " + path + " HTTP/1.1",
                "Host: localhost",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0",
                "Accept: */*",
                "Accept-Encoding: gzip, deflate, br",
                "Origin: http://example.org",
                "\r\n");
        return fields.getBytes(StandardCharsets.US_ASCII);
    }

    private static void readAnswer(InputStream in, byte[] buffer) throws IOException {
        int have = 0;
        int end = -1;
        while (end < 0) {
            have += read(in, buffer, have, buffer.length - have);
            String head = new String(buffer, 0, have, StandardCharsets.ISO_8859_1);
            int blank = head.indexOf("\r\n\r\n");
            end = blank < 0 ? -1 : blank + 4;
        }
        long left = length(new String(buffer, 0, end, StandardCharsets.ISO_8859_1)) - (have - end);
        while (left > 0) {
            left -= read(in, buffer, 0, (int) Math.min(buffer.length, left));
        }
    }

    private static int read(InputStream in, byte[] buffer, int from, int most) throws IOException {
        int read = in.read(buffer, from, most);
        if (read <= 0) {
            throw new EOFException("the server hung up, or its head is too long");
        }
        return read;
    }

    private static long length(String head) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\r\ncontent-length:");
        if (!lower.startsWith("http/1.1 200") || at < 0) {
            throw new IOException(
                    "not a 200 with a length: " + head.lines().findFirst().orElse(""));
        }
        int from = at + "\r\ncontent-length:".length();
        return Long.parseLong(lower.substring(from, lower.indexOf('\r', from)).strip());
    }
}
