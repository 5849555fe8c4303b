package dev.millrace.signaling.http;

import dev.millrace.signaling.config.Settings;
import java.util.List;

/** STUN and TURN servers as {@code Link} values (RFC 9725 section 4.6). */
public final class IceLinks {
    private IceLinks() {}

    public static List<String> of(Settings.Ice ice) {
        return ice.servers().stream().map(server -> link(server, ice)).toList();
    }

    private static String link(String server, Settings.Ice ice) {
        String link = "<" + server + ">; rel=\"ice-server\"";
        return server.startsWith("stun")
                ? link
                : link + "; username=" + quoted(ice.username()) + "; credential=" + quoted(ice.credential())
                        + "; credential-type=\"password\"";
    }

    /** A quoted string (RFC 9110 section 5.6.4). */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
