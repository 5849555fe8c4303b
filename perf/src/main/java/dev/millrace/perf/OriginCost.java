package dev.millrace.perf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests per CPU second of an HTTP server on this machine, whichever it is: players that keep their connections ask for
 * the same few objects, and what the server used is read from /proc.
 *
 * <p>Arguments: the server's port, its process id (of nginx, the worker's), connections, seconds, how long to wait between
 * the requests of a connection in milliseconds (all of them at the same moments; 0 for none), and the paths, asked for in
 * turn. A path that is held back paces by itself.
 */
public final class OriginCost {
    private static final Logger LOG = LoggerFactory.getLogger(OriginCost.class);

    /** Before it counts: connections are made, and a JVM compiles. */
    private static final double WARM_UP_PART = 0.5;

    /** The unit of /proc/PID/stat on every Linux of today. */
    private static final double TICKS_PER_SECOND = 100;

    /** User and system time among the fields behind the command's name (proc(5)). */
    private static final int USER_FIELD = 11;

    private static final int SYSTEM_FIELD = 12;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final AtomicLong answered = new AtomicLong();
    private final int port;
    private final long paceMs;
    private final List<String> paths;

    private OriginCost(int port, long paceMs, List<String> paths) {
        this.port = port;
        this.paceMs = paceMs;
        this.paths = paths;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> given = List.of(arguments);
        long process = Long.parseLong(given.get(1));
        int connections = Integer.parseInt(given.get(2));
        double seconds = Double.parseDouble(given.get(3));
        OriginCost cost = new OriginCost(
                Integer.parseInt(given.get(0)), Long.parseLong(given.get(4)), given.subList(5, given.size()));
        for (int i = 0; i < connections; i++) {
            int first = i;
            Thread.ofPlatform().daemon().start(() -> cost.play(first));
        }
        Thread.sleep((long) (seconds * WARM_UP_PART * 1000));
        long before = cost.answered.get();
        double cpuBefore = cpuSeconds(process);
        Thread.sleep((long) (seconds * 1000));
        double cpu = cpuSeconds(process) - cpuBefore;
        long count = cost.answered.get() - before;
        LOG.info(String.format(
                Locale.ROOT,
                "%d requests in %.1f s (%.0f a second), %.2f CPU seconds: %.0f requests per CPU second",
                count,
                seconds,
                count / seconds,
                cpu,
                count / cpu));
    }

    private static double cpuSeconds(long process) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD])) / TICKS_PER_SECOND;
    }

    private void play(int first) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int i = first; ; i++) {
                if (paceMs > 0) {
                    Thread.sleep(paceMs - System.currentTimeMillis() % paceMs);
                }
                socket.getOutputStream().write(request(paths.get(i % paths.size())));
                readAnswer(in, buffer);
                answered.incrementAndGet();
            }
        } catch (IOException e) {
            LOG.error("a connection ended: {}", e.getMessage());
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
