package dev.millrace.e2e;

import com.google.gson.Gson;
import dev.millrace.e2e.MeasuredServer.Footprint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a JVM of its own, with the launcher's options, that can be asked what it needs; see {@link MeasuredServer}. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern DROPS =
            Pattern.compile("^millrace_media_drops_total\\{[^}]*reason=\"([^\"]+)\"[^}]*} (\\S+)", Pattern.MULTILINE);

    private static final Pattern KERNEL_DROPS =
            Pattern.compile("^millrace_media_kernel_drops_total(?:\\{[^}]*})? (\\S+)", Pattern.MULTILINE);

    /**
     * An agent of ice4j that completes just as it is freed leaves a timer of 3 s that holds on to its session; a
     * collection finds its finalizer and the next its memory. The rest is a busy machine's.
     */
    private static final Duration LET_GO = Duration.ofSeconds(8);

    /** At most one of each belongs to every session; the class histogram counts live ones. */
    private static final List<String> OF_A_SESSION = List.of(
            "dev.millrace.media.peer.Peer",
            "dev.millrace.media.Viewer",
            "dev.millrace.media.ice.IceSession",
            "dev.millrace.media.dtls.DtlsSession",
            "dev.millrace.media.sctp.Association",
            "dev.millrace.media.srtp.GcmSession",
            "dev.millrace.media.srtp.JitsiSession",
            "dev.millrace.media.send.DownTrack",
            "org.ice4j.ice.HostCandidate");

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream commands;
    private final int httpPort;
    private final int mediaPort;

    private ServerProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        String[] ready = line("READY ").split(" ", -1);
        this.httpPort = Integer.parseInt(ready[0]);
        this.mediaPort = Integer.parseInt(ready[1]);
    }

    /** With these settings besides the usual ones, as {@code key=value}. */
    static ServerProcess start(String... settings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                MeasuredServer.class.getName()));
        command.addAll(List.of(settings));
        try {
            return new ServerProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rest of the next line that begins so; others are the server's log. */
    private String line(String prefix) {
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
                log(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the server ended");
    }

    @SuppressWarnings("SystemOut")
    private static void log(String line) {
        System.out.println("server: " + line);
    }

    long pid() {
        return process.pid();
    }

    /** Processor time used so far, in nanoseconds. */
    long cpuNs() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    int httpPort() {
        return httpPort;
    }

    /** Ends without a word, as by {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Footprint footprint() {
        commands.println("footprint");
        return new Gson().fromJson(line("FOOTPRINT "), Footprint.class);
    }

    /** As {@link #footprint}, with the live objects by class in a file. */
    Footprint footprint(Path histogram) {
        commands.println("histogram " + histogram);
        return new Gson().fromJson(line("FOOTPRINT "), Footprint.class);
    }

    URI whip(String stream) {
        return uri("/whip/" + stream);
    }

    URI whep(String stream) {
        return uri("/whep/" + stream);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + httpPort + path);
    }

    InetSocketAddress media() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), mediaPort);
    }

    /** Dropped packets by reason, as /metrics has them. */
    Map<String, Long> drops() {
        Map<String, Long> drops = new HashMap<>();
        Matcher matcher = DROPS.matcher(metrics());
        while (matcher.find()) {
            drops.merge(matcher.group(1), (long) Double.parseDouble(matcher.group(2)), Long::sum);
        }
        return drops;
    }

    /** Datagrams the kernel dropped because the server did not get to read them. */
    long kernelDrops() {
        Matcher matcher = KERNEL_DROPS.matcher(metrics());
        return matcher.find() ? (long) Double.parseDouble(matcher.group(1)) : 0;
    }

    private String metrics() {
        return HttpPeer.send(HttpPeer.request(uri("/metrics").toString()).GET().build())
                .body();
    }

    /** How many sessions the API lists over all streams. */
    long sessions() {
        String text = HttpPeer.send(HttpPeer.request(uri("/api/v1/streams").toString())
                        .GET()
                        .build())
                .body();
        return Pattern.compile("\"transport\"").matcher(text).results().count();
    }

    /**
     * Waits until no session is listed, then until no object of one is left; what the server needs now.
     *
     * @param how names the histogram's file
     */
    Footprint gone(String how, Duration within) {
        Await.until("no session left, " + how, within, this::sessions, left -> left == 0);
        Path file = PlaywrightDriver.moduleDirectory().resolve("target/histogram-" + how + ".txt");
        Await.until("nothing left of sessions, " + how, LET_GO, () -> left(file), Map::isEmpty);
        return footprint();
    }

    private Map<String, Long> left(Path histogram) {
        footprint(histogram);
        return MeasuredServer.live(histogram, OF_A_SESSION);
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
