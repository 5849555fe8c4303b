package dev.millrace.media.send;

import dev.millrace.media.layer.LayerAllocator;
import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.layer.LayerSelector;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import org.jspecify.annotations.Nullable;

/**
 * One track towards one viewer: starts on a keyframe, switches layers on keyframes, and makes of whatever the publisher
 * sends one RTP stream that never breaks. Owned by the viewer's loop.
 */
final class DownTrack {
    static final int NONE = Quality.NONE;

    /** A keyframe so young is sent from the cache; an older one would put the viewer behind. */
    static final long REPLAY_NS = 300_000_000L;

    /** How often the layer is chosen anew. */
    private static final long SELECT_NS = 100_000_000L;

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
    private final Vp8Rewriter vp8;
    private final RtpPacket view = new RtpPacket();
    private final DownTrackCounters counters;

    private @Nullable TrackSource source;
    private long publication;
    private boolean open;
    private boolean paused;
    private boolean unsupported;
    private int target = NONE;
    private int current = NONE;
    private int generation;
    private int currentType = -1;
    private long budgetBps = LayerSelector.UNLIMITED;

    /** Timestamp of the keyframe being sent, by the publisher's clock. */
    private int keyframeTimestamp;

    private long highestIn;
    private long highestOut;
    private long nextSelectNs = Long.MIN_VALUE;
    private long nextAskNs = Long.MIN_VALUE;

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
        vp8 = sender.vp8();
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
        target = NONE;
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

    void pin(int layer, long nowNs) {
        selector.pin(layer < 0 ? Quality.NONE : Quality.of(layer, Quality.TOP));
        nextAskNs = Long.MIN_VALUE;
        select(nowNs);
        if (target != current) {
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

    /** One packet of the source's batch, in the order of arrival. */
    void onPacket(TrackSource from, int layerIndex, long sequence, long nowNs) {
        if (!open || paused) {
            drops.count(DropReason.LAYER_NOT_SELECTED);
            return;
        }
        if (from.publication() != publication) {
            bindPublication(from);
        }
        if (nowNs >= nextSelectNs || target == NONE) {
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
        if (layerIndex == current && (!video || typeOf(layer, slot) == currentType || isEmpty(layer, slot))) {
            if (replayBatch != from.batch() || sequence < replayFrom || sequence > replayTo) {
                forward(layer, slot, sequence, nowNs);
            }
        } else if (layerIndex == target || layerIndex == current) {
            begin(from, layer, layerIndex, slot, sequence, nowNs);
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
        target = NONE;
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
        int flowing = current < 0 ? Quality.NONE : Quality.of(current, Quality.TOP);
        int chosen = selector.select(source, flowing, budgetBps, nowNs);
        if (chosen != Quality.NONE) {
            target = Quality.layer(chosen);
        }
    }

    private void askKeyframe(long nowNs) {
        // A keyframe in a codec the viewer cannot take would help nobody and cost everybody.
        boolean useful = video && open && !paused && !unsupported && target != NONE;
        if (source != null && useful && nowNs >= nextAskNs) {
            nextAskNs = nowNs + ASK_NS;
            source.requestKeyframe(target, nowNs);
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
        if (target == NONE || !video) {
            return;
        }
        SourceLayer layer = from.layer(target);
        long keyframe = layer.keyframe();
        if (keyframe >= 0 && nowNs - layer.keyframeNs() <= REPLAY_NS && layer.keptSince(keyframe)) {
            begin(from, layer, target, layer.cache.slot(keyframe), keyframe, nowNs);
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
        timeline.start(before, layer, view.timestamp(), types.clockRate(type), nowNs);
        if (types.codec(type) == Codec.VP8) {
            vp8.start(view.buffer(), view.payloadOffset(), view.payloadLength());
        }
        sequences.start(sequence, highestOut + 1);
        boolean changed = layerIndex != current;
        current = layerIndex;
        generation = layer.generation();
        currentType = type;
        keyframeTimestamp = view.timestamp();
        highestIn = sequence - 1;
        replayBatch = from.batch();
        replayFrom = sequence;
        replayTo = layer.newest();
        counters.started(types.codec(type), nowNs);
        for (long s = sequence; s <= replayTo; s++) {
            int at = layer.cache.slot(s);
            if (at >= 0) {
                forward(layer, at, s, nowNs);
            }
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
        view.wrap(layer.cache.bytes(slot), 0, layer.cache.length(slot));
        int type = view.payloadType();
        boolean sendable = !isEmpty(layer, slot) && (types.out(type) >= 0 || types.unwrapsRed(type));
        if (!sendable && sequence > highestIn) {
            drops.count(DropReason.RTP_PADDING_ONLY);
            sequences.skip(sequence);
            highestIn = sequence;
            return;
        }
        long out = sequences.map(sequence);
        if (out < 0) {
            drops.count(DropReason.RTP_TOO_OLD);
            return;
        }
        highestIn = Math.max(highestIn, sequence);
        int timestamp = timeline.map(view.timestamp());
        int offsets = vp8.offsets();
        if ((layer.cache.flags(slot) & PacketFlags.KEYFRAME_START) != 0) {
            keyframeTimestamp = view.timestamp();
        }
        boolean keyframe = video && view.timestamp() == keyframeTimestamp;
        // Late padding has a number already given away: it goes out empty, under the type that flows.
        int outType = types.out(sendable ? type : currentType);
        if (advance(type)
                && sender.send(view, layer, current, sequence, out, outType, timestamp, offsets, keyframe, nowNs)) {
            highestOut = Math.max(highestOut, out);
            timeline.sent(timestamp, nowNs);
        } else if (out == highestOut + 1) {
            sequences.skip(sequence);
        }
    }

    /** Lets the codec's own numbers follow what is sent; false if the payload is broken. */
    private boolean advance(int type) {
        if (types.codec(type) != Codec.VP8 || view.payloadLength() == 0) {
            return true;
        }
        boolean whole = vp8.advance(view.buffer(), view.payloadOffset(), view.payloadLength());
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
        int layer = current != NONE ? current : target;
        if (source != null && video && layer != NONE && open && !paused && !unsupported) {
            source.requestKeyframe(layer, nowNs);
        }
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
                        : current == NONE && target != NONE && video
                                ? LayerReason.WAITING_FOR_KEYFRAME
                                : selector.reason();
        return counters.snapshot(played, current, target, Quality.layer(selector.pinned()), reason, nowNs);
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
