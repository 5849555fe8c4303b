package dev.millrace.media.control;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which addresses a stream may be fetched from by whoever may ask for it, and how one is shown to others. Any thread. */
public final class SourceAddress {
    private static final int MAX_LENGTH = 2_000;

    private static final Set<String> SCHEMES = Set.of("http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp");

    private static final String RULE = "A source is an address of http, https, rtsp, rtsps, rtmp, rtmps, srt or udp,"
            + " such as https://example.org/live/index.m3u8";

    private SourceAddress() {}

    /** Why it may not be fetched, in a sentence; null if it may. Files are for the configuration only. */
    public static @Nullable String refusal(String address) {
        if (address.length() > MAX_LENGTH) {
            return "The source's address is longer than " + MAX_LENGTH + " characters.";
        }
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            return RULE + "; this one cannot be read as a URI.";
        }
        String scheme = uri.getScheme();
        if (scheme != null && scheme.equalsIgnoreCase("file")) {
            return "Files are fetched by configuration only: name it in pull.streams.";
        }
        if (scheme == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
            return RULE + ".";
        }
        return uri.getRawAuthority() == null ? RULE + "; this one names no host." : null;
    }

    /** Without user, password and query, any of which may be secret. */
    public static String shown(String address) {
        int end = address.length();
        for (char from : new char[] {'?', '#'}) {
            int at = address.indexOf(from);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        String plain = address.substring(0, end);
        int host = plain.indexOf("://") + 3;
        int slash = plain.indexOf('/', host);
        int at = plain.lastIndexOf('@', slash < 0 ? plain.length() : slash);
        return host > 2 && at >= host ? plain.substring(0, host) + plain.substring(at + 1) : plain;
    }
}
