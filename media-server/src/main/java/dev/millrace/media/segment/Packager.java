package dev.millrace.media.segment;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packages one broadcast: takes the pictures and sounds of its tracks with the times they were captured at, answers with
 * parts and segments of one timeline.
 *
 * <p>The timeline begins with 0 at the first keyframe and runs with the clock that capture times are of. Segments have the
 * same numbers in all tracks. Owned by one thread.
 */
public final class Packager {
    /** Sound waits so long for the first picture; then the broadcast begins without. */
    private static final long WAIT_FOR_PICTURE_NS = 3_000_000_000L;

    /** A longer hole is not filled with gaps: what follows is another epoch. */
    private static final long MAX_HOLE_NS = 20_000_000_000L;

    /** Sound and pictures from the worker come up to half a second after what passes through; more is missing. */
    private static final long MAX_LAG_NS = 2_000_000_000L;

    private final PackagerConfig config;
    private final long wallOffsetNs;
    private final Beginning beginning;
    private final PackagerListener listener;
    private final CutPlan plan;
    private final List<Track> tracks = new ArrayList<>();
    private boolean running;
    private boolean pictures;
    private boolean waiting;
    private long waitingSinceNs;
    private boolean originKnown;
    private long originNs;
    private long newestNs;
    private int reordered;

    /** One that counts from 0. */
    public Packager(PackagerConfig config, long wallOffsetNs, PackagerListener listener) {
        this(config, wallOffsetNs, Beginning.ZERO, listener);
    }

    /** @param wallOffsetNs how far Unix time is ahead of the clock that capture times are of */
    public Packager(PackagerConfig config, long wallOffsetNs, Beginning beginning, PackagerListener listener) {
        this.config = config;
        this.wallOffsetNs = wallOffsetNs;
        this.beginning = beginning;
        this.listener = listener;
        this.plan = new CutPlan(config.segmentNs(), listener::onKeyframeWanted);
    }

    /** Where one that follows this one is to begin. */
    public Beginning next() {
        if (!plan.started()) {
            return beginning;
        }
        CutPlan.Cut last = plan.latest();
        return new Beginning(last.number() + 1, last.epoch().index() + 1);
    }

    /** A track of pictures of that name; several are layers of the same ones. */
    public Track addVideo(String name) {
        return add(name, true);
    }

    public Track addAudio(String name) {
        return add(name, false);
    }

    private Track add(String name, boolean video) {
        Track track = new Track(name, video, config, plan, this::originUnixNs, this::breakAt, listener);
        tracks.add(track);
        return track;
    }

    /**
     * The next picture of a track, in the order they are decoded in.
     *
     * @throws IllegalArgumentException if it is of another codec than H.264
     */
    public void onVideo(Track track, VideoFrame frame, long captureNs) {
        if (!(frame.config() instanceof AvcConfig avc)) {
            throw new IllegalArgumentException(frame.config().codec() + " is not packaged");
        }
        DecodeTimes times = track.decodeTimes();
        // All alike, so that a keyframe of each is decoded at the same time and segments begin with it in all of them.
        reordered = Math.max(reordered, avc.sequence().reorderFrames());
        times.reorder(reordered);
        // Once begun none is left out, though its time went back behind the beginning: those after it need it.
        if (!ready(captureNs, times.leadNs(), frame.key())
                || (captureNs - times.leadNs() < originNs && !track.segmenter().isOpen())) {
            return;
        }
        pictures = true;
        long presentNs = captureNs - originNs;
        long decodeNs = times.next(presentNs);
        TrackFormat.H264 format = track.avcFormats().of(avc);
        byte[] data = track.avcFormats().sample(format, frame, avc);
        Sample sample = new Sample(data, decodeNs, Math.max(decodeNs, presentNs), frame.key(), frame.discardable());
        listener.onSample(track, format, sample);
        track.segmenter().onSample(format, sample, frame.key());
        plan.maybeWish(decodeNs, track.segmenter().usualNs());
        othersReached(track, decodeNs);
    }

    /** The next packet of sound. */
    public void onAudio(Track track, TrackFormat format, byte[] data, long captureNs) {
        if (!ready(captureNs, 0, running || mayBeginWithSound(captureNs)) || captureNs < originNs) {
            return;
        }
        long ns = captureNs - originNs;
        Sample sample = new Sample(data, ns, ns, true, false);
        listener.onSample(track, format, sample);
        track.segmenter().onSample(format, sample, !pictures);
        if (pictures) {
            plan.maybeWish(ns, 0);
        }
        othersReached(track, ns);
    }

    /** False while there is nothing to begin with. */
    private boolean ready(long captureNs, long leadNs, boolean mayBegin) {
        if (running && captureNs - originNs - newestNs > MAX_HOLE_NS) {
            pause();
        }
        if (!running && !mayBegin) {
            return false;
        }
        if (!running) {
            begin(captureNs - leadNs);
        }
        newestNs = Math.max(newestNs, captureNs - originNs);
        return true;
    }

    private boolean mayBeginWithSound(long captureNs) {
        if (!waiting) {
            waiting = true;
            waitingSinceNs = captureNs;
        }
        boolean expected = tracks.stream().anyMatch(Track::isVideo);
        return !expected || captureNs - waitingSinceNs >= WAIT_FOR_PICTURE_NS;
    }

    private void begin(long ns) {
        running = true;
        waiting = false;
        if (originKnown) {
            CutPlan.Cut cut = plan.breakAt(ns - originNs);
            tracks.forEach(each -> each.segmenter().onAgain(cut));
        } else {
            originKnown = true;
            originNs = ns;
            plan.start(0, beginning);
        }
    }

    /** A track's format changed: all begin a new epoch, with the cut that was just made if nothing of it was told. */
    private long breakAt(long ns, boolean instead) {
        long number = plan.latest().number();
        boolean untold = instead
                && !plan.isFirst()
                && tracks.stream().map(each -> each.segment(number)).allMatch(Packager::isUntold);
        CutPlan.Cut cut = untold ? plan.breakInsteadOfLast() : plan.breakAt(ns);
        tracks.forEach(each -> each.segmenter().onBreak(cut));
        return cut.startNs();
    }

    private static boolean isUntold(@Nullable Segment segment) {
        return segment == null || segment.parts().isEmpty();
    }

    private void othersReached(Track track, long ns) {
        for (Track other : tracks) {
            if (other != track) {
                other.segmenter().catchUp(ns - MAX_LAG_NS);
            }
        }
    }

    /** The publisher is gone or begins anew: what comes next is a new epoch, and may be of another encoder. */
    public void interrupt() {
        pause();
        reordered = 0;
        tracks.forEach(each -> each.decodeTimes().forget());
    }

    private void pause() {
        for (Track track : tracks) {
            track.segmenter().end(newestNs);
            track.decodeTimes().reset();
        }
        running = false;
        pictures = false;
        waiting = false;
    }

    /** The epoch that is being made, or made last; -1 before the first. */
    public int epoch() {
        return plan.started() ? plan.latest().epoch().index() : -1;
    }

    /** Where the next segment begins with a keyframe, another epoch is to begin: tracks may be another's from there on. */
    public void wantEpoch() {
        plan.wantEpoch();
    }

    /** Something comes: there was a sample since the start or the last {@link #interrupt}. */
    public boolean isRunning() {
        return running;
    }

    /** Unix time at 0 of the timeline, in nanoseconds; of use once there is a segment. */
    public long originUnixNs() {
        return originNs + wallOffsetNs;
    }

    /** Those that were added, in that order. */
    public List<Track> tracks() {
        return List.copyOf(tracks);
    }

    public PackagerConfig config() {
        return config;
    }

    /** Segments that begin without a keyframe because none came in time, since the start. */
    public long forcedCuts() {
        return plan.forced();
    }
}
