package dev.millrace.media.origin;

import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.playlist.Directives;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream for the audience behind caches: packaged while somebody fetches it, from whoever broadcasts it at the time.
 *
 * <p>Owned by its origin's thread and told the time; {@link #fetch} may be called by any.
 */
final class StreamOrigin {
    private static final long MS = 1_000_000;

    /** How often is looked at who asked, who waited for too long, and whether anything still comes. */
    private static final long TICK_NS = 250 * MS;

    /** The first request waits so long for something to play: a keyframe, a part, the slowest layer. */
    private static final long START_PATIENCE_NS = 8_000 * MS;

    /** Layers that rest take up to a second to wake; players read the list of them once. */
    private static final long LAYERS_PATIENCE_NS = 2_000 * MS;

    /** A broadcaster may come back within this and go on; then the playlists end. */
    private static final long GONE_NS = 60_000 * MS;

    /** Playlists that have ended are kept so long for those who still play. */
    private static final long ENDED_NS = 60_000 * MS;

    /** Browsers ignore wishes for keyframes closer than 300 ms. */
    private static final long KEYFRAME_AGAIN_NS = 500 * MS;

    private final String name;
    private final OriginConfig config;
    private final OriginThread thread;
    private final HeldBudget budget;
    private final Supplier<String> stamps;
    private final DropCounters drops;
    private final List<Held> starting = new ArrayList<>();

    private volatile @Nullable Packaging packaging;
    private volatile @Nullable Source source;
    private volatile boolean asked;

    private @Nullable Feed feed;
    private long firstPartNs;
    private long askedNs;
    private long goneNs;
    private long endedNs;
    private long wishedNs = Long.MIN_VALUE / 2;
    private long tickNs = Long.MAX_VALUE;

    StreamOrigin(
            String name,
            OriginConfig config,
            OriginThread thread,
            HeldBudget budget,
            Supplier<String> stamps,
            DropCounters drops) {
        this.name = name;
        this.config = config;
        this.thread = thread;
        this.budget = budget;
        this.stamps = stamps;
        this.drops = drops;
    }

    String name() {
        return name;
    }

    OriginThread thread() {
        return thread;
    }

    /** Answers at once, or holds the request until it can; any thread. */
    Held fetch(ObjectName object, Directives directives, String carried) {
        asked = true;
        Held request = new Held(object, directives, carried);
        Packaging now = packaging;
        boolean media = object.kind() == ObjectName.Kind.SEGMENT || object.kind() == ObjectName.Kind.INIT;
        if (now == null ? media : media || now.isReady()) {
            OriginReply reply = now == null ? gone() : now.now(request);
            if (reply != null) {
                request.complete(reply);
                return request;
            }
        } else if (now == null && source == null) {
            request.complete(notLive());
            return request;
        }
        if (!budget.admit(request)) {
            request.complete(new OriginReply.Refused(
                    OriginRefusal.BUSY, "Too many requests wait for something to be made; try again in a second."));
        } else if (now != null && (media || now.isReady())) {
            now.hold(request);
        } else {
            thread.executor().execute(() -> startFor(request));
        }
        return request;
    }

    private OriginReply.Refused notLive() {
        return new OriginReply.Refused(OriginRefusal.NOT_LIVE, "Nobody broadcasts " + name + " now.");
    }

    private static OriginReply.Refused gone() {
        return new OriginReply.Refused(
                OriginRefusal.NOT_FOUND, "There is no such segment, or not any more; load the playlist again.");
    }

    /** A broadcaster begins, or takes over. */
    void published(Source next, long nowNs) {
        stopFeed();
        source = next;
        Packaging now = packaging;
        if (now != null && now.isEnded()) {
            forget(notLive());
            now = null;
        }
        if (now != null || config.always()) {
            start(nowNs);
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
        Packaging now = packaging;
        if (now != null) {
            now.interrupt();
            now.publish(nowNs);
        }
    }

    private void stopFeed() {
        Feed old = feed;
        feed = null;
        if (old != null) {
            old.from.silence();
        }
    }

    private void startFor(Held request) {
        long nowNs = thread.nowNs().getAsLong();
        if (packaging == null && source == null) {
            request.complete(notLive());
            return;
        }
        if (packaging == null) {
            start(nowNs);
        }
        starting.add(request);
        answerStarting(nowNs);
    }

    /** Packages what the broadcaster sends from now on; with the packager there is, if there is one. */
    private void start(long nowNs) {
        Source from = source;
        if (from == null) {
            return;
        }
        Packaging into = packaging;
        if (into == null) {
            into = new Packaging(
                    config.packager(),
                    stamps.get(),
                    thread.epochMs().getAsLong() * MS - nowNs,
                    this::wishKeyframe,
                    () -> thread.executor().execute(this::answer));
            packaging = into;
            firstPartNs = 0;
        } else {
            into.interrupt();
            into.publish(nowNs);
        }
        askedNs = nowNs;
        tickNs = nowNs + TICK_NS;
        feed = new Feed(from, into);
        from.listen(feed, thread.executor());
        from.requestKeyframe();
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
            now.answer(thread.nowNs().getAsLong());
        }
    }

    /** When {@link #onDeadline} is wanted. */
    long nextDeadlineNs() {
        Feed now = feed;
        return now == null ? tickNs : Math.min(tickNs, now.frames.nextDeadlineNs());
    }

    void onDeadline(long nowNs) {
        Feed now = feed;
        if (now != null && now.frames.nextDeadlineNs() <= nowNs) {
            now.frames.onDeadline(nowNs);
            now.publish(nowNs);
        }
        if (nowNs >= tickNs) {
            tickNs = nowNs + TICK_NS;
            tick(nowNs);
        }
    }

    private void tick(long nowNs) {
        Packaging now = packaging;
        if (now == null) {
            tickNs = Long.MAX_VALUE;
            return;
        }
        if (asked) {
            asked = false;
            askedNs = nowNs;
        }
        answerStarting(nowNs);
        now.answer(nowNs);
        if (now.isEnded()) {
            if (nowNs - endedNs >= ENDED_NS) {
                forget(notLive());
            }
        } else if (source == null) {
            if (nowNs - goneNs >= GONE_NS) {
                endedNs = nowNs;
                now.end(nowNs);
            }
        } else if (!config.always() && nowNs - askedNs >= config.idleNs()) {
            stopFeed();
            forget(gone());
        }
    }

    private void forget(OriginReply.Refused reply) {
        Packaging old = packaging;
        packaging = null;
        tickNs = Long.MAX_VALUE;
        if (old != null) {
            old.close(reply);
        }
        starting.forEach(each -> each.complete(reply));
        starting.clear();
    }

    /** Lets those go on who asked before there was anything; once all tracks have something, or have had their time. */
    private void answerStarting(long nowNs) {
        Packaging now = packaging;
        if (now == null) {
            return;
        }
        if (!now.isReady() && now.anyPart()) {
            firstPartNs = firstPartNs == 0 ? nowNs : firstPartNs;
            if (now.allParts() || nowNs - firstPartNs >= LAYERS_PATIENCE_NS) {
                now.showTexts();
            }
        }
        if (starting.isEmpty()) {
            return;
        }
        if (now.isReady()) {
            List<Held> all = List.copyOf(starting);
            starting.clear();
            all.forEach(each -> goOn(now, each));
            now.answer(nowNs);
        } else {
            starting.removeIf(each -> each.isDone() || isOverdue(each, nowNs));
        }
    }

    private static void goOn(Packaging now, Held request) {
        OriginReply reply = now.now(request);
        if (reply == null) {
            now.hold(request);
        } else {
            request.complete(reply);
        }
    }

    private static boolean isOverdue(Held request, long nowNs) {
        return request.heldNs(nowNs) >= START_PATIENCE_NS
                && request.complete(new OriginReply.Refused(
                        OriginRefusal.HALTED, "The broadcast has nothing to play yet; try again in a few seconds."));
    }

    /** True if nothing is lost when it is forgotten. */
    boolean isUnused() {
        return source == null && packaging == null;
    }

    /** One broadcaster on the way to the packager. */
    private final class Feed implements PacketSink, PublishedFrames.Sink {
        private final Source from;
        private final Packaging into;
        private final PublishedFrames frames;
        private final Track[] pictures;
        private final @Nullable Track sound;

        Feed(Source from, Packaging into) {
            this.from = from;
            this.into = into;
            PublishedMedia video = from.video();
            PublishedMedia audio = from.audio();
            this.frames = new PublishedFrames(audio, video, this, drops);
            List<String> names = TrackNames.of(video);
            this.pictures = new Track[names.size()];
            for (int i = 0; i < pictures.length; i++) {
                pictures[i] = into.track(names.get(i), true);
            }
            this.sound = audio == null ? null : into.track(TrackNames.AUDIO, false);
        }

        @Override
        public void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs) {
            if (feed == this) {
                frames.onPacket(kind, layer, b, off, len, arrivalNs);
                publish(arrivalNs);
            }
        }

        @Override
        public void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long arrivalNs) {
            frames.onSenderReport(kind, layer, ntp, rtpTimestamp, arrivalNs);
        }

        @Override
        public void onLayerGone(MediaKind kind, int layer, long nowNs) {
            frames.onLayerGone(kind, layer, nowNs);
        }

        @Override
        public void onVideo(int layer, VideoFrame frame, long captureNs) {
            into.onVideo(pictures[layer], frame, captureNs);
        }

        @Override
        public void onAudio(AudioFrame frame, long captureNs) {
            if (sound != null) {
                into.onAudio(sound, new TrackFormat.Opus(2, 0), frame.data(), captureNs);
            }
        }

        @Override
        public void onKeyframeWanted(long nowNs) {
            if (nowNs - wishedNs >= KEYFRAME_AGAIN_NS) {
                wishedNs = nowNs;
                from.requestKeyframe();
            }
        }

        void publish(long nowNs) {
            into.publish(nowNs);
            if (!into.isReady() && into.anyPart()) {
                answerStarting(nowNs);
            }
        }
    }
}
