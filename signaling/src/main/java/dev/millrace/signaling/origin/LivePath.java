package dev.millrace.signaling.origin;

import dev.millrace.signaling.http.StreamName;
import org.jspecify.annotations.Nullable;

/**
 * An address below {@code /live/}, taken apart: {@code /live/{stream}/{object}}, or with a token for players that can add
 * neither header nor query, {@code /live/{stream}/token/{token}/{object}}.
 *
 * <p>Nothing is decoded: no name of ours needs it, so whatever is escaped is no name of ours, and there is no second
 * meaning of a path to be found.
 *
 * @param token as it stands in the path, or null
 * @param object one name, or several with slashes between; never empty
 */
record LivePath(String stream, @Nullable String token, String object) {
    static final String PREFIX = "/live/";
    private static final String TOKEN = "token/";

    /** Longer ones are nobody's; recordings lie two or three deep. */
    private static final int MAX_LENGTH = 512;

    private static final int MAX_DEPTH = 8;

    /** As long as a token may be. */
    private static final int MAX_TOKEN_LENGTH = 4096;

    /** What a path comes to. */
    enum Fault {
        NONE,
        /** What stands for the stream cannot be its name. */
        STREAM,
        /** There can be no such object. */
        OBJECT
    }

    /** Why {@link #of} has nothing to say about that path. */
    static Fault fault(String path) {
        int slash = path.indexOf('/', PREFIX.length());
        String stream = path.substring(PREFIX.length(), slash < 0 ? path.length() : slash);
        return StreamName.isValid(stream) ? of(path) == null ? Fault.OBJECT : Fault.NONE : Fault.STREAM;
    }

    /** The parts of a path that begins with {@link #PREFIX}, or null when it can name nothing. */
    static @Nullable LivePath of(String path) {
        int slash = path.indexOf('/', PREFIX.length());
        if (slash < 0) {
            return null;
        }
        String stream = path.substring(PREFIX.length(), slash);
        String token = null;
        int from = slash + 1;
        if (path.startsWith(TOKEN, from)) {
            int start = from + TOKEN.length();
            int end = path.indexOf('/', start);
            if (end < 0 || end - start > MAX_TOKEN_LENGTH || !areNames(path, start, end)) {
                return null;
            }
            token = path.substring(start, end);
            from = end + 1;
        }
        boolean fine =
                StreamName.isValid(stream) && path.length() - from <= MAX_LENGTH && areNames(path, from, path.length());
        return fine ? new LivePath(stream, token, path.substring(from)) : null;
    }

    /** Whether there stand only names with slashes between: letters, digits, {@code . _ -}, and no dot in front. */
    private static boolean areNames(String path, int from, int to) {
        int depth = 1;
        boolean begins = true;
        for (int i = from; i < to; i++) {
            char c = path.charAt(i);
            if (c == '/') {
                depth++;
                if (begins || depth > MAX_DEPTH) {
                    return false;
                }
                begins = true;
            } else if (isOfName(c) && !(begins && c == '.')) {
                begins = false;
            } else {
                return false;
            }
        }
        return !begins;
    }

    private static boolean isOfName(char c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
}
