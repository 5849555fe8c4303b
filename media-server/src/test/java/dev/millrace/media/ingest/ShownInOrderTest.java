package dev.millrace.media.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left out of pictures that come in another order than they are shown in. */
class ShownInOrderTest {
    private final ShownInOrder order = new ShownInOrder();
    private final List<Integer> shown = new ArrayList<>();

    /** I, P, B (referred to) and b, each with when it is shown. */
    private void come(String pictures) {
        for (String picture : pictures.split(" ", -1)) {
            int at = Integer.parseInt(picture.substring(1));
            char kind = picture.charAt(0);
            if (order.accept(kind == 'I', kind == 'b', at)) {
                shown.add(at);
            }
        }
    }

    @Test
    void picturesThatNoneRefersToAreLeftOut() {
        come("I0 P3 b1 b2 P6 b4 b5 I7 P10 b8 b9");
        assertThat(shown).containsExactly(0, 3, 6, 7, 10);
    }

    @Test
    void whatBuildsOnOneThatWasLeftOutIsNotShownEither() {
        come("I0 P4 B2 b1 b3 P8 B6 b5 b7 I9 P10 P11");
        assertThat(shown).containsExactly(0, 4, 9, 10, 11);
    }

    @Test
    void inOrderAllAreShown() {
        come("I0 P1 b2 P3 I4 P5");
        assertThat(shown).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void afterOthersWereShownItGoesOnWithAKeyframe() {
        come("I0 P1");
        order.interrupted(5);
        come("P6 P7 I8 P9");
        assertThat(shown).containsExactly(0, 1, 8, 9);
    }
}
