package dev.millrace.media.origin;

import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.playlist.BlockingReload;
import dev.millrace.media.playlist.BlockingReload.Decision;
import dev.millrace.media.playlist.DashManifest;
import dev.millrace.media.playlist.Edge;
import dev.millrace.media.playlist.Listing;
import dev.millrace.media.playlist.MediaPlaylist;
import dev.millrace.media.playlist.MultivariantPlaylist;
import dev.millrace.media.playlist.Names;
import dev.millrace.media.playlist.Progress;
import dev.millrace.media.playlist.Timing;
import dev.millrace.media.segment.Beginning;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.PackagerListener;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Sample;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One packager, and all that is fetched of it, under a stamp of its own. Filled on the origin's thread; what it holds is
 * read by any.
 */
final class Packaging implements PackagerListener {
    static final String HLS = "application/vnd.apple.mpegurl";
    static final String DASH = "application/dash+xml";

    /** Answers GET with the server's time; relative to the manifest, so that it is found behind any cache. */
    private static final String CLOCK_URI = "time";

    private static final long NS_PER_MS = 1_000_000;

    /** A layer that narrow ways silence comes back within seconds, or does not. */
    private static final long STALE_NS = 10_000_000_000L;

    private static final Progress NOTHING = new Progress(-1, -1, 0, 0, 0, false);
    private static final Progress ENDED = new Progress(-1, -1, 0, 0, 0, true);

    private final String stamp;
    private final long wallOffsetNs;
    private final Packager packager;
    private final BlockingReload rules;
    private final MediaPlaylist mediaPlaylist;
    private final MultivariantPlaylist multivariant;
    private final DashManifest manifest;
    private final Page indexPage;
    private final Page manifestPage;
    private final List<Follower> followers;
    private final Runnable keyframeWanted;
    private final Runnable wake;
    private final StandIns standIns;
    private final NewestPeriod newestPeriod = new NewestPeriod();
    private final Set<Track> sent = new LinkedHashSet<>();
    private volatile Map<String, Rendition> renditions = Map.of();
    private final Timing timing;
    private final long partNs;
    private volatile boolean ready;
    private volatile long packagedNs = -1;
    private long newestEndNs = -1;
    private boolean anyPart;
    private long lastPartNs;
    private boolean changed;
    private boolean textsChanged;
    private boolean ended;
    private long nowNs;

    /**
     * @param beginning where it begins to count
     * @param nowNs when it begins
     * @param wallOffsetNs how far Unix time is ahead of the loop's clock
     * @param wake makes the origin's thread call {@link #answer} soon; from any thread
     */
    Packaging(
            PackagerConfig config,
            String stamp,
            Beginning beginning,
            long nowNs,
            long wallOffsetNs,
            List<Follower> followers,
            Runnable keyframeWanted,
            Runnable wake) {
        this.stamp = stamp;
        this.nowNs = nowNs;
        this.wallOffsetNs = wallOffsetNs;
        this.followers = followers;
        this.keyframeWanted = keyframeWanted;
        this.wake = wake;
        packager = new Packager(config, wallOffsetNs, beginning, this);
        standIns = new StandIns(packager);
        timing = Timing.of(config);
        partNs = config.partNs();
        Names names = new Names(stamp, TextTemplate.PLACE);
        rules = new BlockingReload(timing);
        mediaPlaylist = new MediaPlaylist(names, timing);
        multivariant = new MultivariantPlaylist(names);
        manifest = new DashManifest(names, config, CLOCK_URI);
        Page.Rule always = (request, progress, heldNs) -> new Decision.Serve();
        indexPage = new Page(NOTHING, OriginReply.Freshness.MULTIVARIANT, always, skip -> writeIndex(), wake);
        manifestPage = new Page(NOTHING, OriginReply.Freshness.NOW, always, skip -> writeManifest(), wake);
        followers.forEach(each -> each.onBegin(packager, stamp));
    }

    private TextTemplate writeIndex() {
        return new TextTemplate(HLS, false, multivariant.write(offered(), packager.forcedCuts() == 0));
    }

    /**
     * Tracks that go on: a layer that is not sent any more is no choice, until it is. As soon as there are pictures of the
     * broadcaster who sends now, nobody is offered what others stand in for: it would be told as what it is not. Sound is
     * offered however late a starved worker is with it: who was told of none stays without.
     */
    private List<Track> offered() {
        long newestNs =
                packager.tracks().stream().mapToLong(Packaging::endNs).max().orElse(0);
        List<Track> going = packager.tracks().stream()
                .filter(each -> newestNs - endNs(each) < STALE_NS || (!each.isVideo() && sent.contains(each)))
                .toList();
        List<Track> own = going.stream().filter(sent::contains).toList();
        boolean whole = own.stream().anyMatch(Track::isVideo) || going.stream().noneMatch(Track::isVideo);
        return whole && !own.isEmpty() ? own : going.isEmpty() ? packager.tracks() : going;
    }

    /** Where its last samples end; gaps are none. */
    private static long endNs(Track track) {
        for (Segment segment : track.segments().reversed()) {
            if (segment.size() > 0) {
                return segment.startNs() + segment.durationNs();
            }
        }
        return 0;
    }

    private TextTemplate writeManifest() {
        String text = manifest.write(packager.tracks(), ended, packager.originUnixNs(), nowNs + wallOffsetNs);
        return new TextTemplate(DASH, true, text);
    }

    private TextTemplate writePlaylist(Track track, boolean skip) {
        String text =
                mediaPlaylist.write(rendition(track).listing(), listings(), skip, edge(), packager.originUnixNs());
        return new TextTemplate(HLS, false, text);
    }

    private Edge edge() {
        return new Edge(packager.isRunning() ? packager.epoch() : -1, ended);
    }

    private List<Listing> listings() {
        return renditions.values().stream().map(Rendition::listing).toList();
    }

    /** The track of that name, made if there is none yet; the broadcaster of now sends it. */
    Track track(String name, boolean video) {
        Rendition known = renditions.get(name);
        if (known != null) {
            sent.add(known.track());
            return known.track();
        }
        Track track = video ? packager.addVideo(name) : packager.addAudio(name);
        sent.add(track);
        Map<String, Rendition> more = new LinkedHashMap<>(renditions);
        more.put(name, new Rendition(track, rules, skip -> writePlaylist(track, skip), wake));
        renditions = more;
        return track;
    }

    void onVideo(Track track, VideoFrame frame, long captureNs) {
        packager.onVideo(track, frame, captureNs);
    }

    void onAudio(Track track, TrackFormat format, byte[] data, long captureNs) {
        packager.onAudio(track, format, data, captureNs);
    }

    /** Where one that follows this one is to begin. */
    Beginning next() {
        return packager.next();
    }

    void interrupt() {
        packager.interrupt();
    }

    /** Another broadcaster begins, or the same anew. */
    void begin() {
        packager.interrupt();
        sent.clear();
    }

    /** Something of the broadcaster of now was packaged. */
    boolean isRunning() {
        return packager.isRunning();
    }

    /** The latest init of any track that has pictures, or sound; null if players know of none. */
    @Nullable
    Init latestInit(boolean video) {
        return packager.tracks().stream()
                .filter(each -> each.isVideo() == video)
                .map(Track::latestInit)
                .filter(Objects::nonNull)
                .reduce((one, other) -> other)
                .orElse(null);
    }

    @Override
    public void onInit(Track track, Init init) {
        rendition(track).onInit(init);
        followers.forEach(each -> each.onInit(track, init));
        changed = true;
        textsChanged = true;
    }

    @Override
    public void onSample(Track track, TrackFormat format, Sample sample) {
        for (Follower each : followers) {
            each.onSample(track, format, sample);
        }
    }

    @Override
    public void onPart(Track track, Segment segment, Part part) {
        rendition(track).onPart(segment, part);
        followers.forEach(each -> each.onPart(track, segment, part));
        textsChanged |= part.index() == 0;
        newestEndNs = part.isGap() ? newestEndNs : Math.max(newestEndNs, part.startNs() + part.durationNs());
        anyPart = true;
        changed = true;
    }

    @Override
    public void onSegment(Track track, Segment segment) {
        rendition(track).onSegment(segment);
        followers.forEach(each -> each.onSegment(track, segment));
        changed = true;
        textsChanged = true;
    }

    @Override
    public void onForgotten(Track track, Segment segment) {
        followers.forEach(each -> each.onForgotten(track, segment));
    }

    @Override
    public void onKeyframeWanted() {
        keyframeWanted.run();
    }

    private Rendition rendition(Track track) {
        Rendition rendition = renditions.get(track.name());
        if (rendition == null) {
            throw new IllegalStateException("no track " + track.name());
        }
        return rendition;
    }

    /** Shows what was made since; once what came at once is all packaged. */
    void publish(long now) {
        nowNs = now;
        if (!changed) {
            return;
        }
        changed = false;
        lastPartNs = anyPart ? now : lastPartNs;
        anyPart = false;
        measure(now);
        standIns.decide(listings(), sent, now);
        if (newestPeriod.decide(packager.epoch(), sent, now)) {
            manifest.tellUpTo(newestPeriod.told());
            textsChanged = true;
        }
        for (Rendition each : renditions.values()) {
            each.publish(now, edge());
        }
        if (textsChanged) {
            textsChanged = false;
            indexPage.publish(NOTHING, now);
            manifestPage.publish(NOTHING, now);
        }
    }

    /** How long ago the end of the newest part was captured, averaged over about eight. */
    private void measure(long now) {
        if (newestEndNs >= 0) {
            long tookNs = Math.max(0, now - (packager.originUnixNs() - wallOffsetNs + newestEndNs));
            packagedNs = packagedNs < 0 ? tookNs : (7 * packagedNs + tookNs) / 8;
            newestEndNs = -1;
        }
    }

    /** What this way takes; any thread. */
    SegmentDelay delay() {
        return new SegmentDelay(partNs, packagedNs, timing.partHoldBackNs(), timing.holdBackNs());
    }

    /** Nothing will be added: playlists say so. */
    void end(long now) {
        nowNs = now;
        packager.interrupt();
        ended = true;
        followers.forEach(Follower::onEnd);
        renditions.values().forEach(each -> each.publish(now, edge()));
        indexPage.publish(ENDED, now);
        manifestPage.publish(ENDED, now);
    }

    boolean isEnded() {
        return ended;
    }

    /** Answers who can be answered by now, or has waited for too long. */
    void answer(long now) {
        nowNs = now;
        indexPage.answer(now);
        manifestPage.answer(now);
        for (Rendition each : renditions.values()) {
            each.playlist().answer(now);
            each.answer(now);
        }
    }

    /** It is forgotten: whoever waits is told so. */
    void close(OriginReply.Refused reply) {
        if (!ended) {
            followers.forEach(Follower::onEnd);
        }
        indexPage.close(reply);
        manifestPage.close(reply);
        renditions.values().forEach(each -> each.close(reply));
    }

    /** When the last part was made, 0 if none was. */
    long lastPartNs() {
        return lastPartNs;
    }

    /** The track has something to play. */
    boolean plays(Track track) {
        return !rendition(track).playlist().progress().isEmpty();
    }

    /** What players are offered. */
    List<OriginInfo.OriginTrack> describe() {
        return packager.tracks().stream()
                .filter(each -> each.latestInit() != null)
                .map(Packaging::describe)
                .toList();
    }

    private static OriginInfo.OriginTrack describe(Track track) {
        Init init = Objects.requireNonNull(track.latestInit());
        TrackFormat.H264 pictures = init.format() instanceof TrackFormat.H264 h264 ? h264 : null;
        List<Segment> segments = track.segments();
        return new OriginInfo.OriginTrack(
                track.name(),
                init.format().codecString(),
                pictures == null ? 0 : pictures.width(),
                pictures == null ? 0 : pictures.height(),
                track.averageBps(),
                segments.size(),
                (int) segments.stream().filter(Segment::isGap).count(),
                track.dropped());
    }

    /** How far back players can go. */
    long seekableMs() {
        long most = 0;
        for (Track track : packager.tracks()) {
            List<Segment> segments = track.segments();
            if (!segments.isEmpty()) {
                Segment last = segments.getLast();
                Segment past = track.past().first();
                Segment first = past == null ? segments.getFirst() : past;
                most = Math.max(most, last.startNs() + last.durationNs() - first.startNs());
            }
        }
        return most / NS_PER_MS;
    }

    /** Its texts may be shown from now on. */
    void showTexts() {
        ready = true;
    }

    boolean isReady() {
        return ready;
    }

    /** Answers, if that can be done now; else null: it is to be {@link #hold held}. Any thread, once it is ready. */
    @Nullable
    OriginReply now(Held request) {
        ObjectName object = request.object;
        return switch (object.kind()) {
            case MULTIVARIANT -> indexPage.now(request);
            case MANIFEST -> manifestPage.now(request);
            case PLAYLIST -> {
                Rendition rendition = renditions.get(object.track());
                yield rendition == null ? missing() : rendition.playlist().now(request);
            }
            case INIT, SEGMENT -> {
                Rendition rendition = object.stamp().equals(stamp) ? renditions.get(object.track()) : null;
                yield rendition == null ? missing() : rendition.now(object, 0);
            }
            case STILL -> missing();
        };
    }

    static OriginReply.Refused missing() {
        return new OriginReply.Refused(
                OriginRefusal.NOT_FOUND,
                "There is no such track or segment, or not any more; load the playlist again.");
    }

    /** Keeps a request that {@link #now} had no answer for. Any thread. */
    void hold(Held request) {
        switch (request.object.kind()) {
            case MULTIVARIANT -> indexPage.hold(request);
            case MANIFEST -> manifestPage.hold(request);
            case PLAYLIST, INIT, SEGMENT, STILL -> {
                Rendition rendition = renditions.get(request.object.track());
                if (rendition == null) {
                    request.complete(missing());
                } else if (request.object.kind() == ObjectName.Kind.PLAYLIST) {
                    rendition.playlist().hold(request);
                } else {
                    rendition.hold(request);
                }
            }
        }
    }
}
