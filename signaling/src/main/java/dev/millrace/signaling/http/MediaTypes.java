package dev.millrace.signaling.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Content-Type and Accept (RFC 9110 sections 8.3 and 12.5.1), as far as this server needs them. */
public final class MediaTypes {
    public static final String SDP = "application/sdp";
    public static final String SDP_FRAGMENT = "application/trickle-ice-sdpfrag";
    public static final String JSON = "application/json";

    private MediaTypes() {}

    /** Whether a Content-Type is {@code wanted}, whatever its parameters. */
    public static boolean is(@Nullable String contentType, String wanted) {
        return contentType != null && bare(contentType).equals(wanted);
    }

    /** Whether an Accept field, or its absence, takes {@code offered}. */
    public static boolean accepts(@Nullable String accept, String offered) {
        if (accept == null || accept.isBlank()) {
            return true;
        }
        String family = offered.substring(0, offered.indexOf('/')) + "/*";
        int best = -1;
        boolean taken = false;
        for (String range : accept.split(",", 100)) {
            String type = bare(range);
            int precision = type.equals(offered) ? 2 : type.equals(family) ? 1 : type.equals("*/*") ? 0 : -1;
            if (precision > best) {
                best = precision;
                taken = !isZero(range);
            }
        }
        return taken;
    }

    private static String bare(String value) {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isZero(String range) {
        return range.toLowerCase(Locale.ROOT).replace(" ", "").matches(".*;q=0(\\.0*)?(;.*)?");
    }
}
