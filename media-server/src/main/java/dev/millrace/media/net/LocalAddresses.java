package dev.millrace.media.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which addresses are offered as candidates: those announced, else the interfaces' own. Asked once at start. */
final class LocalAddresses {
    /** Bridges and pairs of container and machine hosts: no peer reaches them, each costs a round of checks. */
    private static final List<String> INNER_INTERFACES =
            List.of("docker", "br-", "veth", "cni", "virbr", "lxc", "lxd", "podman", "flannel", "cali", "kube");

    private LocalAddresses() {}

    /** The announced addresses (names resolved now), or the interfaces' own, IPv4 first. */
    static List<InetAddress> candidates(NetworkConfig config) throws IOException {
        if (!config.announce().isEmpty()) {
            return resolve(config.announce());
        }
        Set<InetAddress> found = new LinkedHashSet<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (isOffered(each.getName(), each.isUp(), each.isLoopback(), config.loopbackToo())) {
                for (InetAddress address : Collections.list(each.getInetAddresses())) {
                    if (isOffered(address)) {
                        found.add(withoutScope(address));
                    }
                }
            }
        }
        List<InetAddress> sorted = new ArrayList<>(found);
        sorted.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        return List.copyOf(sorted);
    }

    private static List<InetAddress> resolve(List<String> announce) throws UnknownHostException {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (String name : announce) {
            try {
                for (InetAddress address : InetAddress.getAllByName(name.strip())) {
                    addresses.add(address);
                }
            } catch (UnknownHostException e) {
                UnknownHostException clearer = new UnknownHostException(
                        "media.announce names '" + name + "', which is no address and does not resolve");
                clearer.initCause(e);
                throw clearer;
            }
        }
        return List.copyOf(addresses);
    }

    static boolean isOffered(String interfaceName, boolean up, boolean loopback, boolean loopbackToo) {
        if (!up) {
            return false;
        }
        if (loopback) {
            return loopbackToo;
        }
        String name = interfaceName.toLowerCase(Locale.ROOT);
        for (String inner : INNER_INTERFACES) {
            if (name.startsWith(inner)) {
                return false;
            }
        }
        return true;
    }

    static boolean isOffered(InetAddress address) {
        return !address.isLinkLocalAddress() && !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }

    /** Loopback last, IPv4 before IPv6: ICE tries them in this order of preference. */
    private static int rank(InetAddress address) {
        return (address.isLoopbackAddress() ? 2 : 0) + (address instanceof Inet4Address ? 0 : 1);
    }

    private static InetAddress withoutScope(InetAddress address) throws UnknownHostException {
        return InetAddress.getByAddress(address.getAddress());
    }
}
