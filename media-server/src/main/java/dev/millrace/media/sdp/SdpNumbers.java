package dev.millrace.media.sdp;

/** Decimal numbers as SDP writes them: digits only, within bounds, no sign, no exception. */
final class SdpNumbers {
    /** Digits of the largest number we read, 2^32 − 1 (an SSRC). */
    private static final int MAX_DIGITS = 10;

    private SdpNumbers() {}

    /** The number, or −1 when the text is none or out of bounds. */
    static int parse(String text, int min, int max) {
        return (int) parseLong(text, min, max);
    }

    static long parseLong(String text, long min, long max) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value < min || value > max ? -1 : value;
    }
}
