package dev.millrace.signaling.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A Range field (RFC 9110 section 14.2) against an object of a known length; several ranges at once are answered with the
 * whole, as the section allows.
 *
 * @param first the first byte wanted
 * @param last the last one, or less than {@code first} when the object has no such bytes
 */
public record ByteRange(long first, long last) {
    private static final String UNIT = "bytes=";

    /** More digits are more than any object has. */
    private static final int MAX_DIGITS = 15;

    static final ByteRange NONE_SUCH = new ByteRange(0, -1);

    public boolean isSatisfiable() {
        return last >= first;
    }

    public long length() {
        return last - first + 1;
    }

    /** What is asked for; null for the whole, also when the field makes no sense. */
    public static @Nullable ByteRange read(@Nullable String field, long length) {
        if (field == null || !field.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
            return null;
        }
        String range = field.substring(UNIT.length()).strip();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long from = number(range.substring(0, dash));
        long to = number(range.substring(dash + 1));
        if (from == NO_NUMBER || to == NO_NUMBER || (from == ABSENT && to == ABSENT)) {
            return null;
        }
        if (from == ABSENT) {
            return to == 0 ? NONE_SUCH : new ByteRange(Math.max(0, length - to), length - 1);
        }
        if (to != ABSENT && to < from) {
            return null;
        }
        return from >= length ? NONE_SUCH : new ByteRange(from, to == ABSENT ? length - 1 : Math.min(to, length - 1));
    }

    private static final long ABSENT = -1;
    private static final long NO_NUMBER = -2;

    private static long number(String text) {
        if (text.isEmpty()) {
            return ABSENT;
        }
        boolean digits = text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Long.parseLong(text) : NO_NUMBER;
    }
}
