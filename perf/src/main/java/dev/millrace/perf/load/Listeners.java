package dev.millrace.perf.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** {@code --pid auto}: who listens on a TCP port of this machine, by /proc/net/tcp and the descriptors of processes (proc(5)). */
final class Listeners {
    private static final String LISTEN = "0A";
    private static final int ADDRESS_FIELD = 1;
    private static final int STATE_FIELD = 3;
    private static final int INODE_FIELD = 9;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private Listeners() {}

    /** The processes behind an address; a sentence when there is none to be seen from here. */
    static List<Long> of(URI address) {
        if (!isHere(address.getHost())) {
            throw LoadException.usage("--pid auto: " + address.getHost()
                    + " is not this machine, so its processes cannot be measured from here");
        }
        int port = address.getPort() > 0
                ? address.getPort()
                : "https".equals(address.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            sockets.addAll(listening(Path.of(table), port));
        }
        if (sockets.isEmpty()) {
            throw new LoadException(
                    Exit.UNREACHABLE,
                    "--pid auto: nothing listens on port " + port
                            + " of this machine: is the server running, and here?");
        }
        List<Long> pids = owners(sockets);
        if (pids.isEmpty()) {
            throw LoadException.usage("--pid auto: whoever listens on port " + port
                    + " is another user's process, or in another namespace; --pid takes its number");
        }
        return pids;
    }

    private static boolean isHere(String host) {
        try {
            InetAddress address = InetAddress.getByName(host.replaceAll("[\\[\\]]", ""));
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static Set<String> listening(Path table, int port) {
        String hex = String.format(Locale.ROOT, ":%04X", port);
        Set<String> sockets = new HashSet<>();
        try (Stream<String> lines = Files.lines(table)) {
            lines.map(line -> line.strip().split(" +", -1))
                    .filter(words -> words.length > INODE_FIELD
                            && words[ADDRESS_FIELD].endsWith(hex)
                            && words[STATE_FIELD].equals(LISTEN))
                    .forEach(words -> sockets.add("socket:[" + words[INODE_FIELD] + "]"));
        } catch (IOException e) {
            // Without IPv6 there is no such table.
        }
        return sockets;
    }

    private static List<Long> owners(Set<String> sockets) {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), sockets)) {
                    pids.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            // What could be seen so far is the answer.
        }
        return pids;
    }

    private static boolean holds(Path descriptors, Set<String> sockets) {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                if (sockets.contains(Files.readSymbolicLink(link).toString())) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // Somebody else's, or just gone.
        }
        return false;
    }
}
