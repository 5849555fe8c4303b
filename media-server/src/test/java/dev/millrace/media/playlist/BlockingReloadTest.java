package dev.millrace.media.playlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.playlist.BlockingReload.Decision;
import dev.millrace.media.segment.PackagerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockingReloadTest {
    private static final long S = 1_000_000_000L;

    /** Segments 10 to 20 are whole, 20 with 10 parts; 21 has 3 so far. */
    private static final Progress PROGRESS = new Progress(10, 20, 10, 21, 3, false);

    private static final Progress ENDED = new Progress(10, 20, 10, 21, 0, true);
    private static final Progress EMPTY = new Progress(-1, -1, 0, 0, 0, false);

    private final BlockingReload reload = new BlockingReload(Timing.of(PackagerConfig.DEFAULT));

    @Test
    void whatIsThereIsServed() {
        assertThat(ask(-1, -1)).isEqualTo(new Decision.Serve());
        assertThat(ask(3, -1)).isEqualTo(new Decision.Serve());
        assertThat(ask(20, -1)).isEqualTo(new Decision.Serve());
        assertThat(ask(20, 9)).isEqualTo(new Decision.Serve());
        assertThat(ask(21, 2)).isEqualTo(new Decision.Serve());
    }

    @Test
    void whatComesNextIsWaitedForUpToThreeTargetDurations() {
        assertThat(ask(21, -1)).isEqualTo(new Decision.Wait(6 * S));
        assertThat(ask(21, 3)).isEqualTo(new Decision.Wait(6 * S));
        assertThat(ask(22, -1)).isEqualTo(new Decision.Wait(6 * S));
        assertThat(reload.playlist(read(21, 3), PROGRESS, 5 * S)).isEqualTo(new Decision.Wait(S));
        assertThat(status(reload.playlist(read(21, 3), PROGRESS, 6 * S))).isEqualTo(503);
    }

    @Test
    void aPartBehindTheLastIsTheFirstOfTheNextSegment() {
        assertThat(ask(20, 10)).isEqualTo(new Decision.Serve());
        Progress fresh = new Progress(10, 20, 10, 21, 0, false);
        assertThat(reload.playlist(read(20, 10), fresh, 0)).isEqualTo(new Decision.Wait(6 * S));
        assertThat(reload.playlist(read(20, 9), fresh, 0)).isEqualTo(new Decision.Serve());
    }

    @Test
    void whatIsTooFarIsRefused() {
        assertThat(status(ask(23, -1))).isEqualTo(400);
        assertThat(status(ask(999_999_999_999L, -1))).isEqualTo(400);
        assertThat(status(ask(21, 3 + 14))).isEqualTo(400);
        assertThat(ask(21, 3 + 13)).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void afterTheEndNothingIsWaitedFor() {
        assertThat(reload.playlist(read(21, 0), ENDED, 0)).isEqualTo(new Decision.Serve());
        assertThat(reload.playlist(read(5000, -1), ENDED, 0)).isEqualTo(new Decision.Serve());
        assertThat(status(reload.playlist(read(0, -1), EMPTY, 0))).isEqualTo(404);
        Progress begun = new Progress(10, 9, 0, 10, 3, false);
        assertThat(reload.playlist(Directives.NONE, begun, 0))
                .as("no player takes a playlist without a whole segment")
                .isInstanceOf(Decision.Wait.class);
    }

    @Test
    void objectsAreServedWaitedForOrUnknown() {
        assertThat(reload.object(15, 4, PROGRESS, 0)).isEqualTo(new Decision.Serve());
        assertThat(reload.object(20, -1, PROGRESS, 0)).isEqualTo(new Decision.Serve());
        assertThat(reload.object(21, 2, PROGRESS, 0)).isEqualTo(new Decision.Serve());
        assertThat(reload.object(21, 3, PROGRESS, 0)).as("the hinted one").isInstanceOf(Decision.Wait.class);
        assertThat(reload.object(21, -1, PROGRESS, 0)).as("whole").isInstanceOf(Decision.Wait.class);
        assertThat(reload.object(22, 0, PROGRESS, 0)).isInstanceOf(Decision.Wait.class);
        assertThat(status(reload.object(21, 4, PROGRESS, 0))).isEqualTo(404);
        assertThat(status(reload.object(20, 10, PROGRESS, 0))).isEqualTo(404);
        assertThat(status(reload.object(9, -1, PROGRESS, 0))).isEqualTo(404);
        assertThat(status(reload.object(23, 0, PROGRESS, 0))).isEqualTo(404);
        assertThat(status(reload.object(21, 3, PROGRESS, 6 * S))).isEqualTo(503);
        assertThat(status(reload.object(21, 0, ENDED, 0))).isEqualTo(404);
    }

    @Test
    void directivesAreRead() {
        assertThat(read("_HLS_msn", "7", "_HLS_part", "2", "_HLS_skip", "YES"))
                .isEqualTo(new Directives(7, 2, Directives.Skip.YES));
        assertThat(read("_HLS_skip", "v2")).isEqualTo(new Directives(-1, -1, Directives.Skip.V2));
        assertThat(read("token", "x")).isEqualTo(Directives.NONE);
    }

    @Test
    void nonsenseIsRefusedWithASentence() {
        for (String[] query : new String[][] {
            {"_HLS_part", "1"},
            {"_HLS_msn", "-1"},
            {"_HLS_msn", ""},
            {"_HLS_msn", "1e9"},
            {"_HLS_msn", "99999999999999999999"},
            {"_HLS_msn", "1", "_HLS_part", "4294967296"},
            {"_HLS_msn", "٣"},
            {"_HLS_skip", "no"}
        }) {
            assertThat(Directives.read(query(query)))
                    .as(String.join("=", query))
                    .isInstanceOf(Directives.Outcome.Bad.class);
        }
        assertThat(Directives.read(Map.of("_HLS_msn", List.of("1", "2")))).isInstanceOf(Directives.Outcome.Bad.class);
    }

    @Test
    void anyQueryHasAnAnswer() {
        Random random = new Random(4);
        String alphabet = "0123456789-+eE. v2YSx";
        for (int i = 0; i < 100_000; i++) {
            Map<String, List<String>> query = new HashMap<>();
            for (String name : List.of("_HLS_msn", "_HLS_part", "_HLS_skip")) {
                StringBuilder value = new StringBuilder();
                for (int j = random.nextInt(4); j > 0; j--) {
                    value.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                query.put(name, random.nextBoolean() ? List.of() : List.of(value.toString()));
            }
            query.values().removeIf(List::isEmpty);
            if (Directives.read(query) instanceof Directives.Outcome.Read(Directives directives)) {
                assertThat(reload.playlist(directives, PROGRESS, random.nextLong(7 * S)))
                        .isNotNull();
            }
        }
    }

    private Decision ask(long number, int part) {
        return reload.playlist(read(number, part), PROGRESS, 0);
    }

    private static int status(Decision decision) {
        return decision instanceof Decision.Refuse refuse ? refuse.status() : 0;
    }

    private static Directives read(long number, int part) {
        return new Directives(number, part, Directives.Skip.NO);
    }

    private static Directives read(String... pairs) {
        if (Directives.read(query(pairs)) instanceof Directives.Outcome.Read(Directives directives)) {
            return directives;
        }
        throw new AssertionError("refused");
    }

    private static Map<String, List<String>> query(String... pairs) {
        Map<String, List<String>> query = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            query.put(pairs[i], List.of(pairs[i + 1]));
        }
        return query;
    }
}
