package dev.millrace.media.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies what a child process writes to its standard error into the log, so many lines a minute. */
final class WorkerLog {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerLog.class);

    /** A picture that cannot be decoded may be worth a line each. */
    private static final int MAX_LINES = 30;

    private static final long PERIOD_NS = 60_000_000_000L;
    private static final int MAX_LINE_BYTES = 400;

    private final String name;
    private final byte[] line = new byte[MAX_LINE_BYTES];
    private int length;
    private long periodNs = System.nanoTime();
    private int lines;

    private WorkerLog(String name) {
        this.name = name;
    }

    /** Reads to the end, on a thread of its own. */
    static void follow(String name, InputStream from) {
        Thread.ofVirtual().name(name + " log").start(() -> new WorkerLog(name).copy(from));
    }

    private void copy(InputStream from) {
        byte[] block = new byte[4096];
        try (from) {
            for (int read = from.read(block); read >= 0; read = from.read(block)) {
                for (int i = 0; i < read; i++) {
                    add(block[i]);
                }
            }
        } catch (IOException e) {
            // the process is gone
        }
    }

    private void add(byte next) {
        if (next == '\n') {
            tell();
            length = 0;
        } else if (length < MAX_LINE_BYTES) {
            line[length++] = next < 0 || next >= ' ' ? next : (byte) ' ';
        }
    }

    private void tell() {
        long nowNs = System.nanoTime();
        if (nowNs - periodNs > PERIOD_NS) {
            periodNs = nowNs;
            lines = 0;
        }
        lines++;
        if (lines <= MAX_LINES) {
            LOG.info("{}: {}", name, new String(line, 0, length, StandardCharsets.UTF_8));
        } else if (lines == MAX_LINES + 1) {
            LOG.info("{}: says more than is logged for a minute", name);
        }
    }
}
