package dev.millrace.media.send;

import dev.millrace.media.layer.LayerAllocator;
import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.layer.LayerSelector;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.DecodeTargets;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import org.jspecify.annotations.Nullable;

/**
 * One track towards one viewer: starts on a keyframe, switches layers on keyframes, thins a layer to a decode target, and
 * makes of whatever the publisher sends one RTP stream that never breaks. Owned by the viewer's loop.
 */
final class DownTrack {
    static final int NONE = Quality.NONE;

    /** A keyframe so young is sent from the cache; an older one would put the viewer behind. */
    static final long REPLAY_NS = 300_000_000L;

    /** When many come at once they begin with a keyframe so old and all that came since: all that is kept for sure. */
    static final long KEPT_NS = PacketCache.KEEP_NS;

    /** But not with more than this: a newcomer's way may be narrow, and it is sent within less than half a second. */
    private static final long MAX_START_BYTES = 400_000;

    /** How often the layer is chosen anew. */
    private static final long SELECT_NS = 100_000_000L;

    /** A picture cut short by a switch would be lost: so long its last packets may take. */
    private static final long FINISH_NS = 50_000_000L;

    /** A viewer whose decoder gave up begins anew with the last group where no keyframe can be asked for; so often at most. */
    private static final long CHASE_AGAIN_NS = 3_000_000_000L;

    private final PlayedMedia played;
    private final boolean video;
    private final SendListener listener;
    private final DropCounters drops;
    private final LayerSelector selector = new LayerAllocator();
    private final PayloadTypes types;
    private final TrackSender sender;
    private final LayerFlow flow;
    private final Chase chase = new Chase();
    private final KeyframeWishes wishes = new KeyframeWishes();
    private final DownTrackCounters counters;

    private @Nullable TrackSource source;
    private long publication;
    private boolean open;
    private boolean paused;
    private boolean unsupported;

    /** Something was sent, ever. */
    private boolean begun;

    /** The {@link Quality} the selector chose; {@link Quality#NONE} to send nothing. */
    private int wanted = NONE;

    /** What flows is to end with its picture: more of it would only stand in a queue, before what comes next. */
    private boolean stopping;

    /** Nothing was published when the selector was last asked. */
    private boolean nothing;

    private long budgetBps = LayerSelector.UNLIMITED;

    private long nextSelectNs = Long.MIN_VALUE;

    /** When a keyframe of the wanted layer no longer waits for the open picture's end; none waits at MAX_VALUE. */
    private long beginByNs = Long.MAX_VALUE;

    /** What a start sent from the cache must not be sent again out of the same batch. */
    private long replayBatch = -1;

    private long replayFrom;
    private long replayTo;

    DownTrack(
            PlayedMedia played,
            boolean twoByte,
            PacketWriter writer,
            @Nullable Pacer pacer,
            SendListener listener,
            DropCounters drops) {
        this.played = played;
        this.listener = listener;
        this.drops = drops;
        video = played.kind() == MediaKind.VIDEO;
        sender = new TrackSender(played, twoByte, writer, pacer, drops);
        flow = new LayerFlow(played, sender, drops);
        types = sender.types();
        counters = sender.counters();
    }

    void attach(TrackSource newSource, long nowNs) {
        source = newSource;
        sender.attach(newSource);
        publication = -1;
        bindPublication(newSource);
        startFromCache(nowNs);
    }

    void detach() {
        source = null;
        sender.detach();
        flow.end();
        wanted = NONE;
    }

    void open(long nowNs) {
        open = true;
        startFromCache(nowNs);
    }

    void close() {
        open = false;
    }

    void pause(boolean newPaused, long nowNs) {
        if (paused != newPaused) {
            paused = newPaused;
            flow.end();
            startFromCache(nowNs);
        }
    }

    void pin(int quality, long nowNs) {
        selector.pin(quality);
        wishes.soon();
        select(nowNs);
        if (Quality.layer(wanted) != flow.index()) {
            askKeyframe(nowNs);
        }
    }

    /** What the connection carries of this track from now on; chooses the layer anew. */
    void budget(long newBudgetBps, long nowNs) {
        budgetBps = newBudgetBps;
        select(nowNs);
    }

    /** What the best quality would take while it is not what was chosen; 0 while it is. */
    long wantedBps() {
        return source == null || publication == 0 ? 0 : selector.wantedBps();
    }

    /** The layers the publisher has to send for this viewer, bit i for layer i. */
    int demand() {
        return source == null || paused || unsupported ? 0 : selector.demand();
    }

    /** One packet of the source's batch, in the order of arrival. */
    void onPacket(TrackSource from, int layerIndex, long sequence, long nowNs) {
        if (!open || paused) {
            drops.count(DropReason.LAYER_NOT_SELECTED);
            return;
        }
        if (from.publication() != publication) {
            bindPublication(from);
        }
        if (nowNs >= nextSelectNs || nothing) {
            select(nowNs);
        }
        SourceLayer layer = from.layer(layerIndex);
        int slot = layer.cache.slot(sequence);
        if (slot < 0) {
            return;
        }
        if (layerIndex == flow.index() && flow.isStale(layer)) {
            flow.forget();
        }
        if (sender.isOverfull()) {
            // Nothing of it will come in time: the viewer goes on with the next keyframe, under the next number.
            flow.drop();
        }
        if (chase.isOn() && layerIndex == flow.index()) {
            boolean key = (layer.cache.flags(slot) & PacketFlags.KEYFRAME_START) != 0;
            if (!key || sequence < chase.next()) {
                goOn(from, layer, nowNs);
                return;
            }
            flow.end(); // it begins here, and is up with everybody else
        }
        if (layerIndex == flow.index() && (!video || typeOf(layer, slot) == flow.type() || isEmpty(layer, slot))) {
            if (replayBatch != from.batch() || sequence < replayFrom || sequence > replayTo) {
                forward(layer, slot, sequence, nowNs);
            }
            if (beginByNs != Long.MAX_VALUE && (!flow.pictureOpen() || nowNs >= beginByNs)) {
                beginKept(from, nowNs);
            }
        } else if (wanted != NONE && (layerIndex == Quality.layer(wanted) || layerIndex == flow.index())) {
            arrive(from, layer, layerIndex, slot, sequence, nowNs);
        } else {
            drops.count(DropReason.LAYER_NOT_SELECTED);
        }
    }

    private static int typeOf(SourceLayer layer, int slot) {
        return layer.cache.bytes(slot)[1] & 0x7f;
    }

    private static boolean isEmpty(SourceLayer layer, int slot) {
        return (layer.cache.flags(slot) & PacketFlags.EMPTY) != 0;
    }

    private void bindPublication(TrackSource from) {
        publication = from.publication();
        wanted = NONE;
        nothing = true;
        unsupported = false;
        wishes.soon();
        selector.reset();
        flow.bind(from);
    }

    void select(long nowNs) {
        nextSelectNs = nowNs + SELECT_NS;
        if (source == null) {
            return;
        }
        wanted = selector.select(source, flow.quality(), budgetBps, nowNs);
        nothing = wanted == NONE && selector.reason() == LayerReason.NOTHING_PUBLISHED;
        int meanwhile = selector.meanwhile();
        if (wanted != NONE && flow.index() != NONE && Quality.layer(meanwhile) == flow.index()) {
            flow.want(Quality.target(meanwhile));
        }
        stopping = video && meanwhile == NONE;
        if (stopping && flow.index() != NONE && !flow.pictureOpen()) {
            flow.drop();
        }
    }

    private void askKeyframe(long nowNs) {
        // A keyframe in a codec the viewer cannot take would help nobody and cost everybody.
        boolean useful = video && open && !paused && !unsupported && wanted != NONE;
        boolean waits = source != null && useful && !(source.isDeaf() && chaseAgain(source, nowNs));
        if (source != null && waits) {
            wishes.wait(source, Quality.layer(wanted), nowNs);
        }
    }

    /** A joiner need not wait for the next keyframe when the last one is young and whole. */
    private void startFromCache(long nowNs) {
        TrackSource from = source;
        if (from == null || !open || paused || from.publication() == 0) {
            return;
        }
        if (from.publication() != publication) {
            bindPublication(from);
        }
        select(nowNs);
        if (wanted == NONE || !video) {
            return;
        }
        int target = Quality.layer(wanted);
        SourceLayer layer = from.layer(target);
        long keyframe = layer.keyframe();
        if (keyframe >= 0 && maySendKept(from, layer, nowNs)) {
            begin(from, layer, target, layer.cache.slot(keyframe), keyframe, nowNs);
        } else {
            askKeyframe(nowNs);
        }
    }

    /** Nobody can be asked for a keyframe: the last one, and all that came since, faster than it did; false if it is not kept. */
    private boolean chaseAgain(TrackSource from, long nowNs) {
        SourceLayer layer = from.layer(Quality.layer(wanted));
        long keyframe = layer.keyframe();
        boolean kept = keyframe >= 0 && layer.bytesSince(keyframe) >= 0;
        if (kept && wishes.due(nowNs)) {
            wishes.notFor(CHASE_AGAIN_NS, nowNs);
            flow.end();
            begin(from, layer, Quality.layer(wanted), layer.cache.slot(keyframe), keyframe, nowNs);
        }
        return kept;
    }

    /** Sends what is due by now of what a chase has left. */
    private void goOn(TrackSource from, SourceLayer layer, long nowNs) {
        while (chase.next() <= layer.newest()) {
            long sequence = chase.next();
            int slot = layer.cache.slot(sequence);
            if (slot < 0) {
                chase.stop();
                flow.end(); // forgotten meanwhile: with the next keyframe
                return;
            }
            if (!chase.take(layer.cache.bytes(slot), nowNs)) {
                sender.deadlineMoved();
                return;
            }
            forward(layer, slot, sequence, nowNs);
        }
        chase.stop();
        replayBatch = from.batch();
        replayTo = layer.newest();
    }

    /** When {@link #onDeadline} wants to be called. */
    long nextDeadlineNs() {
        return Math.min(chase.nextDeadlineNs(), sender.nextDeadlineNs());
    }

    void onDeadline(long nowNs) {
        TrackSource from = source;
        if (nowNs >= chase.nextDeadlineNs()) {
            if (from != null
                    && flow.index() != NONE
                    && from.publication() == publication
                    && !flow.isStale(from.layer(flow.index()))) {
                goOn(from, from.layer(flow.index()), nowNs);
            } else {
                chase.stop();
            }
        }
        sender.onDeadline(nowNs);
    }

    /** Whether a viewer begins with the last keyframe rather than with a new one. */
    private boolean maySendKept(TrackSource from, SourceLayer layer, long nowNs) {
        long ageNs = nowNs - layer.keyframeNs();
        if (ageNs > KEPT_NS) {
            return false;
        }
        long bytes = layer.bytesSince(layer.keyframe());
        boolean kept = bytes >= 0 && (ageNs <= REPLAY_NS || bytes <= MAX_START_BYTES);
        return kept && (ageNs <= REPLAY_NS || (!from.isDeaf() && !from.newcomerMayAsk(nowNs)));
    }

    /** A packet of a layer that does not flow yet: its keyframe lets the picture that is being sent end first. */
    private void arrive(TrackSource from, SourceLayer layer, int layerIndex, int slot, long sequence, long nowNs) {
        boolean waits = beginByNs != Long.MAX_VALUE;
        boolean key = (layer.cache.flags(slot) & PacketFlags.KEYFRAME_START) != 0;
        if (waits && (flow.index() == NONE || nowNs >= beginByNs)) {
            beginKept(from, nowNs);
        } else if (!waits && key && video && flow.index() != NONE && flow.pictureOpen()) {
            beginByNs = nowNs + FINISH_NS;
        } else if (!waits) {
            begin(from, layer, layerIndex, slot, sequence, nowNs);
        }
    }

    /** Goes over to the wanted layer with its last keyframe, if it is as young as it was when it was put off. */
    private void beginKept(TrackSource from, long nowNs) {
        beginByNs = Long.MAX_VALUE;
        int layerIndex = Quality.layer(wanted);
        if (layerIndex == flow.index() || layerIndex < 0) {
            return; // not wanted any more
        }
        SourceLayer layer = from.layer(layerIndex);
        int slot = layer.cache.slot(layer.keyframe());
        if (slot >= 0 && nowNs - layer.keyframeNs() <= REPLAY_NS) {
            begin(from, layer, layerIndex, slot, layer.keyframe(), nowNs);
        } else {
            askKeyframe(nowNs);
        }
    }

    /** Goes over to another layer if this packet allows it. */
    private void begin(TrackSource from, SourceLayer layer, int layerIndex, int slot, long sequence, long nowNs) {
        if (isEmpty(layer, slot) || (video && (layer.cache.flags(slot) & PacketFlags.KEYFRAME_START) == 0)) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME);
            askKeyframe(nowNs);
            return;
        }
        int type = typeOf(layer, slot);
        if (types.out(type) < 0 && !types.unwrapsRed(type)) {
            refuse(from, type, nowNs);
            return;
        }
        unsupported = false;
        boolean late = video && flow.index() == NONE && nowNs - layer.keyframeNs() > REPLAY_NS;
        int goal = layerIndex == Quality.layer(wanted) ? Quality.target(wanted) : Quality.TOP;
        boolean changed = flow.start(from, layerIndex, slot, sequence, goal, nowNs);
        chase.stop();
        if (late && from.isDeaf()) {
            flow.squeeze(layer, chase, sequence, nowNs);
        } else if (late) {
            flow.squeeze(layer);
        }
        if (video && !begun) {
            // Nobody knows yet what the connection carries, and the first keyframe is no measure of it.
            begun = true;
            int top = Math.max(0, layer.targets().count() - 1);
            sender.startsWith(Math.max(layer.bytesSince(sequence), layer.bitrateBps(top) / 8));
        }
        beginByNs = Long.MAX_VALUE;
        stopping = false;
        replayBatch = from.batch();
        replayFrom = sequence;
        replayTo = chase.isOn() ? sequence - 1 : layer.newest();
        for (long s = sequence; s <= replayTo; s++) {
            int at = layer.cache.slot(s);
            if (at >= 0) {
                forward(layer, at, s, nowNs);
            }
        }
        if (chase.isOn()) {
            goOn(from, layer, nowNs);
        }
        if (changed) {
            listener.onLayer(played.kind(), layerIndex, nowNs);
        }
    }

    private void refuse(TrackSource from, int type, long nowNs) {
        drops.count(DropReason.RTP_UNKNOWN_PAYLOAD);
        CodecFormat format = from.format(type);
        if (!unsupported && format != null) {
            unsupported = true;
            listener.onCodecUnsupported(played.kind(), format, nowNs);
        }
    }

    private void forward(SourceLayer layer, int slot, long sequence, long nowNs) {
        int flags = layer.cache.flags(slot);
        boolean frame = (flags & PacketFlags.FRAME_START) != 0 && sequence > flow.newest();
        if (frame && stopping && (flags & PacketFlags.PICTURE_START) != 0) {
            flow.drop();
            drops.count(DropReason.LAYER_NOT_SELECTED);
            return;
        }
        if (frame && (flags & PacketFlags.KEYFRAME_START) != 0) {
            wishes.sent(nowNs);
        }
        flow.forward(layer, slot, sequence, nowNs);
        if (frame && source != null && flow.needsKeyframe(nowNs)) {
            wishes.wait(source, flow.index(), nowNs);
        }
    }

    /** The viewer lost the packet we sent under this number. */
    void onNack(int sequence16, long nowNs) {
        sender.onNack(sequence16, nowNs);
    }

    /** The viewer's decoder needs a keyframe. */
    void onKeyframeRequest(long nowNs) {
        counters.plis++;
        int layer = flow.index() != NONE ? flow.index() : Quality.layer(wanted);
        boolean useful = source != null && video && layer != NONE && open && !paused && !unsupported;
        if (flow.index() != NONE && wishes.isOnItsWay(sender.waiting(), nowNs)) {
            return;
        }
        if (source != null && useful && source.isDeaf()) {
            askKeyframe(nowNs);
        } else if (source != null && useful) {
            wishes.pass(source, layer, nowNs);
        }
    }

    /** What a sender report says; only while {@link #flows}. */
    int timestampAt(long nowNs) {
        TrackSource from = source;
        if (from == null || flow.index() == NONE) {
            return 0;
        }
        return flow.timestampAt(from, nowNs);
    }

    /** True while a layer of a living publication is being sent. */
    boolean flows(long nowNs) {
        TrackSource from = source;
        if (from == null || !open || paused || flow.index() == NONE) {
            return false;
        }
        return from.publication() == publication && from.active(flow.index(), nowNs);
    }

    DownTrackStats stats(long nowNs) {
        LayerReason reason = paused
                ? LayerReason.PAUSED
                : unsupported
                        ? LayerReason.CODEC_UNSUPPORTED
                        : flow.index() == NONE && wanted != NONE && video
                                ? LayerReason.WAITING_FOR_KEYFRAME
                                : selector.reason();
        DecodeTargets shown = flow.targets(source);
        return counters.snapshot(
                played,
                flow.index(),
                Quality.layer(wanted),
                Quality.layer(selector.pinned()),
                shown == null ? NONE : shown.spatialId(flow.target()),
                shown == null ? NONE : shown.temporalId(flow.target()),
                reason,
                nowNs);
    }

    /** Why the layer that is wanted is. */
    LayerReason reason() {
        return selector.reason();
    }

    boolean is(int ssrc) {
        return played.ssrc() == ssrc;
    }

    MediaKind kind() {
        return played.kind();
    }

    int ssrc() {
        return played.ssrc();
    }

    TrackSender sender() {
        return sender;
    }

    HeaderMap headers() {
        return sender.headers();
    }

    DownTrackCounters counters() {
        return counters;
    }
}
