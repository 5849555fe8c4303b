package dev.millrace.signaling.srt;

import dev.millrace.signaling.auth.Access;
import org.jspecify.annotations.Nullable;

/**
 * What a caller's stream id comes to; docs/encoders.md lists the forms.
 *
 * @param publish whether media are to come from the caller
 * @param stream as it was typed, not checked
 * @param bearer the publish key or token, null when none was shown
 */
record StreamId(boolean publish, String stream, @Nullable String bearer) {
    /** Of libsrt's access control syntax. */
    private static final String STANDARD = "#!::";

    private static final String PUBLISH = "publish";

    static StreamId of(Access access, String text) {
        if (text.startsWith(STANDARD)) {
            return standard(text.substring(STANDARD.length()));
        }
        for (char between : new char[] {'/', ':'}) {
            if (text.startsWith(PUBLISH + between)) {
                String rest = text.substring(PUBLISH.length() + 1);
                int at = rest.indexOf(between);
                return at < 0
                        ? new StreamId(true, rest, null)
                        : new StreamId(true, rest.substring(0, at), orNull(rest.substring(at + 1)));
            }
        }
        if (text.startsWith("read:") || text.startsWith("read/")) {
            return new StreamId(false, text.substring(5), null);
        }
        return access.streamKey(text)
                .map(found -> new StreamId(true, found.stream(), orNull(found.bearer())))
                .orElse(new StreamId(true, text, null));
    }

    /** Pairs with commas between: r is the resource, m the mode, s (or key, or token) what is shown. */
    private static StreamId standard(String pairs) {
        String stream = "";
        String mode = PUBLISH;
        String bearer = null;
        for (String pair : pairs.split(",", -1)) {
            int equals = pair.indexOf('=');
            String value = pair.substring(equals + 1);
            switch (equals < 0 ? "" : pair.substring(0, equals)) {
                case "r" -> stream = value;
                case "m" -> mode = value;
                case "s", "key", "token" -> bearer = orNull(value);
                default -> {} // the user's name, the kind of content
            }
        }
        return new StreamId(mode.equals(PUBLISH), stream, bearer);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** What was typed may be a secret in the wrong place. */
    @Override
    public String toString() {
        return "StreamId[…]";
    }
}
