package dev.millrace.media.chat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A mute or ban of one participant in one stream.
 *
 * @param who the participant's id
 * @param name what they were called then, for moderators to read
 * @param token their token by its hash: the verdict follows it
 * @param untilEpochMs when it ends, {@link Long#MAX_VALUE} for when it is taken back
 */
record Verdict(Kind kind, String who, String name, @Nullable String token, long untilEpochMs) {
    enum Kind {
        MUTE,
        BAN
    }

    boolean holds(long epochMs) {
        return epochMs < untilEpochMs;
    }

    boolean isFor(String participant, @Nullable String itsToken) {
        return who.equals(participant) || (token != null && token.equals(itsToken));
    }

    /** Lines: until, token (may be empty), name. Names have no line breaks. */
    byte[] row() {
        return (untilEpochMs + "\n" + (token == null ? "" : token) + "\n" + name).getBytes(StandardCharsets.UTF_8);
    }

    static Verdict of(Kind kind, String who, byte[] row) {
        String[] lines = new String(row, StandardCharsets.UTF_8).split("\n", 3);
        if (lines.length < 3) {
            throw new IllegalStateException("a mute or ban that cannot be read: " + Arrays.toString(lines));
        }
        return new Verdict(kind, who, lines[2], lines[1].isEmpty() ? null : lines[1], Long.parseLong(lines[0]));
    }
}
