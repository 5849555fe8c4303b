package dev.millrace.signaling.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells loopback addresses from others, without asking a name server about anything but localhost. */
public final class Addresses {
    private Addresses() {}

    /** Whether only this machine can reach what listens there. */
    public static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            return looksLikeAddress(bare) && InetAddress.getByName(bare).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean looksLikeAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }
}
