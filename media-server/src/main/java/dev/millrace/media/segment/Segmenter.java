package dev.millrace.media.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes parts and segments of the samples of one track; where segments begin is the {@link CutPlan}'s to say.
 *
 * <p>A sample is written when the next one tells how long it lasts, so a part is there one frame after its end. A short
 * hole is bridged by the sample before it; where a whole segment is missing there is a gap. Owned by one thread.
 */
final class Segmenter {
    /** A screen that is shared may send one picture a second; what is missing longer is a hole. */
    private static final long MAX_SAMPLE_NS = 1_500_000_000;

    /** No segment is so much longer than asked for, so that 2 s round to 2: a slow picture goes into the next one. */
    private static final long LONGER_NS = 440_000_000;

    /** A track that begins so little after its segment is not missing anything. */
    private static final long LATE_START_NS = 100_000_000;

    /** Pictures of a camera come so much too early or too late. */
    private static final long UNEVEN_NS = 4_000_000;

    /** How much earlier than shown a picture may be decoded to keep parts short: decoders have to hold what comes between. */
    private static final long MAX_EARLY_NS = 600_000_000;

    private static final int SMOOTHING = 8;
    private static final long USUAL_SAMPLE_NS = 20_000_000;

    /** What a segmenter tells of: a {@link PackagerListener} that knows the track. */
    interface Output {
        void onInit(Init init);

        void onPart(Segment segment, Part part);

        void onSegment(Segment segment);

        void onForgotten(Segment segment);

        /** A sample of that time needs another init: an epoch begins for all tracks; answers where. */
        long onBreak(long ns, boolean instead);
    }

    private final PackagerConfig config;
    private final CutPlan plan;
    private final LongSupplier originUnixNs;
    private final Output output;
    private final SegmentWindow window;
    private final List<Sample> samples = new ArrayList<>();

    private @Nullable Init init;
    private @Nullable Segment open;
    private @Nullable Sample pending;
    private long sampleNs = USUAL_SAMPLE_NS;
    private long usualNs = USUAL_SAMPLE_NS;
    private boolean needsSync = true;
    private long chunks;
    private CutPlan.@Nullable Epoch epoch;
    private long lastNumber = -1;
    private long dropped;
    private final PeakRate rate;

    /** @param originUnixNs Unix time at 0 of the timeline, asked for once there are samples */
    Segmenter(PackagerConfig config, CutPlan plan, LongSupplier originUnixNs, Output output) {
        this.config = config;
        this.plan = plan;
        this.originUnixNs = originUnixNs;
        this.output = output;
        this.window = new SegmentWindow(config, output::onForgotten);
        this.rate = new PeakRate(config.segmentNs());
    }

    /** The next sample; {@code cuttable} if a segment may well begin with it. */
    void onSample(TrackFormat format, Sample sample, boolean cuttable) {
        if ((needsSync && !sample.sync()) || isTooLate(sample.decodeNs())) {
            needsSync = true;
            dropped++;
            return;
        }
        needsSync = false;
        long ns = plan(format, afterLast(sample.decodeNs()), cuttable);
        Sample last = pending;
        if (last == null || ns - last.decodeNs() > MAX_SAMPLE_NS) {
            catchUp(ns);
        }
        leadOver(ns);
        ns = early(format, ns);
        endPending(ns);
        place(format, ns);
        if (sample.sync() || !beginsEpoch()) {
            pending = sample.at(ns);
        } else {
            needsSync = true;
            dropped++;
            plan.wish(ns);
        }
    }

    /**
     * When a picture is decoded that comes so late that the part it ends would be longer than playlists promise: in time
     * for that. It is shown at its own time all the same, and those after it catch up.
     */
    private long early(TrackFormat format, long ns) {
        Sample last = pending;
        Segment segment = open;
        if (isSlow()
                || !format.isVideo()
                || last == null
                || segment == null
                || plan.at(ns).number() > segment.number()) {
            return ns;
        }
        long firstNs = samples.isEmpty() ? last.decodeNs() : samples.getFirst().decodeNs();
        long latestNs = Math.max(firstNs + config.partTargetNs(), last.decodeNs() + DecodeTimes.LEAST_STEP_NS);
        return ns > latestNs && ns - latestNs <= MAX_EARLY_NS ? latestNs : ns;
    }

    /** True if the next sample is the first after a discontinuity. */
    private boolean beginsEpoch() {
        Segment segment = open;
        return segment != null && segment.isDiscontinuity() && segment.size() == 0 && samples.isEmpty();
    }

    /** Behind what was given up or ended already. */
    private boolean isTooLate(long ns) {
        Segment segment = open;
        return segment == null
                ? plan.at(ns).number() <= lastNumber
                : pending == null && samples.isEmpty() && ns < segment.startNs() + segment.durationNs();
    }

    private long afterLast(long ns) {
        Sample last = pending;
        return last == null ? ns : Math.max(ns, last.decodeNs() + DecodeTimes.LEAST_STEP_NS);
    }

    /** Tells the plan of a sample; a new format begins a new epoch, unless one begins here anyway. */
    private long plan(TrackFormat format, long ns, boolean cuttable) {
        Init current = init;
        if (current != null
                && !current.format().equals(format)
                && plan.at(ns).epoch().equals(epoch)) {
            Segment segment = open;
            boolean crosses = segment == null || plan.at(ns).number() > segment.number();
            return Math.max(ns, output.onBreak(ns, crosses));
        }
        plan.onProgress(ns, cuttable);
        return ns;
    }

    /** After {@link #end}, something comes again: an epoch begins there for all tracks. */
    void onAgain(CutPlan.Cut cut) {
        Segment last = window.last();
        if (last != null && last.isComplete() && last.epoch() == cut.epoch().index() - 1) {
            last.standUntil(cut.startNs());
        }
    }

    /** Another track begins an epoch: a sample of ours that waits and is of that time begins it, too. */
    void onBreak(CutPlan.Cut cut) {
        Segment segment = open;
        Sample last = pending;
        if (segment == null) {
            return;
        }
        if (segment.number() == cut.number()) {
            Segment again =
                    new Segment(cut, segment.startNs(), newInit(segment.init().format(), cut));
            window.replaceLast(again);
            open = again;
        } else if (last != null && last.sync() && last.decodeNs() >= cut.startNs() && hasBegun(segment)) {
            closeSegment(last.decodeNs());
            openSegment(cut, last.decodeNs(), segment.init().format());
        }
    }

    private boolean hasBegun(Segment segment) {
        return !samples.isEmpty() || !segment.parts().isEmpty();
    }

    /** A picture that stands far beyond the cut begins the segment behind it: none is longer than playlists promise. */
    private void leadOver(long ns) {
        Segment segment = open;
        Sample last = pending;
        if (segment == null || last == null || segment.number() >= plan.latest().number() || !hasBegun(segment)) {
            return;
        }
        CutPlan.Cut next = plan.number(segment.number() + 1);
        boolean tooLong = ns - segment.startNs() > config.segmentNs() + LONGER_NS;
        if (tooLong && next.startNs() <= ns && !next.discontinuity()) {
            closeSegment(last.decodeNs());
            openSegment(next, last.decodeNs(), segment.init().format());
        }
    }

    private void endPending(long ns) {
        Sample last = pending;
        if (last != null) {
            samples.add(last);
            sampleNs = ns - last.decodeNs();
            usualNs += (sampleNs - usualNs) / SMOOTHING;
            pending = null;
        }
    }

    /** Finds the part and the segment for a sample of that time; all before it lasts until then. */
    private void place(TrackFormat format, long ns) {
        CutPlan.Cut cut = plan.at(ns);
        Segment segment = open;
        if (segment == null) {
            skipAbsence(cut.number());
            boolean late = ns - cut.startNs() > LATE_START_NS;
            fillGap(openSegment(cut, late ? cut.startNs() : ns, format), ns);
        } else if (cut.number() > segment.number()) {
            closeSegment(ns);
            for (long number = segment.number() + 1; number < cut.number(); number++) {
                skipSegment(number, ns, ns); // begun and over while one sample lasted
            }
            openSegment(cut, ns, format);
        } else if (samples.isEmpty()) {
            fillGap(segment, ns);
        } else if (isPart(format, ns - samples.getFirst().decodeNs())) {
            closePart(ns);
        }
    }

    /** Long enough; or another sample may be too much, where it cannot be decoded early. */
    private boolean isPart(TrackFormat format, long durationNs) {
        return (format.isVideo() && !isSlow())
                ? durationNs >= config.leastPartNs()
                : durationNs + nextSampleNs() > config.partTargetNs();
    }

    /** Pictures so far apart that a late one is no exception. */
    private boolean isSlow() {
        return usualNs > config.partTargetNs() / 2;
    }

    /** How long a sample will last that is only known to begin: rather too long. */
    private long nextSampleNs() {
        return Math.max(sampleNs, usualNs) + UNEVEN_NS;
    }

    /** What other tracks had while this one had nothing: numbers must not be left out. */
    private void skipAbsence(long until) {
        if (lastNumber < 0 || !plan.remembers(lastNumber)) {
            window.clear();
            return;
        }
        for (long number = lastNumber + 1; number < until; number++) {
            long startNs = plan.number(number).startNs();
            CutPlan.Cut next = plan.number(number + 1);
            // Nobody knows when an epoch was over for a track that had nothing in it.
            long most = next.discontinuity() ? config.segmentNs() : Long.MAX_VALUE - startNs;
            skipSegment(number, startNs, Math.min(next.startNs(), startNs + most));
        }
    }

    private void skipSegment(long number, long startNs, long endNs) {
        Init current = init;
        if (current != null) {
            Segment empty = new Segment(plan.number(number), startNs, current);
            window.add(empty);
            fillGap(empty, endNs);
            finish(empty);
        }
    }

    private Segment openSegment(CutPlan.Cut cut, long startNs, TrackFormat format) {
        Init current = init;
        if (current == null || !current.format().equals(format) || !cut.epoch().equals(epoch)) {
            current = newInit(format, cut);
        }
        Segment segment = new Segment(cut, startNs, current);
        open = segment;
        lastNumber = cut.number();
        window.add(segment);
        return segment;
    }

    private Init newInit(TrackFormat format, CutPlan.Cut cut) {
        Init before = init;
        Init next = new Init(before == null ? 0 : before.number() + 1, format, InitSegment.write(format));
        init = next;
        epoch = cut.epoch();
        output.onInit(next);
        return next;
    }

    /** Says of the time from the end of the segment's parts that nothing came. */
    private void fillGap(Segment segment, long untilNs) {
        long at = segment.startNs() + segment.durationNs();
        if (untilNs - at <= LATE_START_NS) {
            return;
        }
        while (at < untilNs) {
            long next = Math.min(untilNs, at + config.partNs());
            add(segment, Part.gap(segment.parts().size(), at, next - at, segment.size()));
            at = next;
        }
    }

    private void closePart(long endNs) {
        Segment segment = open;
        Init current = init;
        if (segment == null || current == null || samples.isEmpty()) {
            return;
        }
        Sample last = samples.getLast();
        if (samples.size() > 1 && endNs - samples.getFirst().decodeNs() > config.partTargetNs()) {
            samples.removeLast();
            writePart(segment, current, last.decodeNs());
            samples.add(last);
        }
        writePart(segment, current, endNs);
    }

    private void writePart(Segment segment, Init current, long endNs) {
        Sample first = samples.getFirst();
        boolean begins = segment.size() == 0;
        byte[] bytes =
                new FragmentWriter(current.format()).write(++chunks, begins, samples, endNs, originUnixNs.getAsLong());
        long startNs = segment.startNs() + segment.durationNs();
        add(segment, new Part(segment.parts().size(), startNs, endNs - startNs, first.sync(), segment.size(), bytes));
        samples.clear();
    }

    private void add(Segment segment, Part part) {
        segment.add(part);
        window.trim();
        output.onPart(segment, part);
    }

    private void closeSegment(long endNs) {
        Segment segment = open;
        if (segment != null) {
            closePart(endNs);
            open = null;
            finish(segment);
        }
    }

    private void finish(Segment segment) {
        segment.complete();
        if (segment.isGap() || segment.isDiscontinuity()) {
            rate.interrupt();
        }
        if (!segment.isGap()) {
            rate.add(segment.size(), segment.durationNs());
        }
        output.onSegment(segment);
    }

    /** No sample before {@code ns} comes any more: what other tracks have begun since is a gap here. */
    void catchUp(long ns) {
        Segment segment = open;
        if (segment == null) {
            window.age(ns);
        }
        while (segment != null && plan.latest().number() > segment.number()) {
            CutPlan.Cut next = plan.number(segment.number() + 1);
            Sample last = pending;
            if (next.startNs() > ns || (last != null && next.startNs() <= last.decodeNs())) {
                return;
            }
            endPending(next.startNs());
            if (samples.isEmpty()) {
                fillGap(segment, next.startNs());
            }
            closeSegment(next.startNs());
            segment = openSegment(next, next.startNs(), segment.init().format());
        }
    }

    /** Nothing comes any more, or not for a while: what there is is the last. All tracks together came to {@code newestNs}. */
    void end(long newestNs) {
        if (open != null) {
            leadLast();
            catchUp(plan.latest().startNs());
        }
        Sample last = pending;
        if (last != null) {
            long endNs = last.decodeNs() + sampleNs;
            endPending(endNs);
            closeSegment(endNs);
        } else if (open != null) {
            if (open.parts().isEmpty()) {
                fillGap(open, Math.max(newestNs, open.startNs() + config.partNs()));
            }
            closeSegment(open.startNs() + open.durationNs());
        }
        needsSync = true;
    }

    /**
     * Another track passed a cut that this one did not come to: the last sample is what the segment behind it holds. Without
     * anything it would have no length, and Shaka does not count those: it asked for the same playlist until caches forgot it.
     */
    private void leadLast() {
        Segment segment = open;
        Sample last = pending;
        CutPlan.Cut cut = plan.latest();
        if (segment != null
                && last != null
                && cut.number() == segment.number() + 1
                && cut.epoch().equals(epoch)
                && cut.startNs() > last.decodeNs()
                && hasBegun(segment)) {
            closeSegment(last.decodeNs());
            openSegment(cut, last.decodeNs(), segment.init().format());
        }
    }

    /** There was a sample since the start or the last {@link #end}. */
    boolean isOpen() {
        return open != null;
    }

    SegmentWindow window() {
        return window;
    }

    @Nullable
    Init init() {
        return init;
    }

    /** Samples that came too late, or before one to begin with. */
    long dropped() {
        return dropped;
    }

    PeakRate rate() {
        return rate;
    }

    /** How far apart samples are of late. */
    long usualNs() {
        return usualNs;
    }
}
