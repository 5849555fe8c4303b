package dev.millrace.media.playlist;

import java.util.Locale;

/** Writes a tag with an attribute list (rfc8216bis section 4.2). */
final class Attributes {
    private final StringBuilder text;
    private char separator = ':';

    Attributes(String tag) {
        text = new StringBuilder("#").append(tag);
    }

    /** A decimal number, or an enumerated string. */
    Attributes plain(String name, Object value) {
        text.append(separator).append(name).append('=').append(value);
        separator = ',';
        return this;
    }

    Attributes quoted(String name, String value) {
        if (value.indexOf('"') >= 0 || value.chars().anyMatch(each -> each < ' ')) {
            throw new IllegalArgumentException(name + " cannot be quoted");
        }
        return plain(name, '"' + value + '"');
    }

    Attributes seconds(String name, long ns) {
        return plain(name, Numbers.seconds(ns));
    }

    Attributes rate(String name, double perSecond) {
        return plain(name, String.format(Locale.ROOT, "%.3f", perSecond));
    }

    /** YES, or nothing at all. */
    Attributes flag(String name, boolean set) {
        return set ? plain(name, "YES") : this;
    }

    /** With the end of the line. */
    @Override
    public String toString() {
        return text + "\n";
    }
}
