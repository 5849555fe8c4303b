package dev.millrace.perf.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine that a result comes from: figures of unlike ones are not compared.
 *
 * @param cpu the model's name
 * @param cpus that this process may use
 * @param memoryBytes of the machine, or of its control group
 * @param kernel name, release and processor type
 * @param jdk of the harness
 * @param jvmFlags of the harness
 * @param loadAverage of the last minute before the run, -1 = unknown; who wants good figures wants it near 0
 * @param udpReceiveBufferBytes most a socket may have (net.core.rmem_max), 0 = unknown
 */
record Machine(
        String cpu,
        int cpus,
        long memoryBytes,
        String kernel,
        String jdk,
        List<String> jvmFlags,
        double loadAverage,
        long udpReceiveBufferBytes) {

    static Machine here() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        long memory = system instanceof com.sun.management.OperatingSystemMXBean here ? here.getTotalMemorySize() : 0;
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                memory,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.version().toString(),
                flags(),
                Math.round(system.getSystemLoadAverage() * 100) / 100.0,
                firstLine("/proc/sys/net/core/rmem_max").map(Long::parseLong).orElse(0L));
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Those that say how the JVM works; where its files are is nobody's business. */
    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-X") && !flag.contains("/"))
                .toList();
    }

    private static Optional<String> firstLine(String file) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** File descriptors this process may have open; {@link Long#MAX_VALUE} where nobody says. */
    static long descriptors() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line ->
                            line.substring("Max open files".length()).strip().split("\\s+", 2)[0])
                    .filter(soft -> !soft.equals("unlimited"))
                    .map(Long::parseLong)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
