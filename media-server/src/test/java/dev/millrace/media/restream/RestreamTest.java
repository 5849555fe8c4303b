package dev.millrace.media.restream;

import static dev.millrace.media.restream.Bench.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.RestreamInfo.State;
import dev.millrace.media.restream.Target.Tag;
import dev.millrace.media.rtmp.RtmpEnd;
import dev.millrace.media.segment.Packaged;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stream on its way to a target that is there, is not, refuses, stalls and comes back; in virtual time. */
class RestreamTest {
    private static Bench live() {
        Bench bench = new Bench(1).pushed(0).packaged();
        bench.run(2_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        return bench;
    }

    @Test
    void itWaitsAndIsLiveSoonAfterTheStreamIs() {
        Bench bench = new Bench(1).pushed(0);
        bench.run(60_000);
        assertThat(bench.info().state()).isEqualTo(State.WAITING);
        assertThat(bench.targets).isEmpty();
        assertThat(bench.tap.wantsPackaging()).isTrue();
        bench.packaged().run(10_000);
        Target target = bench.last();
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.info().connects()).isEqualTo(1);
        assertThat(target.request).isNotNull();
        assertThat(String.valueOf(target.request == null ? "" : target.request.name()))
                .isEqualTo("the-key");
        assertThat(target.configurations).containsExactly("AVC 0", "AAC 1");
        assertThat(target.metadata).singleElement().satisfies(told -> assertThat(told)
                .containsEntry("videocodecid", 7.0)
                .containsEntry("width", (double) Packaged.SMALL.sequence().width()));
        assertThat(target.pictures().size()).isBetween(220, 250);
        assertThat(bench.info().pictures()).isEqualTo(target.pictures().size());
        assertThat(target.sounds().size()).isBetween(410, 470);
        assertThat(bench.info().dropped()).isZero();
        assertThat(bench.info().bytes()).isGreaterThan(1_000_000);
    }

    @Test
    void soundThatComesLateStandsWithItsPictures() {
        Bench bench = new Bench(2).pushed(0);
        bench.soundDelayMs = 450;
        bench.packaged().run(30_000);
        List<Tag> tags = bench.last().tags;
        long outOfOrder = 0;
        for (int i = 200; i < tags.size(); i++) {
            outOfOrder += tags.get(i).ms() < tags.get(i - 1).ms() ? 1 : 0;
        }
        assertThat(outOfOrder).isZero();
        assertThat(bench.last().sounds().size()).isGreaterThan(1_300);
        long base = tags.getFirst().capturedMs();
        assertThat(tags).allSatisfy(tag -> assertThat(tag.ms())
                .isBetween(tag.capturedMs() - base - 1, tag.capturedMs() - base + 1));
        Tag last = tags.getLast();
        assertThat(bench.nowNs - last.atNs()).isLessThan(100 * MS);
    }

    @Test
    void aBrokenConnectionIsMadeAnewFromTheLastKeyframe() {
        Bench bench = live();
        bench.last().reset();
        bench.run(100);
        assertThat(bench.info().state()).isEqualTo(State.RETRYING);
        assertThat(bench.info().nextMs() - bench.nowNs / MS).isBetween(500L, 1_250L);
        assertThat(bench.info().detail()).isEqualTo("The target closed the connection.");
        bench.run(1_500);
        assertThat(bench.targets).hasSize(2);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.info().connects()).isEqualTo(2);
        assertThat(bench.info().detail()).isEmpty();
        assertThat(bench.last().tags.getFirst().key()).isTrue();
    }

    @Test
    void whoIsNotThereIsAskedLessAndLessOften() {
        Bench bench = new Bench(3).pushed(0).packaged();
        bench.listening = false;
        bench.run(300_000);
        List<Long> at = bench.dialledNs;
        assertThat(at.size()).isBetween(10, 20);
        long last = at.getLast() - at.get(at.size() - 2);
        assertThat(last).isBetween(22_000 * MS, 38_000 * MS);
        bench.listening = true;
        bench.run(40_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
    }

    @Test
    void aRefusalIsSaidWithoutTheKeyAndAskedAgainSlowly() {
        Bench bench = new Bench(4).pushed(0).packaged();
        bench.refusal = "the-key is known to nobody";
        bench.run(40_000);
        assertThat(bench.info().state()).isEqualTo(State.REFUSED);
        assertThat(bench.info().detail()).isEqualTo("The target refuses the stream: … is known to nobody");
        assertThat(bench.info().toString()).doesNotContain("the-key");
        assertThat(bench.targets).hasSize(1);
        bench.refusal = null;
        bench.run(60_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
    }

    @Test
    void aShortStallLosesNothing() {
        Bench bench = live();
        bench.readBps = 0;
        bench.run(6_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        bench.readBps = Bench.EVERYTHING;
        bench.run(2_000);
        assertThat(bench.info().dropped()).isZero();
        assertThat(bench.targets).hasSize(1);
        assertThat(bench.last().pictures().size()).isEqualTo((int) bench.info().pictures());
        assertThat(bench.nowNs - bench.last().tags.getLast().atNs()).isLessThan(100 * MS);
    }

    @Test
    void whoDoesNotReadIsCutAndBoundedMeanwhile() {
        Bench bench = live();
        bench.pictureBytes = 60_000; // 12 Mb/s
        bench.readBps = 0;
        long most = 0;
        for (int i = 0; i < 95; i++) {
            bench.run(100);
            most = Math.max(most, bench.restreams.waitingBytes());
        }
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.info().dropped()).isPositive();
        assertThat(most).isLessThan(Outbox.MAX_BYTES + Outbox.LINE_BYTES + 200_000);
        bench.run(1_000);
        assertThat(bench.info().state()).isNotEqualTo(State.LIVE);
        assertThat(bench.info().detail()).isEqualTo("The target has read nothing for 10 s.");
        assertThat(bench.restreams.waitingBytes()).isLessThan(10_000);
        bench.readBps = Bench.EVERYTHING;
        bench.run(5_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
    }

    @Test
    void whoReadsTooSlowlyIsLeftOutFromKeyframeToKeyframe() {
        Bench bench = live();
        bench.pictureBytes = 60_000;
        bench.readBps = 750_000; // half of what comes
        bench.run(60_000);
        assertThat(bench.targets).hasSize(1);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.info().dropped()).isGreaterThan(300);
        assertThat(bench.info().detail()).contains("more slowly");
        List<Tag> pictures = bench.last().pictures();
        for (int i = 1; i < pictures.size(); i++) {
            boolean follows = pictures.get(i).ms() - pictures.get(i - 1).ms() <= 50;
            assertThat(follows || pictures.get(i).key()).as("picture %d", i).isTrue();
        }
    }

    @Test
    void whoGoesAwayForAMomentKeepsTheConnectionAndForLongerEndsIt() {
        Bench bench = live();
        bench.broadcasting = false;
        bench.run(8_000);
        bench.broadcasting = true;
        bench.run(2_000);
        assertThat(bench.targets).hasSize(1);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        bench.broadcasting = false;
        bench.run(10_500);
        assertThat(bench.info().state()).isEqualTo(State.WAITING);
        assertThat(bench.last().ended).isEqualTo(RtmpEnd.UNPUBLISHED);
        bench.unpackaged();
        bench.run(100_000);
        bench.packaged();
        bench.broadcasting = true;
        bench.run(2_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.targets).hasSize(2);
    }

    @Test
    void anotherPackagerGoesOnInTheSameConnection() {
        Bench bench = live();
        bench.packaged();
        bench.run(5_000);
        assertThat(bench.targets).hasSize(1);
        List<Tag> pictures = bench.last().pictures();
        assertThat(pictures.getLast().ms()).isBetween(5_500L, 7_000L);
    }

    @Test
    void anotherSizeIsToldWithItsKeyframe() {
        Bench bench = live();
        bench.config = Packaged.OTHER;
        bench.run(3_000);
        Target target = bench.last();
        assertThat(target.configurations).hasSize(3);
        assertThat(target.metadata).hasSize(2);
        int at = Integer.parseInt(target.configurations.getLast().substring("AVC ".length()));
        assertThat(target.tags.get(at).key()).isTrue();
    }

    @Test
    void soundAloneIsTaken() {
        Bench bench = new Bench(5).pushed(0);
        bench.pictures = false;
        bench.packaged().run(10_000);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.last().sounds().size()).isGreaterThan(100);
    }

    @Test
    void rareKeyframesAreNotWaitedFor() {
        Bench bench = new Bench(6).packaged();
        bench.keyEveryMs = 9_000;
        bench.run(20_000);
        bench.pushed(0);
        bench.run(9_500);
        bench.last().reset();
        bench.run(1_600);
        assertThat(bench.info().state()).isEqualTo(State.LIVE);
        assertThat(bench.last().pictures().size()).isGreaterThan(40);
    }

    @Test
    void theHighestLayerIsTakenLeftAndTrustedAgain() {
        Bench bench = new Bench(7).pushed(0);
        bench.second = true;
        bench.config = Packaged.OTHER;
        bench.packaged().run(5_000);
        assertThat(widths(bench)).containsExactly(width(bench, true));
        bench.first = false;
        bench.run(6_000);
        assertThat(widths(bench)).containsExactly(width(bench, true), width(bench, false));
        bench.first = true;
        bench.run(5_000);
        assertThat(widths(bench)).hasSize(2);
        bench.run(8_000);
        assertThat(widths(bench)).containsExactly(width(bench, true), width(bench, false), width(bench, true));
        assertThat(bench.targets).hasSize(1);
    }

    @Test
    void aLowerOneIsTakenWhenAskedFor() {
        boolean otherIsHigher =
                Packaged.OTHER.sequence().height() > Packaged.SMALL.sequence().height();
        int lower = Math.min(
                Packaged.OTHER.sequence().height(), Packaged.SMALL.sequence().height());
        Bench bench = new Bench(8).pushed(lower);
        bench.second = true;
        bench.config = Packaged.OTHER;
        bench.packaged().run(10_000);
        assertThat(widths(bench)).containsExactly((double)
                (otherIsHigher ? Packaged.SMALL : Packaged.OTHER).sequence().width());
    }

    private static double width(Bench bench, boolean first) {
        return (first ? bench.config : Packaged.SMALL).sequence().width();
    }

    private static List<Object> widths(Bench bench) {
        return bench.last().metadata.stream()
                .map(each -> (Object) String.valueOf(each.get("width")))
                .map(text -> (Object) Double.valueOf((String) text))
                .toList();
    }

    @Test
    void whatIsStoppedEndsAndIsNotWantedAnyMore() {
        Bench bench = live();
        MediaReply stopped = bench.ask(new MediaCommand.StopRestream(Bench.STREAM, "id1"));
        assertThat(((MediaReply.Restreams) stopped).restreams()).hasSize(1);
        assertThat(bench.last().ended).isEqualTo(RtmpEnd.UNPUBLISHED);
        assertThat(bench.tap.wantsPackaging()).isFalse();
        bench.run(60_000);
        assertThat(bench.targets).hasSize(1);
        assertThat(((MediaReply.Restreams) bench.ask(new MediaCommand.ListRestreams(null))).restreams())
                .isEmpty();
        stopped = bench.ask(new MediaCommand.StopRestream(Bench.STREAM, "id1"));
        assertThat(((MediaReply.Restreams) stopped).restreams()).isEmpty();
    }

    @Test
    void thereAreOnlySoMany() {
        Bench bench = new Bench(9).pushed(0);
        assertThat(kind(bench, Bench.STREAM, "the-key")).isEqualTo(RefusalKind.CONFLICT);
        for (int i = 1; i < Restreams.MOST_OF_STREAM; i++) {
            assertThat(kind(bench, Bench.STREAM, "key-" + i)).isNull();
        }
        assertThat(kind(bench, Bench.STREAM, "one-more")).isEqualTo(RefusalKind.FULL);
        for (int i = Restreams.MOST_OF_STREAM; i < Restreams.MOST; i++) {
            assertThat(kind(bench, "other" + i, "the-key")).isNull();
        }
        assertThat(kind(bench, "another", "the-key")).isEqualTo(RefusalKind.FULL);
    }

    private static @org.jspecify.annotations.Nullable RefusalKind kind(Bench bench, String stream, String key) {
        MediaReply reply = bench.ask(new MediaCommand.StartRestream(stream, "rtmp://there/live", key, 0));
        return reply instanceof MediaReply.Refused refused ? refused.kind() : null;
    }

    @Test
    void whateverHappensItIsBoundedAndComesBack() {
        for (int seed = 0; seed < 60; seed++) {
            Bench bench = new Bench(seed).pushed(0).packaged();
            java.util.Random random = new java.util.Random(seed);
            for (int i = 0; i < 40; i++) {
                disturb(bench, random);
                bench.run(random.nextInt(4_000));
                assertThat(bench.restreams.waitingBytes())
                        .as("seed %d", seed)
                        .isLessThan(Outbox.MAX_BYTES + Outbox.LINE_BYTES + 200_000);
            }
            bench.refusal = null;
            bench.listening = true;
            bench.broadcasting = true;
            bench.readBps = Bench.EVERYTHING;
            bench.run(80_000);
            assertThat(bench.info().state())
                    .as("seed %d: %s", seed, bench.info())
                    .isEqualTo(State.LIVE);
        }
    }

    private static void disturb(Bench bench, java.util.Random random) {
        switch (random.nextInt(8)) {
            case 0 -> bench.listening = !bench.listening;
            case 1 -> bench.broadcasting = !bench.broadcasting;
            case 2 -> bench.readBps = random.nextBoolean() ? 0 : random.nextInt(500_000);
            case 3 -> bench.readBps = Bench.EVERYTHING;
            case 4 -> bench.refusal = random.nextInt(3) == 0 ? "no" : null;
            case 5 -> bench.pictureBytes = 1_000 + random.nextInt(100_000);
            case 6 -> bench.config = random.nextBoolean() ? Packaged.OTHER : Packaged.SMALL;
            default -> {
                if (!bench.targets.isEmpty()) {
                    byte[] noise = new byte[random.nextInt(5_000)];
                    random.nextBytes(noise);
                    if (random.nextBoolean()) {
                        bench.last().say(noise);
                    } else {
                        bench.last().reset();
                    }
                }
            }
        }
    }
}
