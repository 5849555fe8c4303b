package dev.millrace.media.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices once a second that the kernel dropped datagrams for want of receive buffer, and says what to raise. Own thread. */
final class KernelDrops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelDrops.class);
    private static final long LOOK_MS = 1_000;

    /** At most one warning in ten looks. */
    private static final int LOOKS_PER_WARNING = 10;

    private final LongSupplier drops;
    private final Thread thread;

    KernelDrops(LongSupplier drops) {
        this.drops = drops;
        this.thread = Thread.ofVirtual().name("media-kernel-drops").unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    private void watch() {
        long told = drops.getAsLong();
        int quietLooks = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                return;
            }
            long now = drops.getAsLong();
            if (quietLooks > 0) {
                quietLooks--;
            } else if (now > told) {
                warn(now - told);
                told = now;
                quietLooks = LOOKS_PER_WARNING;
            }
        }
    }

    private static void warn(long dropped) {
        LOG.warn(
                "the kernel dropped {} datagrams because the media socket's receive buffer was full: raise"
                        + " net.core.rmem_max (sysctl -w net.core.rmem_max=8388608) and restart, or give the server"
                        + " more processor time",
                dropped);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** The drops column of /proc/net/udp and udp6 for that port, where the socket cannot tell itself; 0 elsewhere. */
    static long ofPort(int port) {
        return ofPort(Path.of("/proc/net/udp"), port) + ofPort(Path.of("/proc/net/udp6"), port);
    }

    private static long ofPort(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        long sum = 0;
        try {
            for (String line : Files.readAllLines(table)) {
                sum += dropsIn(line, suffix);
            }
        } catch (IOException e) {
            return 0;
        }
        return sum;
    }

    private static long dropsIn(@Nullable String line, String suffix) {
        if (line == null) {
            return 0;
        }
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length < 13 || !columns[1].endsWith(suffix)) {
            return 0;
        }
        return Long.parseLong(columns[columns.length - 1]);
    }
}
