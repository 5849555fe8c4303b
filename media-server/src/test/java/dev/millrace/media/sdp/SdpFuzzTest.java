package dev.millrace.media.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Offers mutated with a seed: an answer that can be read again, or a refusal in words; never an exception. */
class SdpFuzzTest {
    private static final int INPUTS = 24_000;

    /** Far above what a loaded machine takes (a few seconds); an unbounded loop never ends. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final List<String> SPICES = List.of(
            "",
            "\r\n",
            "\r",
            "\0",
            "a=",
            "a=rid:",
            "~",
            ",",
            ";",
            "/",
            ":",
            "=",
            "-1",
            "0",
            "65536",
            "4294967296",
            "99999999999999999999",
            "a=simulcast:send 1;;,~",
            "a=group:BUNDLE",
            "m=video 0 x y",
            "a=mid:0",
            "é",
            "\uD800");

    private final Random random = new Random(20261121);

    @Test
    void mutatedOffersAreAnsweredOrRefused() {
        List<String> seeds = new ArrayList<>();
        Offers.PUBLISH.forEach(name -> seeds.add(Offers.read(name)));
        Offers.PLAY.forEach(name -> seeds.add(Offers.read(name)));
        int[] outcomes = new int[2];
        Assertions.assertTimeoutPreemptively(LIMIT, () -> {
            for (int i = 0; i < INPUTS; i++) {
                String offer = mutated(seeds.get(random.nextInt(seeds.size())));
                outcomes[check(offer) ? 1 : 0]++;
            }
        });
        // Both ends are reached: the mutations neither break everything nor nothing.
        assertThat(outcomes[0]).isGreaterThan(INPUTS / 20);
        assertThat(outcomes[1]).isGreaterThan(INPUTS / 20);
    }

    /** Its stored inputs in every build; searches for new ones with {@code JAZZER_FUZZ=1}. */
    @FuzzTest(maxDuration = "60s")
    void coverageGuided(FuzzedDataProvider data) {
        check(data.consumeRemainingAsString());
    }

    private boolean check(String offer) {
        try {
            TrickleFragment.parse(TrickleFragment.parse(offer).write());
        } catch (SdpException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        boolean published =
                switch (PublishAnswerer.answer(offer, Offers.LOCAL)) {
                    case PublishOutcome.Accepted accepted -> readable(accepted.answerSdp());
                    case PublishOutcome.Refused refused -> refused(refused.detail());
                };
        boolean played =
                switch (PlayAnswerer.answer(offer, Offers.LOCAL, current(), Offers.SOURCES)) {
                    case PlayOutcome.Accepted accepted -> readable(accepted.answerSdp());
                    case PlayOutcome.Refused refused -> refused(refused.detail());
                };
        return published || played;
    }

    private Optional<PublishedFormats> current() {
        if (random.nextBoolean()) {
            return Optional.empty();
        }
        Map<String, String> fmtp = Map.of("profile-level-id", "42e01f", "packetization-mode", "1");
        return Optional.of(new PublishedFormats(null, new CodecFormat(96, "H264", 90000, 1, fmtp, Set.of(), 97)));
    }

    private static boolean readable(String answer) {
        assertThat(Offers.parse(answer).media()).isNotEmpty();
        return true;
    }

    private static boolean refused(String detail) {
        assertThat(detail).isNotBlank().hasSizeLessThan(2 * SdpParser.MAX_LINE_CHARS);
        return false;
    }

    private String mutated(String seed) {
        StringBuilder text = new StringBuilder(seed);
        for (int i = random.nextInt(6); i >= 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.delete(at, to);
                case 2 -> text.insert(at, SPICES.get(random.nextInt(SPICES.size())));
                case 3 -> text.insert(at, seed, 0, random.nextInt(seed.length()));
                case 4 -> text.replace(at, to, Integer.toString(random.nextInt()));
                default -> line(text, at);
            }
        }
        return text.toString();
    }

    /** Deletes or doubles the line at that place. */
    private void line(StringBuilder text, int at) {
        int start = text.lastIndexOf("\n", at) + 1;
        int newline = text.indexOf("\n", at);
        int end = newline < 0 ? text.length() : newline + 1;
        if (random.nextBoolean()) {
            text.delete(start, end);
        } else if (start < end) {
            text.insert(start, text.substring(start, end));
        }
    }
}
