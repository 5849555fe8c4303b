package dev.millrace.media.ice;

import dev.millrace.media.net.Transport;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One candidate as it stands in SDP (RFC 8839 section 5.1, RFC 6544 section 4.5). The address stays text: nobody
 * resolves a name.
 *
 * @param type host, srflx, prflx or relay
 * @param tcpType active, passive or so, for TCP only
 */
public record IceCandidate(
        String foundation,
        int component,
        Transport transport,
        long priority,
        String address,
        int port,
        String type,
        @Nullable String tcpType) {

    private static final long MAX_PRIORITY = (1L << 32) - 1;

    /**
     * Reads the value of an {@code a=candidate} line, with or without {@code a=} and {@code candidate:} before it.
     *
     * @return null when it is none, or of a transport ICE does not know
     */
    public static @Nullable IceCandidate parse(String line) {
        String[] words = strip(line).split(" +", -1);
        if (words.length < 8 || !words[6].equals("typ") || words[0].isEmpty() || words[0].length() > 32) {
            return null;
        }
        Transport transport =
                switch (words[2].toLowerCase(Locale.ROOT)) {
                    case "udp" -> Transport.UDP;
                    case "tcp" -> Transport.TCP;
                    default -> null;
                };
        long component = number(words[1], 256);
        long priority = number(words[3], MAX_PRIORITY);
        long port = number(words[5], 65_535);
        if (transport == null || component < 1 || priority < 0 || port < 0 || words[4].length() > 255) {
            return null;
        }
        String tcpType = value(words, "tcptype");
        return new IceCandidate(
                words[0], (int) component, transport, priority, words[4], (int) port, words[7], tcpType);
    }

    /** The value of an {@code a=candidate} line, without {@code candidate:}. */
    public String toSdp() {
        String text = foundation + " " + component + " " + (transport == Transport.UDP ? "udp" : "tcp") + " " + priority
                + " " + address + " " + port + " typ " + type;
        return tcpType == null ? text : text + " tcptype " + tcpType;
    }

    private static String strip(String line) {
        String text = line.strip();
        if (text.startsWith("a=")) {
            text = text.substring(2);
        }
        return text.startsWith("candidate:") ? text.substring("candidate:".length()) : text;
    }

    private static @Nullable String value(String[] words, String name) {
        for (int i = 8; i + 1 < words.length; i += 2) {
            if (words[i].equals(name)) {
                return words[i + 1];
            }
        }
        return null;
    }

    private static long number(String text, long max) {
        if (text.isEmpty() || text.length() > 10) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= max ? value : -1;
    }
}
