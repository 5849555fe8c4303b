package dev.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace behind a veth pair whose way in is a bottleneck of the kernel (tbf, drop-tail): what UDP and TCP
 * share there, they share as on a real link. Needs root, {@code ip} and {@code tc}; a test skips itself aloud without.
 */
final class NetworkNamespace implements AutoCloseable {
    /** tbf wants at least one datagram of the usual MTU at a time; more would be a burst of its own. */
    private static final int BURST_BYTES = 3000;

    private static final long COMMAND_LIMIT_S = 10;

    private final String name;
    private final String link;
    private final String outside;
    private final Path launcher;
    private final List<Process> started = new ArrayList<>();

    private NetworkNamespace(String name, String link, String outside, Path launcher) {
        this.name = name;
        this.link = link;
        this.outside = outside;
        this.launcher = launcher;
    }

    /** With a way in of this rate and a queue of this length; the way out is free. */
    static NetworkNamespace behind(long rateBps, long queueMs) {
        Programs.findOrSkip("ip", "network namespaces");
        Programs.findOrSkip("tc", "a bottleneck of the kernel's");
        long pid = ProcessHandle.current().pid();
        String name = "millrace-" + pid;
        Assumptions.assumeTrue(
                run("ip", "netns", "add", name), "cannot run here: no network namespace may be made (needs root)");
        // From the range that RFC 2544 keeps for measurements; several test runs may share a machine.
        String net = "198.18." + pid % 250 + ".";
        var namespace = new NetworkNamespace(name, "mr" + pid, net + "1", launcher(name));
        boolean made = run("ip", "link", "add", namespace.link, "type", "veth", "peer", "name", "eth0", "netns", name)
                && run("ip", "address", "add", net + "1/30", "dev", namespace.link)
                && run("ip", "link", "set", namespace.link, "up")
                && namespace.runInside("ip", "address", "add", net + "2/30", "dev", "eth0")
                && namespace.runInside("ip", "link", "set", "eth0", "up")
                && namespace.runInside("ip", "link", "set", "lo", "up")
                && run(
                        "tc",
                        "qdisc",
                        "add",
                        "dev",
                        namespace.link,
                        "root",
                        "tbf",
                        "rate",
                        rateBps + "bit",
                        "burst",
                        BURST_BYTES + "b",
                        "latency",
                        queueMs + "ms");
        if (!made) {
            namespace.close();
        }
        Assumptions.assumeTrue(made, "cannot run here: no veth pair with a tbf queue");
        return namespace;
    }

    /** Starts Chromium inside: Playwright's pipe to it needs no network. */
    private static Path launcher(String name) {
        try {
            Path script = Files.createTempFile(
                    "chromium-in-namespace",
                    ".sh",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return Files.writeString(
                    script, "#!/bin/sh\nexec ip netns exec " + name + " " + Programs.find("chromium") + " \"$@\"\n");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    Path chromium() {
        return launcher;
    }

    /** This machine's address as those inside see it. */
    InetAddress outside() {
        try {
            return InetAddress.getByName(outside);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Starts a program inside; it ends with the namespace. */
    void start(String... command) {
        try {
            started.add(new ProcessBuilder(inside(command))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private boolean runInside(String... command) {
        return run(inside(command));
    }

    private String[] inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private static boolean run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean good = process.waitFor(COMMAND_LIMIT_S, TimeUnit.SECONDS) && process.exitValue() == 0;
            if (!good) {
                report(String.join(" ", command) + ": " + said.strip());
            }
            return good;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @SuppressWarnings("SystemOut")
    private static void report(String line) {
        System.out.println(line);
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        run("ip", "link", "delete", link);
        run("ip", "netns", "delete", name);
        try {
            Files.deleteIfExists(launcher);
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
