package dev.millrace.e2e;

import com.google.gson.Gson;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.log.Logs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The main class of a server process that says what it needs: memory after a collection, and threads. */
final class MeasuredServer {
    /** References that are cleared by one collection free their objects in the next. */
    private static final int COLLECTIONS = 3;

    private MeasuredServer() {}

    /**
     * What a server process needs at a moment.
     *
     * @param heapBytes live objects on the heap
     * @param directBytes direct buffers
     * @param residentBytes the whole process in physical memory, as Linux counts it; 0 elsewhere
     * @param threads names of the platform threads, virtual threads' carriers among them
     */
    record Footprint(long heapBytes, long directBytes, long residentBytes, List<String> threads) {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        Map<String, String> keys = new HashMap<>(Map.of(
                "http.port", "0", "media.port", "0", "chat.store", "memory", "limits.joins", "0", "log.level", "warn"));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            keys.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        Settings settings = Settings.of(keys);
        Logs.setUp(settings.log());
        try (Millrace server = Millrace.start(settings)) {
            out.println("READY " + server.httpPort() + " " + server.mediaPort());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                // First the collections: ice4j's agents have finalizers, so that one alone frees nothing of a session.
                Footprint footprint = footprint();
                if (line.startsWith("histogram ")) {
                    histogram(Path.of(line.substring("histogram ".length())));
                }
                out.println("FOOTPRINT " + new Gson().toJson(footprint));
            }
        }
    }

    private static Footprint footprint() throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Await.pause(100);
        }
        long direct = 0;
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            direct += pool.getMemoryUsed();
        }
        List<String> threads = new ArrayList<>();
        Thread.getAllStackTraces().keySet().forEach(thread -> threads.add(thread.getName()));
        // Carriers of virtual threads do not show among the others.
        int count = ManagementFactory.getThreadMXBean().getThreadCount();
        while (threads.size() < count) {
            threads.add("carrier");
        }
        threads.sort(null);
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Footprint(heap, direct, residentBytes(), threads);
    }

    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Live objects by class, for who looks for what is left behind. */
    private static void histogram(Path file) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(ProcessHandle.current().pid()),
                        "GC.class_histogram")
                .redirectOutput(file.toFile())
                .start();
        try {
            jcmd.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Which of these classes have live objects in a histogram, and how many. */
    static Map<String, Long> live(Path histogram, List<String> classes) {
        Map<String, Long> live = new HashMap<>();
        try (Stream<String> lines = Files.lines(histogram)) {
            lines.map(line -> line.trim().split(" +", -1))
                    .filter(words -> words.length >= 4 && classes.contains(words[3]))
                    .forEach(words -> live.put(words[3], Long.parseLong(words[1])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return live;
    }
}
