package dev.millrace.signaling.origin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields behind the question mark of a player's request, as forms write them (URL standard, section 5.1).
 *
 * @param token the field of that name, which is for HTTP; null when there is none
 * @param fields all the others
 */
record LiveQuery(@Nullable String token, Map<String, List<String>> fields) {
    /** rfc8216bis has three and a player may add some of its own; more is no player. */
    private static final int MAX_FIELDS = 16;

    private static final String TOKEN = "token";
    private static final LiveQuery NONE = new LiveQuery(null, Map.of());

    /** Reads it, null for none; answers null when it is nonsense. */
    static @Nullable LiveQuery read(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return NONE;
        }
        String token = null;
        Map<String, List<String>> fields = new LinkedHashMap<>();
        int from = 0;
        for (int count = 0; from <= query.length(); count++) {
            if (count == MAX_FIELDS) {
                return null;
            }
            int and = query.indexOf('&', from);
            int end = and < 0 ? query.length() : and;
            int equal = query.indexOf('=', from);
            int nameEnd = equal < 0 || equal > end ? end : equal;
            String name = decoded(query.substring(from, nameEnd));
            String value = nameEnd == end ? "" : decoded(query.substring(nameEnd + 1, end));
            if (name == null || value == null) {
                return null;
            }
            if (name.equals(TOKEN)) {
                token = token == null ? value : token;
            } else if (!name.isEmpty()) {
                fields.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
            }
            from = end + 1;
        }
        return new LiveQuery(token, fields);
    }

    private static @Nullable String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
