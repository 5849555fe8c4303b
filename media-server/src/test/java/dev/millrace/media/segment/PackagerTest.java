package dev.millrace.media.segment;

import static dev.millrace.media.segment.Packaged.MS;
import static dev.millrace.media.segment.Packaged.OTHER;
import static dev.millrace.media.segment.Packaged.REORDERED;
import static dev.millrace.media.segment.Packaged.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.H264Packets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackagerTest {
    private static final double FRAME = 1000 / 30.0;

    private final Packaged b = new Packaged();

    @Test
    void keyframesNearTheGridAreCuts() {
        Track high = b.video("h");
        Track low = b.video("l");
        Track sound = b.audio("a");
        play(0, 10_050, ms -> ms % 2000 < FRAME, high, low, sound);
        for (Track track : List.of(high, low)) {
            b.check(track);
            assertThat(b.done(track)).hasSize(5);
            assertThat(b.done(track)).allMatch(Segment::isIndependent).noneMatch(Segment::isGap);
            assertThat(b.done(track)).allMatch(each -> Math.abs(each.durationNs() - 2000 * MS) < 40 * MS);
        }
        b.check(sound);
        assertThat(b.done(sound)).hasSize(5);
        for (int i = 0; i < 5; i++) {
            assertThat(b.done(high).get(i).startNs())
                    .isEqualTo(b.done(low).get(i).startNs());
            assertThat(b.done(sound).get(i).startNs() - b.done(high).get(i).startNs())
                    .isBetween(0L, 60 * MS);
        }
        assertThat(b.packager.forcedCuts()).isZero();
        assertThat(b.wanted).as("a tenth before the grid, once, for all layers").isEqualTo(5);
        assertThat(high.averageBps()).isBetween(48_000L, 80_000L);
        assertThat(high.peakBps()).isGreaterThanOrEqualTo(high.averageBps());
    }

    @Test
    void partsAreOfTheLengthThatPlaylistsPromise() {
        for (double fps : new double[] {15, 24, 25, 30, 29.97, 50, 60}) {
            Packaged each = new Packaged();
            Track track = each.video("v");
            Random random = new Random(3);
            double next = 0;
            for (int i = 0; i < fps * 20; i++) {
                boolean key = i / fps >= next;
                next = key ? next + 2 : next;
                each.picture(track, i * 1000 / fps + random.nextGaussian(), key, SMALL);
            }
            each.check(track);
            long target = PackagerConfig.DEFAULT.partTargetNs();
            for (Segment segment : each.done(track)) {
                List<Part> parts = segment.parts();
                assertThat(parts).as("%.2f pictures a second", fps).allMatch(part -> part.durationNs() <= target);
                assertThat(parts.subList(0, parts.size() - 1))
                        .as("%.2f pictures a second", fps)
                        .allMatch(part -> part.independent() || part.durationNs() >= 0.85 * target);
            }
        }
    }

    @Test
    void partsOfABusyPublisherAreNoLonger() {
        for (int seed = 0; seed < 20; seed++) {
            Packaged each = new Packaged();
            Track track = each.video("v");
            Random random = new Random(seed);
            long target = PackagerConfig.DEFAULT.partTargetNs();
            double skippedUntil = 0;
            List<Long> shown = new java.util.ArrayList<>();
            for (int i = 0; i < 1800; i++) {
                double ms = i * FRAME;
                if (i % 30 == 0 && random.nextBoolean()) {
                    skippedUntil = ms + random.nextInt(500);
                }
                if (ms >= skippedUntil) {
                    each.picture(track, ms, i == 0 || each.wanted > 0, SMALL);
                    each.wanted = 0;
                    shown.add(Math.round(ms * 90));
                }
            }
            each.check(track);
            assertThat(each.done(track)).noneMatch(Segment::isGap);
            for (Segment segment : each.done(track)) {
                // Only a picture that stands until the cut may be longer than a part.
                assertThat(segment.parts().subList(0, segment.parts().size() - 1).stream()
                                .map(Part::durationNs))
                        .allMatch(ns -> ns <= target + MS / 10);
            }
            List<Long> told = each.done(track).stream()
                    .flatMap(segment -> Boxes.samples(segment.bytes()).stream())
                    .map(sample -> sample.decode() + sample.composition())
                    .toList();
            assertThat(told).as("each is shown when it was captured").isEqualTo(shown.subList(0, told.size()));
        }
    }

    @Test
    void aKeyframeThatDoesNotComeIsNotWaitedFor() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        play(0, 20_000, ms -> ms < FRAME, track, sound);
        b.check(track);
        b.check(sound);
        assertThat(b.done(track)).hasSizeBetween(8, 9);
        assertThat(b.done(track)).allMatch(each -> each.durationNs() < 2490 * MS);
        assertThat(b.done(track).subList(1, 8)).noneMatch(Segment::isIndependent);
        assertThat(b.packager.forcedCuts()).isGreaterThanOrEqualTo(8);
        assertThat(b.wanted).isGreaterThan(16);
    }

    @Test
    void anotherFormatIsAnotherEpochForAll() {
        Track high = b.video("h");
        Track low = b.video("l");
        Track sound = b.audio("a");
        play(0, 3000, ms -> ms % 2000 < FRAME, high, low, sound);
        for (int i = 90; i < 200; i++) {
            b.picture(high, i * FRAME, i % 60 == 30, OTHER);
            b.picture(low, i * FRAME, i % 60 == 30, OTHER);
            sounds(sound, i * FRAME);
        }
        for (Track track : List.of(high, low, sound)) {
            b.check(track);
            Segment changed = b.done(track).get(2);
            assertThat(changed.isDiscontinuity()).isTrue();
            assertThat(changed.epoch()).isEqualTo(1);
            assertThat(changed.startNs()).isBetween(3000 * MS - 1, 3060 * MS);
            assertThat(changed.init()).isNotSameAs(b.done(track).get(1).init());
            assertThat(b.inits(track)).hasSize(2);
        }
        // The grid goes on from there.
        assertThat(b.done(high).get(2).durationNs()).isBetween(1980 * MS, 2020 * MS);
    }

    @Test
    void oneLayersOtherFormatIsADiscontinuityOfAll() {
        for (int at : new int[] {60, 90}) { // on the grid, and between
            for (boolean changedFirst : new boolean[] {true, false}) {
                Packaged each = new Packaged();
                Track first = each.video("h");
                Track second = each.video("l");
                Track sound = each.audio("a");
                for (int i = 0; i < 240; i++) {
                    boolean key = i % 60 == 0 || i == at;
                    each.picture(first, i * FRAME, key, changedFirst && i >= at ? OTHER : SMALL);
                    each.picture(second, i * FRAME, key, !changedFirst && i >= at ? OTHER : SMALL);
                    sounds(each, sound, i * FRAME);
                }
                for (Track track : List.of(first, second, sound)) {
                    each.check(track);
                    Segment changed = each.done(track).get(at / 60 + at % 60 / 30);
                    assertThat(changed.isDiscontinuity())
                            .as("%d, %s", at, track.name())
                            .isTrue();
                    assertThat(changed.startNs()).isBetween(at * MS * 100 / 3 - 1, at * MS * 100 / 3 + 60 * MS);
                    assertThat(changed.isIndependent()).isTrue();
                    assertThat(each.done(track)).noneMatch(Segment::isGap);
                    assertThat(each.inits(track).getLast()).isSameAs(changed.init());
                }
            }
        }
    }

    @Test
    void aLayerThatHasNoKeyframeAtADiscontinuityIsAskedForOne() {
        Track high = b.video("h");
        Track low = b.video("l");
        for (int i = 0; i < 200; i++) {
            b.picture(high, i * FRAME, i % 60 == 0 || i == 90, i >= 90 ? OTHER : SMALL);
            b.picture(low, i * FRAME, i % 60 == 0, SMALL);
            if (i == 89) {
                b.wanted = 0;
            }
            if (i == 95) {
                assertThat(b.wanted).isOne();
            }
        }
        b.check(low);
        Segment lacking = b.done(low).get(2);
        assertThat(lacking.isDiscontinuity()).isTrue();
        assertThat(lacking.isGap()).isTrue();
        assertThat(lacking.parts().stream().filter(each -> !each.isGap()).findFirst())
                .hasValueSatisfying(part -> assertThat(part.independent()).isTrue());
    }

    @Test
    void anotherLevelIsNothingNew() {
        Track track = b.video("v");
        byte[] sps = H264Packets.SPS.clone();
        sps[3] = 31;
        var louder = Packaged.config(sps, H264Packets.PPS);
        for (int i = 0; i < 300; i++) {
            b.picture(track, i * FRAME, i % 60 == 0, i < 120 ? SMALL : louder);
        }
        assertThat(b.inits(track)).hasSize(1);
        assertThat(b.done(track)).noneMatch(Segment::isDiscontinuity);
    }

    @Test
    void idsThatChangeWithEveryKeyframeAreToldInTheSamples() {
        Track track = b.video("v");
        var config = SMALL;
        for (int i = 0; i < 600; i++) {
            if (i % 60 == 0 && i > 0) {
                config = Packaged.config(H264Packets.SPS, new byte[] {0x68, (byte) (i / 60), 0x3c, (byte) 0x80});
            }
            b.picture(track, i * FRAME, i % 60 == 0, config);
        }
        b.check(track);
        assertThat(b.inits(track)).hasSize(2);
        assertThat(b.inits(track).getFirst().format().codecString()).startsWith("avc1.");
        assertThat(b.inits(track).getLast().format().codecString()).startsWith("avc3.");
        assertThat(b.done(track).stream().filter(Segment::isDiscontinuity)).hasSize(1);
        int plain = Boxes.samples(b.done(track).getFirst().bytes()).getFirst().data().length;
        int withSets = Boxes.samples(b.done(track).get(3).bytes()).getFirst().data().length;
        assertThat(withSets - plain).isEqualTo(8 + H264Packets.SPS.length + H264Packets.PPS.length);
    }

    @Test
    void noSegmentIsLongerThanPlaylistsPromise() {
        for (int seed = 0; seed < 40; seed++) {
            Packaged each = new Packaged();
            Track track = each.video("v");
            Track sound = each.audio("a");
            Random random = new Random(seed);
            double next = 0;
            // A screen that is shared answers a wish at once; who does not may not be that slow.
            boolean obedient = seed % 2 == 0;
            double spacing = 200 + random.nextInt(obedient ? 850 : 150);
            for (double ms = 0; ms < 60_000; ms += 20) {
                if (ms >= next) {
                    boolean key = ms == 0 || (obedient ? each.wanted > 0 : random.nextInt(4) == 0);
                    each.wanted = 0;
                    each.picture(track, ms, key, SMALL);
                    next = ms + spacing * (0.9 + random.nextDouble() / 5);
                }
                if (obedient && each.wanted > 0) {
                    next = Math.min(next, ms + 60);
                }
                if (obedient) {
                    each.sound(sound, ms);
                }
            }
            each.check(track);
            assertThat(each.done(track)).noneMatch(Segment::isGap);
            assertThat(each.done(track).stream().map(segment -> segment.durationNs() / MS))
                    .as("%.0f ms apart", spacing)
                    .hasSizeGreaterThan(20)
                    .allMatch(ms -> ms < 2500);
        }
    }

    @Test
    void whatTheWorkerMakesMayComeLate() {
        Track high = b.video("h");
        Track rung = b.video("r");
        Track sound = b.audio("a");
        Random random = new Random(7);
        List<Runnable> late = new java.util.ArrayList<>();
        double worst = 0;
        for (int i = 0; i < 900; i++) {
            double ms = i * FRAME;
            b.picture(high, ms, i % 60 == 0, SMALL);
            boolean key = i % 60 == 0;
            late.add(() -> {
                b.picture(rung, ms, key, SMALL);
                sounds(sound, ms);
            });
            worst = random.nextInt(60) == 0 ? 50 + random.nextInt(1450) : Math.max(50, worst - FRAME);
            while (late.size() > worst / FRAME) {
                late.removeFirst().run();
            }
        }
        for (Track track : List.of(rung, sound)) {
            b.check(track);
            assertThat(b.done(track)).hasSizeGreaterThan(12).noneMatch(Segment::isGap);
            assertThat(track.dropped()).isZero();
        }
    }

    @Test
    void theBandwidthToldIsThatOfTheWorstRunOfSegments() {
        PeakRate rate = new PeakRate(2000 * MS);
        rate.add(250_000, 2000 * MS); // 1 Mb/s
        rate.add(100_000, 400 * MS); // 2 Mb/s, but too short to count alone
        assertThat(rate.peakBps()).isEqualTo(1_166_667);
        rate.interrupt();
        rate.add(100_000, 400 * MS);
        assertThat(rate.peakBps()).isEqualTo(1_166_667);
        rate.add(500_000, 2000 * MS);
        assertThat(rate.peakBps()).isEqualTo(2_000_000);
        assertThat(rate.averageBps()).isEqualTo((long) Math.ceil(950_000 * 8 / 4.8));
    }

    @Test
    void aShortHoleIsBridgedALongOneIsAGap() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        for (int i = 0; i < 600; i++) {
            double ms = i * FRAME;
            boolean lost = (ms > 500 && ms < 1200) || (ms > 5000 && ms < 13_000);
            if (!lost) {
                b.picture(track, ms, i % 60 == 0 || i == 36 || i == 390, SMALL);
            }
            sounds(sound, ms);
        }
        b.check(track);
        b.check(sound);
        assertThat(b.done(sound)).noneMatch(Segment::isGap);
        List<Segment> segments = b.done(track);
        assertThat(segments.get(0).isGap()).isFalse();
        assertThat(segments.get(2).isGap()).as("its last picture stands").isFalse();
        assertThat(segments.subList(3, 6)).allMatch(Segment::isGap);
        assertThat(segments.get(7).isGap()).isFalse();
        assertThat(segments.get(7).isIndependent()).isTrue();
    }

    @Test
    void aGapIsToldWhileItLasts() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        play(0, 4100, ms -> ms % 2000 < FRAME, track, sound);
        for (double ms = 4100; ms < 12_000; ms += 20) {
            b.sound(sound, ms);
        }
        assertThat(b.done(track)).hasSizeGreaterThanOrEqualTo(4);
        assertThat(b.done(track).getLast().isGap()).isTrue();
    }

    @Test
    void soundAloneIsCutOnTheGrid() {
        Track sound = b.audio("a");
        for (double ms = 0; ms < 10_100; ms += 20) {
            b.sound(sound, ms);
        }
        b.check(sound);
        assertThat(b.done(sound)).hasSizeGreaterThanOrEqualTo(4).allMatch(Segment::isIndependent);
        assertThat(b.done(sound)).allMatch(each -> Math.abs(each.durationNs() - 2000 * MS) <= 120 * MS);
        assertThat(b.packager.forcedCuts()).isZero();
    }

    @Test
    void soundDoesNotWaitForeverForAPicture() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        for (double ms = 0; ms < 8000; ms += 20) {
            b.sound(sound, ms);
        }
        assertThat(b.done(sound)).hasSize(2);
        for (int i = 240; i < 480; i++) {
            b.picture(track, i * FRAME, i % 60 == 10, SMALL);
            sounds(sound, i * FRAME);
        }
        b.check(track);
        b.check(sound);
        assertThat(b.done(track).getFirst().isGap())
                .as("it began in the middle")
                .isTrue();
        assertThat(b.done(track).get(1).isGap()).isFalse();
    }

    @Test
    void aPublisherThatComesAgainIsAnotherEpoch() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        play(0, 3000, ms -> ms % 2000 < FRAME, track, sound);
        b.packager.interrupt();
        for (int i = 0; i < 300; i++) {
            b.picture(track, 60_000 + i * FRAME, i % 60 == 0, SMALL);
            sounds(sound, 60_000 + i * FRAME);
        }
        b.check(track);
        b.check(sound);
        Segment again = b.done(track).get(2);
        assertThat(again.isDiscontinuity()).isTrue();
        assertThat(again.startNs()).isEqualTo(60_000 * MS);
        assertThat(again.isIndependent()).isTrue();
        assertThat(b.inits(track)).hasSize(2);
        assertThat(b.done(sound).get(2).epoch()).isEqualTo(1);
    }

    @Test
    void aPublisherWithoutReorderingIsNotHeldUpForTheLastOneWithIt() {
        int[] order = {0, 4, 2, 1, 3};
        for (AvcConfig before : List.of(REORDERED, SMALL)) { // told, and learned from the pictures
            Packaged broadcast = new Packaged();
            Track track = broadcast.video("v");
            for (int i = 0; i < 150; i++) {
                broadcast.picture(track, (i / 5 * 5 + order[i % 5]) * FRAME, i % 50 == 0, before);
            }
            broadcast.packager.interrupt();
            for (int i = 0; i < 150; i++) {
                broadcast.picture(track, 60_000 + i * FRAME, i % 60 == 0, SMALL);
            }
            broadcast.check(track);
            List<Segment> again = broadcast.done(track).stream()
                    .filter(each -> each.epoch() == 1)
                    .toList();
            assertThat(again).hasSize(2);
            assertThat(again.getFirst().startNs() + broadcast.packager.originUnixNs())
                    .isEqualTo(Packaged.UNIX_NS + 60_000 * MS);
            assertThat(again.stream().flatMap(each -> Boxes.samples(each.bytes()).stream()))
                    .allMatch(each -> each.composition() == 0);
        }
    }

    @Test
    void aKeyframeThatGoesBackBehindTheBeginningIsNotLeftOutAlone() {
        Track track = b.video("l");
        b.picture(track, 0, true, SMALL);
        b.picture(track, 1, false, SMALL);
        b.picture(track, FRAME, false, SMALL);
        // The clock of its layer was found to be another just now.
        b.picture(track, -0.5, true, SMALL);
        for (int i = 1; i < 100; i++) {
            b.picture(track, i * FRAME - 0.5, i == 60, SMALL);
        }
        b.packager.interrupt();
        b.check(track);
        List<Boxes.Read> samples = b.done(track).stream()
                .flatMap(each -> Boxes.samples(each.bytes()).stream())
                .toList();
        assertThat(samples).hasSize(103);
        assertThat(samples.get(3).sync()).isTrue();
        assertThat(track.dropped()).isZero();
    }

    @Test
    void aSlowScreenIsNoHole() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        double next = 0;
        for (double ms = 0; ms < 20_000; ms += 20) {
            if (ms >= next) {
                b.picture(track, ms, ms % 2000 < 1000, SMALL);
                next += 1000;
            }
            b.sound(sound, ms);
        }
        b.check(track);
        assertThat(b.done(track)).hasSizeGreaterThanOrEqualTo(8).noneMatch(Segment::isGap);
    }

    @Test
    void rungsWithoutReorderingAreCutAtTheKeyframesOfASourceWithIt() {
        Track source = b.video("v");
        Track rung = b.video("r");
        int[] order = {0, 4, 2, 1, 3};
        for (int group = 0; group < 60; group++) {
            for (int i = 0; i < 5; i++) {
                b.picture(source, (group * 5 + order[i]) * 40, group % 10 == 0 && i == 0, REORDERED);
            }
            for (int i = 0; i < 5; i++) {
                b.picture(rung, (group * 5 + i) * 40, group % 10 == 0 && i == 0, SMALL);
            }
        }
        b.check(source);
        b.check(rung);
        assertThat(b.done(source)).hasSizeGreaterThanOrEqualTo(5).allMatch(Segment::isIndependent);
        assertThat(b.done(rung)).hasSizeGreaterThanOrEqualTo(5).allMatch(Segment::isIndependent);
        for (int i = 0; i < 5; i++) {
            assertThat(b.done(rung).get(i).startNs())
                    .isEqualTo(b.done(source).get(i).startNs());
        }
    }

    @Test
    void picturesShownInAnotherOrderHaveTheirPlace() {
        Track track = b.video("v");
        int[] order = {0, 3, 1, 2, 6, 4, 5}; // I P B B P B B
        for (int i = 0; i < 300; i++) {
            int group = i == 0 ? 0 : (i - 1) / 3;
            int at = i == 0 ? 0 : group * 3 + order[1 + (i - 1) % 3];
            b.picture(track, at * FRAME, i == 0 || (at % 60 == 0), SMALL);
        }
        b.check(track);
        List<Boxes.Read> samples = b.done(track).stream()
                .flatMap(each -> Boxes.samples(each.bytes()).stream())
                .toList();
        // Learned within the first group, and in order from then on.
        for (int i = 8; i < samples.size(); i++) {
            int group = (i - 1) / 3;
            long at = group * 3L + order[1 + (i - 1) % 3];
            assertThat((samples.get(i).decode() + samples.get(i).composition()) / 3000.0)
                    .isBetween(at - 0.01, at + 0.01);
        }
    }

    @Test
    void timesThatGoMadStopNothing() {
        for (int seed = 0; seed < 50; seed++) {
            Packaged each = new Packaged();
            Track high = each.video("h");
            Track low = each.video("l");
            Track sound = each.audio("a");
            Random random = new Random(seed);
            double[] skew = new double[3];
            for (double ms = 0; ms < 60_000; ms += FRAME) {
                int which = random.nextInt(3);
                if (random.nextInt(100) == 0) {
                    skew[which] += random.nextGaussian() * (random.nextInt(5) == 0 ? 30_000 : 500);
                }
                boolean key = ms % 2000 < FRAME || random.nextInt(100) == 0;
                var config = random.nextInt(500) == 0 ? OTHER : SMALL;
                each.picture(high, Math.max(0, ms + skew[0]), key, key ? config : SMALL);
                each.picture(low, Math.max(0, ms + skew[1]), key, SMALL);
                each.sound(sound, Math.max(0, ms + skew[2]));
                if (random.nextInt(800) == 0) {
                    each.packager.interrupt();
                }
            }
            each.packager.interrupt();
            each.check(high);
            each.check(low);
            each.check(sound);
        }
    }

    @Test
    void aDayOfOneStreamLeavesNothingBehind() {
        Track track = b.video("v");
        Track sound = b.audio("a");
        b.done.clear();
        for (Track each : List.of(track, sound)) {
            b.done.put(each, new java.util.AbstractList<>() {
                @Override
                public Segment get(int index) {
                    throw new IndexOutOfBoundsException(index);
                }

                @Override
                public int size() {
                    return 0;
                }

                @Override
                public boolean add(Segment segment) {
                    return true;
                }
            });
        }
        int most = 0;
        for (int i = 0; i < 24 * 3600 * 2; i++) {
            b.picture(track, i * 500.0, i % 4 == 0, SMALL);
            b.sound(sound, i * 500.0);
            if (i % 4 == 0) {
                b.parts.values().forEach(List::clear);
                most = Math.max(most, track.segments().size() + sound.segments().size());
            }
        }
        assertThat(most).isLessThanOrEqualTo(2 * 12);
        assertThat(track.segments().getLast().number()).isBetween(43_190L, 43_200L);
    }

    /** Pictures and sounds between two moments. */
    private void play(double from, double until, java.util.function.DoublePredicate key, Track... tracks) {
        for (int i = (int) Math.round(from / FRAME); i * FRAME < until; i++) {
            for (Track track : tracks) {
                if (track.isVideo()) {
                    b.picture(track, i * FRAME, key.test(i * FRAME), SMALL);
                } else {
                    sounds(track, i * FRAME);
                }
            }
        }
    }

    /** Packets of 20 ms that begin during the frame. */
    private void sounds(Track track, double ms) {
        sounds(b, track, ms);
    }

    private static void sounds(Packaged to, Track track, double ms) {
        for (double at = Math.ceil(ms / 20) * 20; at < ms + FRAME; at += 20) {
            to.sound(track, at);
        }
    }
}
