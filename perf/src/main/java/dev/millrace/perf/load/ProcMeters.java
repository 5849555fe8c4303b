package dev.millrace.perf.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes as Linux tells of them in /proc (proc(5)). */
final class ProcMeters implements Meters {
    /** The unit of /proc/PID/stat on every Linux of today. */
    private static final long NS_PER_TICK = 10_000_000;

    /** Fields behind the command's name, counted from 0. */
    private static final int USER_FIELD = 11;

    private static final int SYSTEM_FIELD = 12;
    private static final int START_FIELD = 19;
    private static final int RSS_FIELD = 21;
    private static final long PAGE_BYTES = 4096;

    private final List<Server> servers;
    private final Path own = Path.of("/proc/self/stat");
    private long lastCpuNs;
    private long lastRssBytes;

    /** A process number may be given to another process: it is the same only with the same start. */
    private record Server(long pid, Path stat, long startTicks, String command) {}

    private ProcMeters(List<Server> servers) {
        this.servers = servers;
    }

    /** Refuses processes that are not there. */
    static ProcMeters of(List<Long> pids) {
        List<Server> servers = new ArrayList<>();
        for (long pid : pids) {
            Path stat = Path.of("/proc", Long.toString(pid), "stat");
            try {
                String text = Files.readString(stat);
                String command = text.substring(text.indexOf('(') + 1, text.lastIndexOf(')'));
                servers.add(new Server(pid, stat, Long.parseLong(fields(text)[START_FIELD]), command));
            } catch (IOException e) {
                throw LoadException.usage(
                        Files.isDirectory(Path.of("/proc/self"))
                                ? "--pid " + pid + ": there is no such process"
                                : "--pid needs /proc, which this system has not");
            }
        }
        return new ProcMeters(servers);
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    List<String> commands() {
        return servers.stream().map(Server::command).toList();
    }

    @Override
    public boolean hasServer() {
        return !servers.isEmpty();
    }

    /** A process that ended but whose parent has not looked yet is gone, too. */
    @Override
    public boolean isServerThere() {
        for (Server server : servers) {
            try {
                String[] fields = fields(Files.readString(server.stat()));
                if (Long.parseLong(fields[START_FIELD]) != server.startTicks()
                        || fields[0].equals("Z")
                        || fields[0].equals("X")) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    private void read() {
        long cpuNs = 0;
        long rssBytes = 0;
        try {
            for (Server server : servers) {
                String[] fields = fields(Files.readString(server.stat()));
                cpuNs += cpuNs(fields);
                rssBytes += Long.parseLong(fields[RSS_FIELD]) * PAGE_BYTES;
            }
        } catch (IOException e) {
            return; // one is gone: what was read last is the most that can be said
        }
        lastCpuNs = cpuNs;
        lastRssBytes = rssBytes;
    }

    private static long cpuNs(String[] fields) {
        return (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD])) * NS_PER_TICK;
    }

    @Override
    public long serverCpuNs() {
        read();
        return lastCpuNs;
    }

    @Override
    public long serverRssBytes() {
        return lastRssBytes;
    }

    @Override
    public long ownCpuNs() {
        try {
            return cpuNs(fields(Files.readString(own)));
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public long ownRssBytes() {
        try {
            return Long.parseLong(fields(Files.readString(own))[RSS_FIELD]) * PAGE_BYTES;
        } catch (IOException e) {
            return 0;
        }
    }
}
