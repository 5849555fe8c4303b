package dev.millrace.media.origin;

import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.OriginInfo.OriginState;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.playlist.Directives;
import dev.millrace.media.segment.Beginning;
import dev.millrace.media.segment.Follower;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream for the audience behind caches: packaged while somebody fetches it or follows it, from whoever broadcasts it at
 * the time.
 *
 * <p>A broadcaster who comes back, or another who takes over, goes on where the last one was: players stay. Owned by its
 * origin's thread and told the time; {@link #fetch} and {@link #info} may be called by any.
 */
final class StreamOrigin implements Feed.Owner {
    private static final long MS = 1_000_000;

    /** How often is looked at who asked, who waited for too long, and whether anything still comes. */
    private static final long TICK_NS = 250 * MS;

    /** A page that is loaded anew is back within this, and goes on; then the playlists end, and players are told so. */
    private static final long GONE_NS = 10_000 * MS;

    /** Playlists that have ended are kept so long for those who still play. */
    private static final long ENDED_NS = 60_000 * MS;

    /** Browsers ignore wishes for keyframes closer than 300 ms. */
    private static final long KEYFRAME_AGAIN_NS = 500 * MS;

    /** A screen that is shared may send a picture a second; nothing for longer is a halt. */
    private static final long HALT_NS = 3_000 * MS;

    private final String name;
    private final OriginServices services;
    private final OriginThread thread;
    private final HeldBudget budget;
    private final Runnable unused;
    private final Stills stills;
    private final FirstRequests first = new FirstRequests();

    private volatile @Nullable Packaging packaging;
    private volatile @Nullable Source source;
    private volatile boolean asked;
    private volatile @Nullable OriginInfo info;

    private @Nullable List<Follower> followers;
    private @Nullable Feed feed;
    private Beginning beginning = Beginning.ZERO;
    private long startNs;
    private long askedNs;
    private long goneNs;
    private long endedNs;
    private long wishedNs = Long.MIN_VALUE / 2;
    private long tickNs = Long.MAX_VALUE;

    /** @param unused called when nothing would be lost if this were forgotten */
    StreamOrigin(String name, OriginServices services, OriginThread thread, HeldBudget budget, Runnable unused) {
        this.name = name;
        this.services = services;
        this.thread = thread;
        this.budget = budget;
        this.unused = unused;
        this.stills = new Stills(services.transcoder(), thread);
    }

    OriginThread thread() {
        return thread;
    }

    /** Answers at once, or holds the request until it can; any thread. */
    Held fetch(ObjectName object, Directives directives, String carried) {
        Held request = new Held(object, directives, carried);
        boolean still = object.kind() == ObjectName.Kind.STILL;
        boolean media = object.kind() == ObjectName.Kind.SEGMENT || object.kind() == ObjectName.Kind.INIT;
        Packaging now = packaging;
        asked |= !still;
        OriginReply reply = null;
        boolean shown = now != null && !still && (media || now.isReady());
        if (shown && now != null) {
            reply = now.now(request);
        } else if (media) {
            reply = Packaging.missing();
        } else if (source == null && (now == null || still)) {
            reply = notLive();
        }
        if (reply == null && !budget.admit(request)) {
            reply = new OriginReply.Refused(
                    OriginRefusal.BUSY, "Too many requests wait for something to be made; try again in a second.");
        }
        if (reply != null) {
            request.complete(reply);
        } else if (shown && now != null) {
            now.hold(request);
        } else {
            thread.executor().execute(() -> hold(request));
        }
        return request;
    }

    private OriginReply.Refused notLive() {
        return new OriginReply.Refused(OriginRefusal.NOT_LIVE, "Nobody broadcasts " + name + " now.");
    }

    /** A request for what the stream has to begin with first. */
    private void hold(Held request) {
        long nowNs = thread.nowNs();
        Source from = source;
        if (request.object.kind() == ObjectName.Kind.STILL) {
            if (from == null) {
                request.complete(notLive());
            } else if (stills.ask(request, nowNs)) {
                wantKeyframeForStill(from, nowNs);
            }
            return;
        }
        if (packaging == null && from != null) {
            start(from, nowNs);
        }
        if (packaging == null) {
            request.complete(notLive());
            return;
        }
        first.add(request, nowNs);
        first.answer(packaging, feed, nowNs);
    }

    private void wantKeyframeForStill(Source from, long nowNs) {
        if (feed == null) {
            stills.listen(from);
        } else {
            from.requestKeyframe();
        }
        tickNs = Math.min(tickNs, nowNs + TICK_NS);
    }

    /** A broadcaster begins, or takes over. */
    void published(Source next, long nowNs) {
        stopFeed();
        stills.forget();
        source = next;
        first.onPublished(nowNs);
        Packaging now = packaging;
        if (now != null && now.isEnded()) {
            forget(notLive());
            now = null;
        }
        if (now != null || services.config().always() || isFollowed()) {
            start(next, nowNs);
        }
    }

    /** That broadcaster is gone. */
    void unpublished(Source old, long nowNs) {
        if (source != old) {
            return;
        }
        source = null;
        goneNs = nowNs;
        stopFeed();
        stills.forget();
        Packaging now = packaging;
        if (now != null) {
            now.interrupt();
            now.publish(nowNs);
            describe(now, nowNs);
        } else {
            info = null;
            unused.run();
        }
    }

    /** Who follows may have changed their mind. */
    void reconsider(long nowNs) {
        Source from = source;
        if (packaging == null && from != null && isFollowed()) {
            start(from, nowNs);
        }
    }

    private boolean isFollowed() {
        for (Follower each : followers()) {
            if (each.wantsPackaging()) {
                return true;
            }
        }
        return false;
    }

    private List<Follower> followers() {
        List<Follower> known = followers;
        if (known == null) {
            known = List.copyOf(services.followers().apply(name));
            followers = known;
        }
        return known;
    }

    private void stopFeed() {
        Feed old = feed;
        feed = null;
        if (old != null) {
            old.close();
        }
    }

    /** Packages what the broadcaster sends from now on; with the packager there is, if there is one. */
    private void start(Source from, long nowNs) {
        Packaging into = packaging;
        if (into == null) {
            into = new Packaging(
                    services.config().packager(),
                    services.stamps().get(),
                    beginning,
                    nowNs,
                    thread.epochMs().getAsLong() * MS - nowNs,
                    followers(),
                    this::wishKeyframe,
                    () -> thread.executor().execute(this::answer));
            packaging = into;
            first.begin();
        } else {
            into.begin();
            into.publish(nowNs);
        }
        stills.stopListening();
        askedNs = nowNs;
        startNs = nowNs;
        tickNs = nowNs + TICK_NS;
        feed = new Feed(name, services, from, into, thread, this);
        feed.start();
        describe(into, nowNs);
    }

    private void wishKeyframe() {
        Source from = source;
        if (from != null) {
            from.requestKeyframe();
        }
    }

    private void answer() {
        Packaging now = packaging;
        if (now != null) {
            now.answer(thread.nowNs());
        }
    }

    /** When {@link #onDeadline} is wanted. */
    long nextDeadlineNs() {
        Feed now = feed;
        return now == null ? tickNs : Math.min(tickNs, now.nextDeadlineNs());
    }

    void onDeadline(long nowNs) {
        Feed now = feed;
        if (now != null) {
            now.onDeadline(nowNs);
        }
        if (nowNs >= tickNs) {
            tickNs = nowNs + TICK_NS;
            tick(nowNs);
        }
    }

    private void tick(long nowNs) {
        stills.onTick(nowNs);
        Packaging now = packaging;
        if (now == null) {
            tickNs = stills.isWaitedFor() ? tickNs : Long.MAX_VALUE;
            return;
        }
        if (asked || isFollowed()) {
            asked = false;
            askedNs = nowNs;
        }
        first.answer(now, feed, nowNs);
        now.answer(nowNs);
        boolean idle = !services.config().always()
                && nowNs - askedNs >= services.config().idleNs();
        if (now.isEnded()) {
            if (nowNs - endedNs >= ENDED_NS) {
                forget(notLive());
                return;
            }
        } else if (source == null && nowNs - goneNs >= GONE_NS) {
            endedNs = nowNs;
            now.end(nowNs);
        } else if (source != null && idle) {
            stopFeed();
            forget(Packaging.missing());
            return;
        }
        describe(now, nowNs);
    }

    private void forget(OriginReply.Refused reply) {
        Packaging old = packaging;
        packaging = null;
        info = null;
        tickNs = stills.isWaitedFor() ? tickNs : Long.MAX_VALUE;
        if (old != null) {
            beginning = old.next();
            old.close(reply);
        }
        first.refuseAll(reply);
        if (source == null) {
            unused.run();
        }
    }

    @Override
    public void onPackaged(long nowNs) {
        Packaging now = packaging;
        if (now != null) {
            now.publish(nowNs);
            if (!now.isReady()) {
                first.answer(now, feed, nowNs);
            }
        }
    }

    @Override
    public void onKeyframeWanted(long nowNs) {
        if (nowNs - wishedNs >= KEYFRAME_AGAIN_NS) {
            wishedNs = nowNs;
            wishKeyframe();
        }
    }

    @Override
    public void onKeyframe(VideoFrame frame) {
        stills.onKeyframe(frame, frame.arrivalNs());
    }

    private void describe(Packaging now, long nowNs) {
        Feed from = feed;
        String problem = from == null ? "The broadcaster left." : from.problem(nowNs);
        long lastNs = Math.max(startNs, now.lastPartNs());
        boolean stuck = nowNs - lastNs > HALT_NS;
        OriginState state = now.isEnded()
                ? OriginState.ENDED
                : from == null || (stuck && (now.isReady() || nowNs - startNs > FirstRequests.PATIENCE_NS))
                        ? OriginState.HALTED
                        : now.isReady() ? OriginState.LIVE : OriginState.STARTING;
        if (state == OriginState.HALTED && problem.isEmpty()) {
            problem = "Nothing that can be played has come from the broadcaster for " + (nowNs - lastNs) / (1000 * MS)
                    + " s.";
        }
        info = new OriginInfo(
                state,
                problem,
                now.describe(),
                now.seekableMs(),
                budget.held(),
                "",
                services.transcoder().state(),
                0,
                0);
    }

    /** How it fares, a quarter of a second ago at most; any thread. */
    OriginInfo info() {
        OriginInfo known = info;
        return known != null
                ? known
                : new OriginInfo(
                        OriginState.IDLE,
                        "",
                        List.of(),
                        0,
                        0,
                        "",
                        services.transcoder().state(),
                        0,
                        0);
    }

    /** What the way through playlists takes; null while nothing is packaged; any thread. */
    @Nullable
    SegmentDelay delay() {
        Packaging now = packaging;
        return now == null || source == null ? null : now.delay();
    }

    /** True if nothing is lost when it is forgotten; on the origin's thread. */
    boolean isUnused() {
        return source == null && packaging == null;
    }
}
