package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bound sockets of one media port, all of the same number: one for UDP per loop, and ICE-TCP's. */
record Sockets(
        NativeMode mode,
        List<UdpPort> udp,
        List<DropCounters> drops,
        @Nullable IceTcpServer tcp) {

    static Sockets open(NetworkConfig config, Faults faults) throws IOException {
        NativeMode mode = resolve(config.nativeMode());
        List<UdpPort> udp = new ArrayList<>();
        List<DropCounters> drops = new ArrayList<>();
        try {
            int port = freePort(config, mode);
            for (int i = 0; i < config.loops(); i++) {
                DropCounters counters = new DropCounters();
                UdpPort opened = openUdp(mode, port, config.loops() > 1, config.socketBufferBytes(), counters);
                port = opened.port();
                udp.add(opened);
                drops.add(counters);
            }
            IceTcpServer tcp = config.tcp() ? IceTcpServer.open(port, config.tcpLimits(), faults) : null;
            return new Sockets(mode, List.copyOf(udp), List.copyOf(drops), tcp);
        } catch (IOException | RuntimeException e) {
            for (UdpPort opened : udp) {
                opened.close();
            }
            throw e;
        }
    }

    private static NativeMode resolve(NativeMode wanted) throws IOException {
        boolean available = wanted != NativeMode.NIO && LinuxSockets.isAvailable();
        if (wanted == NativeMode.FFM && !available) {
            throw new IOException("the native sockets need Linux on x86-64 or arm64 and"
                    + " --enable-native-access=ALL-UNNAMED; java.nio works everywhere");
        }
        return available ? NativeMode.FFM : NativeMode.NIO;
    }

    /**
     * Sockets that share a port would share it with another server of the same user, too, and split its datagrams: one
     * that does not share shows first whether the port is free.
     */
    private static int freePort(NetworkConfig config, NativeMode mode) throws IOException {
        if (config.loops() == 1) {
            return config.port();
        }
        try (UdpPort probe = openUdp(mode, config.port(), false, config.socketBufferBytes(), new DropCounters())) {
            return probe.port();
        }
    }

    private static UdpPort openUdp(NativeMode mode, int port, boolean shared, int bufferBytes, DropCounters drops)
            throws IOException {
        return switch (mode) {
            case FFM -> FfmUdpPort.open(port, shared, bufferBytes, drops);
            case NIO, AUTO -> NioUdpPort.open(port, shared, bufferBytes, drops);
        };
    }
}
