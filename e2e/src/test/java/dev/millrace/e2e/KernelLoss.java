package dev.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a machine too busy to run a test's own clients loses before they see it: datagrams that the kernel dropped at the
 * sockets of this process, as Linux counts them; 0 elsewhere.
 */
final class KernelLoss {
    private static final Pattern BLANKS = Pattern.compile(" +");

    /** Columns of /proc/net/udp. */
    private static final int INODE = 9;

    private static final int DROPS = 12;

    private KernelLoss() {}

    /** At the sockets that are open now. */
    static long ofThisProcess() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.exists(descriptors)) {
            return 0;
        }
        try (Stream<Path> open = Files.list(descriptors)) {
            Set<String> inodes = open.map(KernelLoss::inode).collect(Collectors.toSet());
            return at("/proc/net/udp", inodes) + at("/proc/net/udp6", inodes);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long at(String table, Set<String> inodes) throws IOException {
        Path file = Path.of(table);
        if (!Files.exists(file)) {
            return 0;
        }
        return Files.readAllLines(file).stream()
                .map(line -> BLANKS.split(line.trim(), -1))
                .filter(columns -> columns.length > DROPS && inodes.contains(columns[INODE]))
                .mapToLong(columns -> Long.parseLong(columns[DROPS]))
                .sum();
    }

    private static String inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:[") ? target.substring("socket:[".length(), target.length() - 1) : "";
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
