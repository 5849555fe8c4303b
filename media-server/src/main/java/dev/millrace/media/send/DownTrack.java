package dev.millrace.media.send;

import dev.millrace.media.layer.LayerAllocator;
import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.layer.LayerSelector;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
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

    /** A request so soon after a keyframe was sent off before it could be there. */
    private static final long KEYFRAME_FLIES_NS = 100_000_000L;

    /** For so long a keyframe may wait for the pacer, which is an answer to a request as well. */
    private static final long KEYFRAME_WAITS_NS = 500_000_000L;

    /** How often the layer is chosen anew. */
    private static final long SELECT_NS = 100_000_000L;

    /** A picture cut short by a switch would be lost: so long its last packets may take. */
    private static final long FINISH_NS = 50_000_000L;

    /** A viewer whose decoder gave up begins anew with the last group where no keyframe can be asked for; so often at most. */
    private static final long CHASE_AGAIN_NS = 3_000_000_000L;

    /** How often one waiting viewer repeats its wish; the feed makes one of all of them. */
    private static final long ASK_NS = 300_000_000L;

    private final PlayedMedia played;
    private final boolean video;
    private final SendListener listener;
    private final DropCounters drops;
    private final LayerSelector selector = new LayerAllocator();
    private final PayloadTypes types;
    private final TrackSender sender;
    private final Timeline timeline;
    private final SequenceMap sequences = new SequenceMap();
    private final TargetFilter filter = new TargetFilter();
    private final PictureIds pictures;
    private final FrameNumbers numbers = new FrameNumbers();
    private final Chase chase = new Chase();
    private final KeyframeAllowance allowance = new KeyframeAllowance();
    private final RtpPacket view = new RtpPacket();
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

    /** The layer that flows, or {@link #NONE}; which of its decode targets the filter knows. */
    private int current = NONE;

    /** What flows is to end with its picture: more of it would only stand in a queue, before what comes next. */
    private boolean stopping;

    /** Nothing was published when the selector was last asked. */
    private boolean nothing;

    private int generation;
    private int currentType = -1;
    private long budgetBps = LayerSelector.UNLIMITED;

    /** Timestamp of the keyframe being sent, by the publisher's clock. */
    private int keyframeTimestamp;

    /** When its first packet was sent, or put behind what waits for the pacer. */
    private long keyframeSentNs;

    private long highestIn;
    private long highestOut;
    private long nextSelectNs = Long.MIN_VALUE;
    private long nextAskNs = Long.MIN_VALUE;

    /** The last packet sent was not the last of its picture. */
    private boolean pictureOpen;

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
        types = sender.types();
        pictures = sender.pictures();
        counters = sender.counters();
        // Any start will do; below 2^15 it leaves SRTP's roll-over counter in no doubt (RFC 3711 section 3.3.1).
        int mixed = played.ssrc() * 0x9e37_79b9;
        highestOut = 0x1_0000L + (mixed >>> 17);
        timeline = new Timeline(mixed);
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
        current = NONE;
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
            current = NONE;
            startFromCache(nowNs);
        }
    }

    void pin(int quality, long nowNs) {
        selector.pin(quality);
        nextAskNs = Long.MIN_VALUE;
        select(nowNs);
        if (Quality.layer(wanted) != current) {
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
        if (layerIndex == current && layer.generation() != generation) {
            highestOut = sender.forgetWaiting(highestOut);
            current = NONE;
        }
        if (sender.isOverfull()) {
            // Nothing of it will come in time: the viewer goes on with the next keyframe, under the next number.
            highestOut = sender.dropWaiting(highestOut);
            current = NONE;
        }
        if (chase.isOn() && layerIndex == current) {
            boolean key = (layer.cache.flags(slot) & PacketFlags.KEYFRAME_START) != 0;
            if (!key || sequence < chase.next()) {
                goOn(from, layer, nowNs);
                return;
            }
            current = NONE; // it begins here, and is up with everybody else
        }
        if (layerIndex == current && (!video || typeOf(layer, slot) == currentType || isEmpty(layer, slot))) {
            if (replayBatch != from.batch() || sequence < replayFrom || sequence > replayTo) {
                forward(layer, slot, sequence, nowNs);
            }
            if (beginByNs != Long.MAX_VALUE && (!pictureOpen || nowNs >= beginByNs)) {
                beginKept(from, nowNs);
            }
        } else if (wanted != NONE && (layerIndex == Quality.layer(wanted) || layerIndex == current)) {
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
        current = NONE;
        wanted = NONE;
        nothing = true;
        unsupported = false;
        nextAskNs = Long.MIN_VALUE;
        selector.reset();
        highestOut = sender.bind(from, highestOut);
    }

    void select(long nowNs) {
        nextSelectNs = nowNs + SELECT_NS;
        if (source == null) {
            return;
        }
        wanted = selector.select(source, flowing(), budgetBps, nowNs);
        nothing = wanted == NONE && selector.reason() == LayerReason.NOTHING_PUBLISHED;
        int meanwhile = selector.meanwhile();
        if (wanted != NONE && current != NONE && Quality.layer(meanwhile) == current) {
            filter.want(Quality.target(meanwhile));
        }
        stopping = video && meanwhile == NONE;
        if (stopping && current != NONE && !pictureOpen) {
            stop();
        }
    }

    /** What still waits to be sent would come too late, too. */
    private void stop() {
        highestOut = sender.dropWaiting(highestOut);
        current = NONE;
    }

    private int flowing() {
        return current == NONE ? NONE : Quality.of(current, filter.target());
    }

    private void askKeyframe(long nowNs) {
        // A keyframe in a codec the viewer cannot take would help nobody and cost everybody.
        boolean useful = video && open && !paused && !unsupported && wanted != NONE;
        if (source != null && useful && source.isDeaf()) {
            chaseAgain(source, nowNs);
        } else if (source != null && useful && nowNs >= nextAskNs) {
            nextAskNs = nowNs + ASK_NS;
            int layer = Quality.layer(wanted);
            if (allowance.take(layer, nowNs)) {
                source.requestKeyframe(layer, nowNs);
            }
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

    /** Nobody can be asked for a keyframe: the last one, and all that came since, faster than it did. */
    private void chaseAgain(TrackSource from, long nowNs) {
        SourceLayer layer = from.layer(Quality.layer(wanted));
        long keyframe = layer.keyframe();
        if (nowNs >= nextAskNs && keyframe >= 0 && layer.bytesSince(keyframe) >= 0) {
            nextAskNs = nowNs + CHASE_AGAIN_NS;
            current = NONE;
            begin(from, layer, Quality.layer(wanted), layer.cache.slot(keyframe), keyframe, nowNs);
        }
    }

    /** Sends what is due by now of what a chase has left. */
    private void goOn(TrackSource from, SourceLayer layer, long nowNs) {
        while (chase.next() <= layer.newest()) {
            long sequence = chase.next();
            int slot = layer.cache.slot(sequence);
            if (slot < 0) {
                chase.stop();
                current = NONE; // forgotten meanwhile: with the next keyframe
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
                    && current != NONE
                    && from.publication() == publication
                    && from.layer(current).generation() == generation) {
                goOn(from, from.layer(current), nowNs);
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
        if (waits && (current == NONE || nowNs >= beginByNs)) {
            beginKept(from, nowNs);
        } else if (!waits && key && video && current != NONE && pictureOpen) {
            beginByNs = nowNs + FINISH_NS;
        } else if (!waits) {
            begin(from, layer, layerIndex, slot, sequence, nowNs);
        }
    }

    /** Goes over to the wanted layer with its last keyframe, if it is as young as it was when it was put off. */
    private void beginKept(TrackSource from, long nowNs) {
        beginByNs = Long.MAX_VALUE;
        int layerIndex = Quality.layer(wanted);
        if (layerIndex == current || layerIndex < 0) {
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
        view.wrap(layer.cache.bytes(slot), 0, layer.cache.length(slot));
        int type = view.payloadType();
        if (types.out(type) < 0 && !types.unwrapsRed(type)) {
            refuse(from, type, nowNs);
            return;
        }
        unsupported = false;
        SourceLayer before = current == NONE ? null : from.layer(current);
        chase.stop();
        timeline.start(before, layer, view.timestamp(), types.clockRate(type), nowNs);
        if (video && current == NONE && nowNs - layer.keyframeNs() > REPLAY_NS) {
            squeeze(from, layer, sequence, nowNs);
        }
        if (video && !begun) {
            // Nobody knows yet what the connection carries, and the first keyframe is no measure of it.
            begun = true;
            int top = Math.max(0, layer.targets().count() - 1);
            sender.startsWith(Math.max(layer.bytesSince(sequence), layer.bitrateBps(top) / 8));
        }
        pictures.start(types.codec(type), view.buffer(), view.payloadOffset(), view.payloadLength());
        filter.start(layer.targets(), layerIndex == Quality.layer(wanted) ? Quality.target(wanted) : Quality.TOP);
        numbers.start(sender.headers().frameNumber(view));
        numbers.target(layer.targets(), filter.target());
        sequences.start(sequence, highestOut + 1);
        if (video && (current == NONE || layerIndex < current)) {
            sender.restartsAt(highestOut + 1);
        }
        boolean changed = layerIndex != current;
        beginByNs = Long.MAX_VALUE;
        stopping = false;
        counters.switches += changed && before != null ? 1 : 0;
        current = layerIndex;
        generation = layer.generation();
        currentType = type;
        keyframeTimestamp = view.timestamp();
        keyframeSentNs = nowNs;
        highestIn = sequence - 1;
        replayBatch = from.batch();
        replayFrom = sequence;
        replayTo = chase.isOn() ? sequence - 1 : layer.newest();
        counters.started(types.codec(type), nowNs);
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

    /** An old keyframe and all since it are sent in a moment, or in a second or two if they may be many. */
    private void squeeze(TrackSource from, SourceLayer layer, long sequence, long nowNs) {
        if (from.isDeaf()) {
            chase.start(sequence, view.timestamp(), layer.newestTimestamp(), nowNs);
            timeline.squeeze(view.timestamp(), chase.toTimestamp(), chase.intoTicks());
        } else {
            timeline.squeeze(view.timestamp(), layer.newestTimestamp());
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
        PacketCache cache = layer.cache;
        view.wrap(cache.bytes(slot), 0, cache.length(slot));
        int flags = cache.flags(slot);
        if (sequence <= highestIn) {
            forwardLate(layer, slot, sequence, flags, nowNs);
            return;
        }
        if ((flags & PacketFlags.FRAME_START) != 0 && !beginFrame(layer, slot, flags, nowNs)) {
            return;
        }
        highestIn = sequence;
        int type = view.payloadType();
        int selection = filter.selection();
        boolean sendable = types.out(type) >= 0 || types.unwrapsRed(type);
        if ((flags & PacketFlags.EMPTY) != 0 || !sendable || !TargetFilter.needs(selection, cache.present(slot))) {
            leaveOut(types.codec(type), sequence, flags);
            // What stands between here and the next packet sent may still come, and belongs to what is in force now.
            sequences.note(sequence + 1, pictures.offsets(), selection);
            return;
        }
        int offsets = pictures.offsets();
        sequences.note(sequence, offsets, selection);
        long out = sequences.out(sequences.find(sequence), sequence);
        long rewriting = Rewriting.of(
                offsets,
                view.marker() || TargetFilter.isLastOfPicture(selection, flags),
                false,
                PacketFlags.padding(flags),
                frames(flags));
        if (!advance(types.codec(type), offsets) || !send(layer, sequence, out, types.out(type), rewriting, nowNs)) {
            sequences.skip(sequence);
        } else {
            pictureOpen = !Rewriting.marker(rewriting);
        }
    }

    /** Packets from before have numbers already: what is not to be sent of them goes out empty, to fill the hole. */
    private void forwardLate(SourceLayer layer, int slot, long sequence, int flags, long nowNs) {
        int at = sequences.find(sequence);
        if (at < 0) {
            drops.count(DropReason.RTP_TOO_OLD);
            return;
        }
        int type = view.payloadType();
        int selection = sequences.target(at);
        boolean sendable = (flags & PacketFlags.EMPTY) == 0 && (types.out(type) >= 0 || types.unwrapsRed(type));
        boolean whole = sendable && TargetFilter.needs(selection, layer.cache.present(slot));
        boolean marker = whole && (view.marker() || TargetFilter.isLastOfPicture(selection, flags));
        int outType = types.out(sendable ? type : currentType);
        int offsets = sequences.pictureOffsets(at);
        if (whole && numbers.described() && (flags & PacketFlags.FRAME_START) != 0) {
            numbers.advance(sender.headers().frameNumber(view));
        }
        if (whole && !advance(types.codec(type), offsets)) {
            return;
        }
        long rewriting = Rewriting.of(offsets, marker, !whole, PacketFlags.padding(flags), numbers.within());
        send(layer, sequence, sequences.out(at, sequence), outType, rewriting, nowNs);
    }

    private void leaveOut(Codec codec, long sequence, int flags) {
        boolean empty = (flags & PacketFlags.EMPTY) != 0;
        drops.count(empty ? DropReason.RTP_PADDING_ONLY : DropReason.LAYER_NOT_SELECTED);
        if (!empty) {
            pictures.drop(codec, view.buffer(), view.payloadOffset(), view.payloadLength());
        }
        sequences.skip(sequence);
    }

    /** A frame begins: the time to change what is sent of the layer. False if that is nothing, from here on. */
    private boolean beginFrame(SourceLayer layer, int slot, int flags, long nowNs) {
        if (stopping && (flags & PacketFlags.PICTURE_START) != 0) {
            stop();
            drops.count(DropReason.LAYER_NOT_SELECTED);
            return false;
        }
        if ((flags & PacketFlags.KEYFRAME_START) != 0) {
            keyframeTimestamp = view.timestamp();
            keyframeSentNs = nowNs;
            allowance.served();
        }
        if (filter.moves(layer.targets())) {
            PacketCache cache = layer.cache;
            if (filter.move(layer.targets(), flags, cache.switchable(slot), cache.ready(slot), nowNs)) {
                numbers.target(layer.targets(), filter.target());
                counters.switches++;
            }
            if (source != null && filter.needsKeyframe(nowNs) && nowNs >= nextAskNs) {
                nextAskNs = nowNs + ASK_NS;
                if (allowance.take(current, nowNs)) {
                    source.requestKeyframe(current, nowNs);
                }
            }
        }
        return true;
    }

    private long frames(int flags) {
        if (!numbers.described()) {
            return 0;
        }
        if ((flags & PacketFlags.FRAME_START) == 0) {
            return numbers.within();
        }
        int number = sender.headers().frameNumber(view);
        numbers.advance(number);
        return number < 0 ? 0 : numbers.begin((flags & PacketFlags.KEYFRAME_START) != 0);
    }

    private boolean send(SourceLayer layer, long sequence, long out, int outType, long rewriting, long nowNs) {
        int timestamp = timeline.map(view.timestamp());
        boolean keyframe = video && view.timestamp() == keyframeTimestamp;
        if (!sender.send(view, layer, current, sequence, out, outType, timestamp, rewriting, keyframe, nowNs)) {
            return false;
        }
        highestOut = Math.max(highestOut, out);
        timeline.sent(timestamp, nowNs);
        return true;
    }

    /** Lets the codec's own numbers follow what is sent; false if the payload is broken. */
    private boolean advance(Codec codec, int offsets) {
        if (codec != Codec.VP8 && codec != Codec.VP9) {
            return true;
        }
        boolean whole = pictures.advance(codec, view.buffer(), view.payloadOffset(), view.payloadLength(), offsets);
        if (!whole) {
            drops.count(DropReason.CODEC_MALFORMED);
        }
        return whole;
    }

    /** The viewer lost the packet we sent under this number. */
    void onNack(int sequence16, long nowNs) {
        sender.onNack(sequence16, nowNs);
    }

    /** The viewer's decoder needs a keyframe. */
    void onKeyframeRequest(long nowNs) {
        counters.plis++;
        int layer = current != NONE ? current : Quality.layer(wanted);
        boolean useful = source != null && video && layer != NONE && open && !paused && !unsupported;
        if (current != NONE && keyframeIsOnItsWay(nowNs)) {
            return;
        }
        if (source != null && useful && source.isDeaf()) {
            askKeyframe(nowNs);
        } else if (source != null && useful && allowance.take(layer, nowNs)) {
            source.requestKeyframe(layer, nowNs);
        }
    }

    /** The keyframe asked for was not there yet when it was asked for: decoders ask before a paced one is whole. */
    private boolean keyframeIsOnItsWay(long nowNs) {
        long sinceNs = nowNs - keyframeSentNs;
        return sinceNs < KEYFRAME_FLIES_NS || (sinceNs < KEYFRAME_WAITS_NS && sender.waiting() > 0);
    }

    /** What a sender report says; only while {@link #flows}. */
    int timestampAt(long nowNs) {
        TrackSource from = source;
        if (from == null || current == NONE) {
            return 0;
        }
        return timeline.at(from.layer(current), from.clock(), types.clockRate(currentType), nowNs);
    }

    /** True while a layer of a living publication is being sent. */
    boolean flows(long nowNs) {
        TrackSource from = source;
        if (from == null || !open || paused || current == NONE) {
            return false;
        }
        return from.publication() == publication && from.active(current, nowNs);
    }

    DownTrackStats stats(long nowNs) {
        LayerReason reason = paused
                ? LayerReason.PAUSED
                : unsupported
                        ? LayerReason.CODEC_UNSUPPORTED
                        : current == NONE && wanted != NONE && video
                                ? LayerReason.WAITING_FOR_KEYFRAME
                                : selector.reason();
        TrackSource from = source;
        DecodeTargets targets =
                from == null || current == NONE ? null : from.layer(current).targets();
        DecodeTargets shown = targets != null && filter.target() < targets.count() ? targets : null;
        return counters.snapshot(
                played,
                current,
                Quality.layer(wanted),
                Quality.layer(selector.pinned()),
                shown == null ? NONE : shown.spatialId(filter.target()),
                shown == null ? NONE : shown.temporalId(filter.target()),
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
