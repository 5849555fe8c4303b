package dev.millrace.media.playlist;

import java.util.List;
import java.util.Map;

/**
 * What a player asks of a playlist besides the playlist (rfc8216bis section 6.2.5).
 *
 * @param number _HLS_msn, or -1
 * @param part _HLS_part, or -1
 */
public record Directives(long number, int part, Skip skip) {
    public static final Directives NONE = new Directives(-1, -1, Skip.NO);

    /** No broadcast has more segments, and no number of digits overflows. */
    private static final int MAX_DIGITS = 12;

    /** _HLS_skip. */
    public enum Skip {
        NO,
        YES,
        /** Date ranges may be skipped, too; there are none. */
        V2
    }

    /** What a query says; or why it is refused, as a sentence. */
    public sealed interface Outcome {
        /** It is fine. */
        record Read(Directives directives) implements Outcome {}

        /** It is nonsense: 400. */
        record Bad(String sentence) implements Outcome {}
    }

    /** Reads a query's parameters; those that are no directives are not looked at. */
    public static Outcome read(Map<String, List<String>> query) {
        for (String name : List.of("_HLS_msn", "_HLS_part", "_HLS_skip")) {
            if (query.getOrDefault(name, List.of()).size() > 1) {
                return new Outcome.Bad(name + " may be given once.");
            }
        }
        long number = number(query, "_HLS_msn");
        long part = number(query, "_HLS_part");
        if (number < -1 || part < -1 || part > Integer.MAX_VALUE) {
            return new Outcome.Bad("_HLS_msn and _HLS_part are decimal numbers.");
        }
        if (part >= 0 && number < 0) {
            return new Outcome.Bad("_HLS_part needs _HLS_msn beside it.");
        }
        return switch (query.getOrDefault("_HLS_skip", List.of("")).getFirst()) {
            case "" -> new Outcome.Read(new Directives(number, (int) part, Skip.NO));
            case "YES" -> new Outcome.Read(new Directives(number, (int) part, Skip.YES));
            case "v2" -> new Outcome.Read(new Directives(number, (int) part, Skip.V2));
            default -> new Outcome.Bad("_HLS_skip is YES or v2.");
        };
    }

    /** -1 if there is none, -2 if it is none. */
    private static long number(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return -1;
        }
        String digits = values.getFirst();
        boolean decimal = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(each -> each >= '0' && each <= '9');
        return decimal ? Long.parseLong(digits) : -2;
    }
}
