package dev.millrace.media.chat;

import org.jspecify.annotations.Nullable;

/**
 * Decides what is one emoji, and makes those alike that people count as one: without skin tones, and the same whether
 * the variation selector was sent or not (UTS 51). Sequences by joiners and flags of two letters count as one; keycaps
 * and tags do not, since text could be spelt with them.
 */
final class Emoji {
    private static final int ZWJ = 0x200D;
    private static final int TEXT_STYLE = 0xFE0E;
    private static final int EMOJI_STYLE = 0xFE0F;

    /** The longest in use, a family of four, has 11 UTF-16 units; with skin tones and selectors 20 and more. */
    private static final int MAX_CHARS = 32;

    /** Joined by joiners. */
    private static final int MOST_PARTS = 4;

    private Emoji() {}

    /** The emoji as it is counted, null when it is not exactly one. */
    static @Nullable String counted(String raw) {
        if (raw.isEmpty() || raw.length() > MAX_CHARS) {
            return null;
        }
        int[] points = raw.codePoints()
                .filter(point -> point != EMOJI_STYLE && point != TEXT_STYLE && !Character.isEmojiModifier(point))
                .toArray();
        if (points.length == 2 && isFlagLetter(points[0]) && isFlagLetter(points[1])) {
            return new String(points, 0, 2);
        }
        if (points.length % 2 == 0 || points.length > 2 * MOST_PARTS - 1) {
            return null;
        }
        StringBuilder counted = new StringBuilder();
        for (int i = 0; i < points.length; i++) {
            boolean right = i % 2 == 1 ? points[i] == ZWJ : isPicture(points[i]);
            if (!right) {
                return null;
            }
            counted.appendCodePoint(points[i]);
            if (i % 2 == 0 && !Character.isEmojiPresentation(points[i])) {
                counted.appendCodePoint(EMOJI_STYLE); // or it would be shown in black and white
            }
        }
        return counted.toString();
    }

    private static boolean isPicture(int point) {
        return Character.isEmoji(point) && Character.isExtendedPictographic(point);
    }

    private static boolean isFlagLetter(int point) {
        return point >= 0x1F1E6 && point <= 0x1F1FF;
    }
}
