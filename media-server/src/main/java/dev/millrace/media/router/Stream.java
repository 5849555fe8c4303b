package dev.millrace.media.router;

import dev.millrace.media.layer.Dormancy;
import dev.millrace.media.layer.PublisherDemand;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.ForwardDelay;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.send.PublicationClock;
import dev.millrace.media.send.SegmentPadding;
import dev.millrace.media.send.SendPath;
import java.util.ArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream on one loop: an audio and a video feed, the viewers of this loop, and the fan-out between them.
 *
 * <p>Viewers may come before the broadcaster. A broadcaster who comes back takes over by {@link #publish}: viewers keep
 * SSRC, sequence and time. Owned by its loop.
 */
public final class Stream {
    /** How often viewers are asked which layers they need; as often as they choose. */
    private static final long DEMAND_NS = 100_000_000L;

    /**
     * What came of a picture waits so long for the rest of it: to each viewer a few packets leave in one message, which
     * costs hardly more than a single one. A player's own buffer is ten times that.
     */
    private static final long GATHER_NS = 1_000_000L;

    /** With fewer viewers there is nothing to be saved. */
    private static final int GATHER_VIEWERS = 8;

    private final String name;
    private final @Nullable LongSupplier exactNs;
    private final PublicationClock clock = new PublicationClock();
    private final ForwardDelay forwardDelay = new ForwardDelay();
    private final Feed audio;
    private final Feed video;
    private final ArrayList<SendPath> viewers = new ArrayList<>();
    private final DemandListener demandListener;
    private final Dormancy dormancy = new Dormancy();
    private long publication;
    private int demand;
    private boolean demandTold;
    private long nextDemandNs = Long.MIN_VALUE;

    /** A copy whose publisher sends all layers whether anybody needs them or not. */
    public Stream(String name, KeyframeRequests keyframes, DropCounters drops) {
        this(name, keyframes, (published, layers, nowNs) -> {}, drops);
    }

    public Stream(String name, KeyframeRequests keyframes, DemandListener demandListener, DropCounters drops) {
        this(name, keyframes, demandListener, drops, null);
    }

    /** @param exactNs tells the time at the moment of asking; null = what a flush was told holds for all of its viewers */
    public Stream(
            String name,
            KeyframeRequests keyframes,
            DemandListener demandListener,
            DropCounters drops,
            @Nullable LongSupplier exactNs) {
        this.name = name;
        this.exactNs = exactNs;
        this.demandListener = demandListener;
        audio = new Feed(this, MediaKind.AUDIO, clock, keyframes, drops);
        video = new Feed(this, MediaKind.VIDEO, clock, keyframes, drops);
    }

    public String name() {
        return name;
    }

    /** The feed of a kind; it is there without a broadcaster, too. */
    public Feed feed(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audio : video;
    }

    /**
     * A broadcaster begins or takes over; packets of the one before must not be fed any more.
     *
     * @param newPublication a number greater than every one before; the same on all loops
     * @param newAudio null if there is none; where a publisher has several tracks of a kind, one of them
     */
    public void publish(
            long newPublication, @Nullable PublishedMedia newAudio, @Nullable PublishedMedia newVideo, long nowNs) {
        flush(nowNs);
        publication = newPublication;
        clock.reset();
        dormancy.reset();
        demandTold = false;
        audio.publish(newPublication, newAudio);
        video.publish(newPublication, newVideo);
    }

    /** The broadcaster is gone, unless another one took over; viewers wait. */
    public void unpublish(long oldPublication, long nowNs) {
        if (oldPublication != publication) {
            return;
        }
        flush(nowNs);
        publication = 0;
        clock.reset();
        audio.publish(0, null);
        video.publish(0, null);
    }

    /** Number of the current publication, 0 for none. */
    public long publication() {
        return publication;
    }

    /** A viewer begins to watch, or to wait for the broadcaster. */
    public void subscribe(SendPath viewer, long nowNs) {
        viewers.add(viewer);
        viewer.attach(audio, nowNs);
        viewer.attach(video, nowNs);
        reviewDemand(nowNs);
    }

    /** A viewer leaves. */
    public void unsubscribe(SendPath viewer, long nowNs) {
        int at = viewers.indexOf(viewer);
        if (at < 0) {
            return;
        }
        // The order of viewers means nothing, so the last one fills the hole.
        SendPath last = viewers.removeLast();
        if (at < viewers.size()) {
            viewers.set(at, last);
        }
        viewer.detach(nowNs);
    }

    /** How long its packets stay here; told by whoever receives and sends them. */
    public ForwardDelay forwardDelay() {
        return forwardDelay;
    }

    /** Viewers of this loop. */
    public int viewers() {
        return viewers.size();
    }

    /** When what came has to leave by {@link #flush}: at once, or soon, if more of the same picture is on its way. */
    public long leavesByNs(long nowNs) {
        boolean more = viewers.size() >= GATHER_VIEWERS && video.batchSize() > 0 && video.pictureOpen();
        return more ? video.batchSinceNs() + GATHER_NS : nowNs;
    }

    /** Sends what came since the last flush: each viewer once, with all its packets. At the end of a receive batch. */
    public void flush(long nowNs) {
        if (audio.batchSize() == 0 && video.batchSize() == 0) {
            return;
        }
        SegmentPadding.equalise(video);
        // From the end, so that a viewer who leaves during its own turn changes nothing for those still to come.
        for (int i = viewers.size() - 1; i >= 0; i--) {
            SendPath viewer = viewers.get(i);
            // A keyframe to hundreds takes tens of milliseconds: the last one's packets leave that much later.
            long leavesNs = exactNs == null ? nowNs : exactNs.getAsLong();
            // A shorter packet may close a run of equal ones, not begin it: so sound leaves behind the picture.
            viewer.forward(video, leavesNs);
            viewer.forward(audio, leavesNs);
        }
        audio.endBatch();
        video.endBatch();
        if (nowNs >= nextDemandNs) {
            reviewDemand(nowNs);
        }
    }

    private void reviewDemand(long nowNs) {
        nextDemandNs = nowNs + DEMAND_NS;
        if (publication == 0) {
            return;
        }
        int needed = needed();
        if (!demandTold || needed != demand) {
            demandTold = true;
            demand = needed;
            demandListener.demand(publication, needed, nowNs);
        }
    }

    /**
     * What the viewers need, and always the lowest layer: it costs next to nothing, a viewer whose way narrows must not
     * wait for it to wake, and whoever comes first has a picture at once.
     */
    private int needed() {
        if (video.layerCount() == 0) {
            return PublisherDemand.ALL;
        }
        int needed = 1 << lowest();
        for (int i = 0; i < viewers.size() && needed != PublisherDemand.ALL; i++) {
            needed |= viewers.get(i).demand();
        }
        return needed;
    }

    /** The smallest picture; the first rid while no size is known. */
    private int lowest() {
        int lowest = 0;
        for (int i = 1; i < video.layerCount(); i++) {
            int pixels = video.pixels(i, 0);
            int before = video.pixels(lowest, 0);
            lowest = pixels > 0 && (before == 0 || pixels < before) ? i : lowest;
        }
        return lowest;
    }

    /** The publisher is being told to send those layers of its video, bit i for layer i, and to rest the others. */
    public void onDemandTold(long toldPublication, int layers, long nowNs) {
        if (toldPublication == publication) {
            dormancy.told(layers, nowNs);
        }
    }

    /** What layers of the video rest at our wish. */
    Dormancy dormancy() {
        return dormancy;
    }
}
