package dev.millrace.media.record;

import java.util.Base64;
import java.util.Random;
import java.util.regex.Pattern;

/** Names recordings: 128 random bits, so that who was not told one does not find it. Used by one thread. */
final class RecordingIds {
    private static final int BYTES = 16;

    /** What they look like; nothing else is ever looked for on disk. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{22}");

    private final Random random;

    /** @param random that nobody can guess */
    RecordingIds(Random random) {
        this.random = random;
    }

    String next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static boolean isOne(String text) {
        return ID.matcher(text).matches();
    }
}
