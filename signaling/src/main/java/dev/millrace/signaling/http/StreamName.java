package dev.millrace.signaling.http;

import java.util.Set;
import java.util.regex.Pattern;

/** What a stream may be called. */
public final class StreamName {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    /** The words that begin an address of ours, so that {@code /{stream}/whip} can never mean two things. */
    private static final Set<String> TAKEN = Set.of(
            "whip",
            "whep",
            "api",
            "live",
            "watch",
            "studio",
            "embed",
            "ws",
            "metrics",
            "healthz",
            "readyz",
            "assets",
            "player.js",
            "favicon.ico",
            "robots.txt");

    private StreamName() {}

    public static boolean isValid(String name) {
        return FORM.matcher(name).matches() && !TAKEN.contains(name);
    }

    /** The rule in words, for whoever broke it. */
    public static String rule(String name) {
        return TAKEN.contains(name)
                ? "The stream name is one of the words that begin an address of this server; choose another."
                : "A stream name is 1 to 64 of A-Z a-z 0-9 . _ - and does not begin with a dot.";
    }
}
