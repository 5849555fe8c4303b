package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.chat.Parcel.Lane;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudienceTest {
    private static final long NOW = 0;
    private static final int SLICE = 64;

    private final Audience audience = new Audience();

    @Test
    void everybodyWelcomedGetsWhatGoesToAllAndNobodyElse() {
        Reader ann = welcomed();
        Reader bob = welcomed();
        Reader stranger = sit();

        audience.toAll(chat("1"));
        audience.toAll(chat("2"));
        serveAll();

        assertThat(ann.got).containsExactly("1", "2");
        assertThat(bob.got).containsExactly("1", "2");
        assertThat(stranger.got).isEmpty();
        assertThat(ann.flushes).as("one packet for what came together").isEqualTo(1);
        assertThat(audience.keptBytes()).as("everybody has it").isZero();
    }

    @Test
    void aWelcomeComesBeforeWhatFollowsItAndAnswersWhereTheyBelong() {
        Reader ann = welcomed();
        audience.toAll(chat("1"));
        Reader bob = sit();
        audience.welcome(bob.seat, List.of(chat("w"), chat("1")));
        audience.toSeat(ann.seat, chat("ack"));
        audience.toAll(chat("2"));
        serveAll();

        assertThat(ann.got).containsExactly("1", "ack", "2");
        assertThat(bob.got).containsExactly("w", "1", "2");
    }

    @Test
    void whoWasNotWelcomedIsAnsweredAllTheSame() {
        Reader stranger = sit();
        audience.toSeat(stranger.seat, chat("refused"));
        serveAll();
        assertThat(stranger.got).containsExactly("refused");
    }

    @Test
    void aSecondWelcomeReplacesWhatTheFirstStillHadToTell() {
        Reader slow = sit();
        slow.room = 1;
        audience.welcome(slow.seat, List.of(chat("w1"), chat("1"), chat("2")));
        serveAll();
        audience.toAll(chat("3"));
        audience.welcome(slow.seat, List.of(chat("w2"), chat("2"), chat("3")));
        audience.toAll(chat("4"));
        slow.roomAgain(100);
        serveAll();
        assertThat(slow.got).containsExactly("w1", "w2", "2", "3", "4");
    }

    @Test
    void aFullRoomIsServedInSlices() {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 3 * SLICE; i++) {
            readers.add(welcomed());
        }
        serveAll();
        audience.toAll(chat("1"));

        assertThat(audience.serve(SLICE, NOW)).isEqualTo(SLICE);
        assertThat(readers.stream().filter(reader -> reader.got.size() == 1)).hasSize(SLICE);
        assertThat(audience.isWanted()).isTrue();
        audience.toAll(chat("2"));
        serveAll();
        assertThat(readers).allMatch(reader -> reader.got.equals(List.of("1", "2")));
    }

    @Test
    void aSlowReaderCatchesUpInOrderAndHoldsNobodyUp() {
        Reader good = welcomed();
        Reader slow = welcomed();
        slow.room = 3;
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add("m" + i);
            audience.toAll(chat("m" + i));
            serveAll();
        }
        assertThat(good.got).isEqualTo(all);
        assertThat(slow.got).hasSize(3);
        assertThat(audience.keptBytes()).isPositive();

        slow.roomAgain(10_000);
        serveAll();
        assertThat(slow.got).isEqualTo(all);
        assertThat(audience.keptBytes()).isZero();
    }

    @Test
    void whoFallsOutOfWhatIsKeptIsClosedAndTheRestGoesOn() {
        Reader good = welcomed();
        Reader dead = welcomed();
        dead.room = 0;
        for (int i = 0; i < Audience.MAX_KEPT + 2; i++) {
            audience.toAll(chat("m" + i));
            serveAll();
        }
        assertThat(dead.closed).isEqualTo(Audience.FELL_BEHIND);
        assertThat(audience.fallen()).isEqualTo(1);
        assertThat(audience.size()).isEqualTo(1);
        assertThat(good.got).hasSize(Audience.MAX_KEPT + 2);
        assertThat(good.closed).isNull();
        assertThat(audience.keptBytes()).isZero();
    }

    @Test
    void whatIsKeptIsBoundInBytes() {
        Reader dead = welcomed();
        dead.room = 0;
        welcomed();
        Parcel large = Parcel.app("l", true, new byte[256 * 1024]);
        for (int i = 0; i < 100; i++) {
            audience.toAll(large);
            serveAll();
            assertThat(audience.keptBytes()).isLessThanOrEqualTo(Audience.MAX_KEPT_BYTES);
        }
        assertThat(dead.closed).isNotNull();
    }

    @Test
    void newsAndReactionsAreSkippedForWhoIsBehindButNotTheLatest() {
        Reader slow = welcomed();
        slow.room = 0;
        audience.toAll(Parcel.of(Lane.NEWS, utf8("presence 1")));
        audience.toAll(Parcel.of(Lane.REACTIONS, utf8("claps 1")));
        audience.toAll(chat("1"));
        audience.toAll(Parcel.of(Lane.NEWS, utf8("presence 2")));
        audience.toAll(Parcel.of(Lane.REACTIONS, utf8("claps 2")));
        serveAll();
        slow.roomAgain(10);
        serveAll();
        assertThat(slow.got).containsExactly("1", "presence 2", "claps 2");
        assertThat(audience.skipped()).isEqualTo(2);
    }

    @Test
    void answersToWhoSendsAndNeverReadsAreBounded() {
        Reader dead = welcomed();
        dead.room = 0;
        Parcel answer = chat("x".repeat(1_000));
        int taken = 0;
        while (audience.toSeat(dead.seat, answer)) {
            taken++;
            assertThat(taken).isLessThan(1_000);
        }
        assertThat(taken).isPositive();
    }

    @Test
    void whoIsEndedGetsWhatWasForThemFirst() {
        Reader ann = welcomed();
        audience.toAll(chat("1"));
        audience.toSeat(ann.seat, chat("last"));
        audience.end(ann.seat, "why", NOW);
        audience.toAll(chat("2"));
        serveAll();
        assertThat(ann.got).containsExactly("1", "last");
        assertThat(ann.closed).isEqualTo("why");
        assertThat(audience.isEmpty()).isTrue();
    }

    @Test
    void aLineThatIsGoneLeavesTheRoom() {
        Reader gone = welcomed();
        Reader ann = welcomed();
        gone.broken = true;
        audience.toAll(chat("1"));
        serveAll();
        assertThat(audience.size()).isEqualTo(1);
        assertThat(ann.got).containsExactly("1");
    }

    /** Comings, goings, slowness and slices as they fall: nobody misses one, gets one twice or out of order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensEachGetsEverythingOnceInOrder(long seed) {
        Random random = new Random(seed);
        List<Reader> readers = new ArrayList<>();
        int said = 0;
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    Reader reader = sit();
                    reader.from = said;
                    audience.welcome(reader.seat, List.of());
                    readers.add(reader);
                }
                case 1 -> {
                    if (readers.size() > 3) {
                        audience.leave(readers.remove(random.nextInt(readers.size())).seat);
                    }
                }
                case 2, 3 -> {
                    if (!readers.isEmpty()) {
                        Reader reader = readers.get(random.nextInt(readers.size()));
                        if (random.nextInt(4) == 0) {
                            reader.room = 0;
                        } else {
                            reader.roomAgain(random.nextInt(50));
                        }
                    }
                }
                case 4, 5 -> audience.toAll(chat(Integer.toString(said++)));
                default -> audience.serve(random.nextInt(1, 5), NOW);
            }
            readers.removeIf(reader -> reader.closed != null);
        }
        readers.forEach(reader -> reader.roomAgain(Integer.MAX_VALUE));
        serveAll();
        assertThat(readers).isNotEmpty();
        for (Reader reader : readers) {
            if (reader.closed == null) {
                List<String> expected = new ArrayList<>();
                for (int i = reader.from; i < said; i++) {
                    expected.add(Integer.toString(i));
                }
                assertThat(reader.got).isEqualTo(expected);
            }
        }
        assertThat(audience.keptBytes()).isZero();
    }

    private void serveAll() {
        int rounds = 0;
        while (audience.isWanted()) {
            audience.serve(SLICE, NOW);
            assertThat(rounds++).as("comes to an end").isLessThan(10_000);
        }
    }

    private Reader sit() {
        Reader reader = new Reader();
        reader.seat = audience.sit(reader);
        return reader;
    }

    private Reader welcomed() {
        Reader reader = sit();
        audience.welcome(reader.seat, List.of());
        return reader;
    }

    private static Parcel chat(String text) {
        return Parcel.of(Lane.CHAT, utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes as many parcels as it has room for. */
    private final class Reader implements Line {
        final List<String> got = new ArrayList<>();
        Seat seat = new Seat(this, -1);
        int room = Integer.MAX_VALUE;
        int from;
        int flushes;
        boolean broken;

        @Nullable
        String closed;

        void roomAgain(int parcels) {
            room = parcels;
            if (parcels > 0) {
                audience.onRoom(seat);
            }
        }

        @Override
        public Taken send(Parcel parcel, long nowNs) {
            if (broken) {
                return Taken.GONE;
            }
            if (room == 0) {
                return Taken.LATER;
            }
            room--;
            got.add(new String(parcel.bytes(), StandardCharsets.UTF_8));
            return Taken.TAKEN;
        }

        @Override
        public void flush(long nowNs) {
            flushes++;
        }

        @Override
        public void close(String why, long nowNs) {
            closed = why;
        }
    }
}
