package dev.millrace.perf.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks every so often into the server's processes: sessions, threads, descriptors, memory. The live heap is asked for by the
 * JDK's jcmd, which collects first. {@link #tick} is the run's thread's, the looking is done beside it.
 */
final class CensusTaker implements Side {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern COMMITTED = Pattern.compile("(?m)^Total:.*committed=(\\d+)KB");
    private static final Pattern COMMITTED_HEAP = Pattern.compile("Java Heap \\(reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern MADE = Pattern.compile("(?m)^millrace_sessions_made_total(?:\\{[^}]*})? (\\S+)");
    private static final Pattern CLOSED = Pattern.compile("(?m)^millrace_sessions_closed_total(?:\\{[^}]*})? (\\S+)");
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final int KIB = 1024;

    private final List<Long> pids;
    private final double everyS;
    private final URI metrics;
    private final IntSupplier clients;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_WITHIN)
            .build();
    private final List<Census> taken = new ArrayList<>();
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private double nextS;
    private double lastS;

    /**
     * @param everyS seconds from one look to the next
     * @param whep an address of the server, beside which its metrics are
     * @param clients of ours that are connected
     */
    CensusTaker(List<Long> pids, double everyS, URI whep, IntSupplier clients) {
        this.pids = List.copyOf(pids);
        this.everyS = everyS;
        this.metrics = whep.resolve("/metrics");
        this.clients = clients;
        this.nextS = everyS;
    }

    /** Before anybody comes; waits for it. */
    void first() {
        add(-1, 0);
    }

    @Override
    public boolean tick(double sinceRampBeganS) {
        lastS = sinceRampBeganS;
        if (sinceRampBeganS >= nextS && underWay.isDone()) {
            nextS = sinceRampBeganS + everyS;
            int connected = clients.getAsInt();
            underWay = CompletableFuture.runAsync(() -> add(sinceRampBeganS, connected));
        }
        return true;
    }

    /** All have gone; waits for it. */
    void last() {
        underWay.join();
        add(lastS, clients.getAsInt());
    }

    synchronized List<Census> taken() {
        return List.copyOf(taken);
    }

    private void add(double atS, int connected) {
        Census census = take(atS, connected);
        synchronized (this) {
            taken.add(census);
        }
    }

    private Census take(double atS, int connected) {
        long threads = 0;
        long descriptors = 0;
        long rss = 0;
        Long heap = null;
        Long others = null;
        for (long pid : pids) {
            heap = plus(heap, number(TOTAL, jcmd(pid, "GC.class_histogram"), 1));
            others = plus(others, nativeBytes(jcmd(pid, "VM.native_memory", "summary", "scale=KB")));
            threads += status(pid, "Threads:");
            descriptors += descriptors(pid);
            rss += status(pid, "VmRSS:") * KIB;
        }
        return new Census(atS, connected, sessions(), threads, descriptors, rss, heap, others);
    }

    private static @Nullable Long plus(@Nullable Long sum, @Nullable Long more) {
        return more == null ? sum : Long.valueOf((sum == null ? 0 : sum) + more);
    }

    private static @Nullable Long nativeBytes(String book) {
        Long all = number(COMMITTED, book, KIB);
        Long heap = number(COMMITTED_HEAP, book, KIB);
        return all == null || heap == null ? null : Long.valueOf(all - heap);
    }

    private static @Nullable Long number(Pattern pattern, String text, int unit) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.valueOf(Long.parseLong(found.group(1)) * unit) : null;
    }

    /** The number behind that word in /proc/PID/status, 0 when it is not there. */
    private static long status(long pid, String word) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(word)) {
                    return Long.parseLong(line.substring(word.length()).strip().split("\\s+", 2)[0]);
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }

    private static long descriptors(long pid) {
        long count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path each : open) {
                count += each.getNameCount() > 0 ? 1 : 0;
            }
        } catch (IOException | DirectoryIteratorException e) {
            return count;
        }
        return count;
    }

    /** Empty when it is no JVM, another user's, or there is no jcmd. */
    private static String jcmd(long pid, String... command) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(Long.toString(pid));
        words.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? answer : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** By Millrace's metrics: made less closed. */
    private @Nullable Long sessions() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(metrics).timeout(ANSWER_WITHIN).build();
            var answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? sessions(answer.body()) : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    static @Nullable Long sessions(String metrics) {
        if (!MADE.matcher(metrics).find()) {
            return null;
        }
        return Long.valueOf(Math.round(sum(MADE, metrics) - sum(CLOSED, metrics)));
    }

    private static double sum(Pattern counter, String metrics) {
        return counter.matcher(metrics)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }
}
