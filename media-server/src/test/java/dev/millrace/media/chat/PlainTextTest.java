package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes and what stays of strangers' text. Invisible characters are written as escapes. */
class PlainTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hi",
                "<script>alert(1)</script>",
                "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66", // a family of four
                "\u2764\uFE0F\u200D\uD83D\uDD25", // heart on fire
                "\uD83D\uDC4B\uD83C\uDFFD", // a waving hand with a skin tone
                "\uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08", // rainbow flag
                "\uD83E\uDDD1\uD83C\uDFFD\u200D\uD83D\uDE80", // astronaut with a skin tone
                "1\uFE0F\u20E3", // keycap
                "\uD83C\uDDE9\uD83C\uDDEA", // flag of two letters
                "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F", // England
                "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", // Persian with its non-joiner
                "\u0D28\u0D4D\u200D", // dropped below: see joinersAtTheEnd
                "\u0915\u094D\u200D\u0937", // Devanagari with a joiner
                "\u05E9\u05DC\u05D5\u05DD \u200F!", // Hebrew with a mark of direction
                "Vie\u0302\u0323t", // two marks on one letter
                "\u0E01\u0E34\u0E48\u0E07", // Thai
                "\uD87E\uDC00\uDB40\uDD00", // a Han variant
            })
    void whatLanguagesAndEmojiNeedStays(String text) {
        String expected = text.endsWith("\u200D") ? text.substring(0, text.length() - 1) : text;
        assertThat(PlainText.message(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'a\u0000b\u0007\u001Bc\u007F\u0085d', 'abc d'", // controls; the next line is a space
        "'a\u202Eb\u202Ac\u2066d\u2069', 'abcd'", // overrides, embeddings, isolates
        "'a\u200Bb\uFEFFc\u2060d\u00ADe', 'abcde'", // nothing, of several widths
        "'a\u200Db\u200Cc', 'abc'", // joiners where nothing joins
        "'\uDB40\uDC41\uDB40\uDC42x', 'x'", // tags without a flag
        "'a\uFFFE\uFDD0b', 'ab'", // no characters
        "'a\u3164b\u115Fc\uFFA0', 'abc'", // fillers
        "'  a\tb\nc\r\nd\u2028e ', 'a b c  d e'",
        "'a\uFE0Fb\uFE00', 'ab'", // variation selectors of nothing
    })
    void whatHidesReordersOrBreaksGoes(String text, String left) {
        assertThat(PlainText.message(text)).isEqualTo(left);
    }

    @Test
    void halfCharactersGo() {
        assertThat(PlainText.message("a\uD83Db\uDD25c\uD83D")).isEqualTo("abc");
    }

    @Test
    void marksDoNotPileUp() {
        assertThat(PlainText.message("z" + "\u0335\u0311".repeat(500) + "a")).hasSize(6);
        assertThat(PlainText.message("\u0301\u0301a")).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "\u200B", "\u00A0\u3000", "\u202E", "\u2800", "\u200F\u200E", "\u3164", "\u0301", "\n\t"
            })
    void whatNobodySeesIsEmpty(String text) {
        assertThat(PlainText.message(text)).isEmpty();
        assertThat(PlainText.name(text, 64)).isNull();
    }

    @Test
    void aNameIsOneShortLine() {
        assertThat(PlainText.name(" Ann \n  \u200FB\u202E. ", 64)).isEqualTo("Ann B.");
        assertThat(PlainText.name("\uD83D\uDD25".repeat(100), 64)).hasSize(128);
        assertThat(PlainText.name("x".repeat(1_000_000), 64)).hasSize(64);
        assertThat(PlainText.name(null, 64)).isNull();
    }

    @Test
    void whateverComesNoHarmIsLeftAndCleaningTwiceChangesNothing() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            String clean = PlainText.message(noise(random));
            assertThat(clean.codePoints())
                    .noneMatch(point -> Character.isISOControl(point)
                            || (point >= 0x202A && point <= 0x202E)
                            || (point >= 0x2066 && point <= 0x2069)
                            || (point >= 0xD800 && point <= 0xDFFF)
                            || (point & 0xFFFE) == 0xFFFE
                            || point == 0x200B
                            || point == 0xFEFF);
            assertThat(PlainText.message(clean)).isEqualTo(clean);
        }
    }

    private static String noise(Random random) {
        int[] ranges = {
            0x20, 0x300, 0x600, 0x900, 0x2000, 0x2060, 0x2700, 0xD800, 0xFE00, 0xFFF0, 0x1F1E0, 0x1F3F0, 0xE0000
        };
        StringBuilder noise = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            noise.appendCodePoint(ranges[random.nextInt(ranges.length)] + random.nextInt(0x80));
        }
        return noise.toString();
    }
}
