package dev.millrace.signaling.rtmp;

import dev.millrace.signaling.auth.Access;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an encoder's server URL and stream key come to: a stream, and what is shown for it. docs/encoders.md lists the
 * forms.
 *
 * @param stream as it was typed, not checked
 * @param bearer the publish key or token, null when none was shown
 */
record StreamKey(String stream, @Nullable String bearer) {
    static final String APPLICATION = "live";

    /** Whether a URL's first part is one of ours: {@code live}, or {@code live/{stream}}. */
    static boolean isOurs(String application) {
        String path = path(application);
        return path.equals(APPLICATION) || path.startsWith(APPLICATION + "/");
    }

    /** Of an application that {@link #isOurs}. */
    static StreamKey of(Access access, String application, String name) {
        String app = path(application);
        String key = path(name);
        String shown = shown(name) == null ? shown(application) : shown(name);
        if (app.length() > APPLICATION.length()) {
            // rtmp://host/live/{stream} in the encoder's server field: its stream key is then the key alone.
            String stream = app.substring(APPLICATION.length() + 1);
            return new StreamKey(stream, key.isEmpty() || key.equals(stream) ? shown : key);
        }
        if (shown != null) {
            return new StreamKey(key, shown);
        }
        return access.streamKey(key)
                .map(found -> new StreamKey(found.stream(), found.bearer().isEmpty() ? null : found.bearer()))
                .orElse(new StreamKey(key, null));
    }

    /** Without its query and the slashes around it. */
    private static String path(String text) {
        int query = text.indexOf('?');
        String path = query < 0 ? text : text.substring(0, query);
        int from = path.startsWith("/") ? 1 : 0;
        int to = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
        return path.substring(from, to);
    }

    /** {@code key} or {@code token} of the query, null without one. */
    private static @Nullable String shown(String text) {
        int query = text.indexOf('?');
        if (query < 0) {
            return null;
        }
        for (String pair : text.substring(query + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String word = equals < 0 ? pair : pair.substring(0, equals);
            if (equals > 0 && equals + 1 < pair.length() && (word.equals("key") || word.equals("token"))) {
                return decoded(pair.substring(equals + 1));
            }
        }
        return null;
    }

    private static String decoded(String value) {
        try {
            // A plus is itself here: keys may have one, and no encoder writes a blank so.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** What was typed may be a secret in the wrong place. */
    @Override
    public String toString() {
        return "StreamKey[…]";
    }
}
