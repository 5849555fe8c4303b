package dev.millrace.media.chat;

import java.lang.Character.UnicodeScript;
import org.jspecify.annotations.Nullable;

/**
 * What strangers wrote, made harmless to show as plain text: no control or format characters that hide, reorder or
 * break lines, no heaps of marks, no half characters. What languages and emoji need of those stays: joiners between
 * letters of scripts that join and between emoji, direction marks in texts, the variation selector of emoji. Markup is
 * text like any other and stays; showing it as text is the reader's job.
 *
 * <p>Unicode 16 chapter 23 (special areas and format characters), UTS 51 (emoji), UTR 36 (security). Works in time
 * proportional to the length.
 */
final class PlainText {
    /** Of marks on one character: more than any living script's orthography, less than what climbs out of the line. */
    private static final int MOST_MARKS = 4;

    private static final int ZWNJ = 0x200C;
    private static final int ZWJ = 0x200D;
    private static final int TEXT_STYLE = 0xFE0E;
    private static final int EMOJI_STYLE = 0xFE0F;
    private static final int KEYCAP = 0x20E3;
    private static final int BLACK_FLAG = 0x1F3F4;
    private static final int TAG_END = 0xE007F;

    private final String in;
    private final boolean name;
    private final StringBuilder out;
    private int marks;
    private int previous = -1;
    private boolean visible;

    private PlainText(String in, boolean name) {
        this.in = in;
        this.name = name;
        this.out = new StringBuilder(Math.min(in.length(), 4_096));
    }

    /** A message's text, empty when nothing of it is to be seen. */
    static String message(String raw) {
        return new PlainText(raw, false).clean();
    }

    /** A name of at most so many code points, on one line; null when nothing of it is to be seen. */
    static @Nullable String name(@Nullable String raw, int mostCodePoints) {
        if (raw == null) {
            return null;
        }
        String clean = new PlainText(raw, true).clean();
        if (clean.codePointCount(0, clean.length()) > mostCodePoints) {
            clean = clean.substring(0, clean.offsetByCodePoints(0, mostCodePoints))
                    .strip();
        }
        return clean.isEmpty() ? null : clean;
    }

    private String clean() {
        for (int i = 0; i < in.length(); ) {
            int point = in.codePointAt(i);
            i += Character.charCount(point);
            take(point, i);
        }
        return visible ? trimmed() : "";
    }

    private void take(int point, int next) {
        if (isSpace(point)) {
            if (!out.isEmpty() && (!name || previous != ' ')) {
                put(lineOrTab(point) || name ? ' ' : point);
            }
            return;
        }
        switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> {}
            case Character.UNASSIGNED -> putUnless(point, (point & 0xFFFE) == 0xFFFE || between(point, 0xFDD0, 0xFDEF));
            case Character.FORMAT -> putUnless(point, !mayFormat(point, next));
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> mark(point);
            default -> putUnless(point, isBlankLetter(point));
        }
    }

    private void putUnless(int point, boolean gone) {
        if (!gone) {
            put(point);
        }
    }

    private void put(int point) {
        marks = 0;
        append(point);
    }

    private void append(int point) {
        out.appendCodePoint(point);
        previous = point;
        visible |= !isSpace(point) && Character.getType(point) != Character.FORMAT && !isMark(point) && point != 0x2800;
    }

    private void mark(int point) {
        boolean gone =
                switch (point) {
                    case TEXT_STYLE, EMOJI_STYLE -> !Character.isEmoji(previous);
                    case KEYCAP -> previous != EMOJI_STYLE && !Character.isEmoji(previous);
                    case 0x034F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F -> true; // seen by nobody
                    default ->
                        between(point, 0xFE00, 0xFE0D)
                                || (between(point, 0xE0100, 0xE01EF) && !Character.isIdeographic(previous));
                };
        if (!gone && previous != -1 && marks++ < MOST_MARKS) {
            append(point);
        }
    }

    /** Whether a format character has work to do here. */
    private boolean mayFormat(int point, int next) {
        return switch (point) {
            case ZWNJ, ZWJ -> joins(point, next);
            case 0x200E, 0x200F, 0x061C -> !name; // direction marks, which reach no further than their place
            case 0x06DD, 0x070F, 0x08E2, 0x110BD, 0x110CD -> true; // signs that enclose numbers, visible
            default -> between(point, 0x0600, 0x0605) || between(point, 0x0890, 0x0891) || tagsAFlag(point);
        };
    }

    private boolean joins(int joiner, int next) {
        if (previous == -1 || next >= in.length()) {
            return false;
        }
        int following = in.codePointAt(next);
        if (joiner == ZWJ && isPictograph(previous) && isPictograph(following)) {
            return true;
        }
        return joinsLetters(previous) && joinsLetters(following);
    }

    private static boolean isPictograph(int point) {
        return Character.isExtendedPictographic(point)
                || Character.isEmojiModifier(point)
                || point == EMOJI_STYLE
                || (Character.isEmoji(point) && point > 0xFF);
    }

    private static boolean joinsLetters(int point) {
        return (Character.isLetter(point) || isMark(point))
                && switch (UnicodeScript.of(point)) {
                    case LATIN, GREEK, CYRILLIC, COMMON, HAN, HIRAGANA, KATAKANA, HANGUL, UNKNOWN -> false;
                    default -> point != EMOJI_STYLE;
                };
    }

    /** A tag after a black flag, or after another such tag: England, Scotland, Wales and few others (UTS 51, C.1). */
    private boolean tagsAFlag(int point) {
        return (between(point, 0xE0030, 0xE007A) || point == TAG_END)
                && (previous == BLACK_FLAG || (between(previous, 0xE0030, 0xE007A) && endsInShortTag()));
    }

    private boolean endsInShortTag() {
        int flag = out.lastIndexOf(Character.toString(BLACK_FLAG));
        return flag >= 0 && out.length() - flag <= 2 + 2 * 6;
    }

    /** Letters and symbols that show nothing: Hangul fillers, a musical null note head. */
    private static boolean isBlankLetter(int point) {
        return point == 0x115F || point == 0x1160 || point == 0x3164 || point == 0xFFA0 || point == 0x1D159;
    }

    private static boolean isSpace(int point) {
        return Character.isSpaceChar(point) || lineOrTab(point);
    }

    private static boolean lineOrTab(int point) {
        return between(point, 0x09, 0x0D) || point == 0x85 || point == 0x2028 || point == 0x2029;
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    private static boolean between(int point, int from, int to) {
        return point >= from && point <= to;
    }

    /** Leading spaces were never put. */
    private String trimmed() {
        int to = out.length();
        while (to > 0 && Character.isSpaceChar(out.charAt(to - 1))) {
            to--;
        }
        return out.substring(0, to);
    }
}
