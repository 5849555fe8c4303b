package dev.millrace.media.send;

import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.DecodeTargets;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import org.jspecify.annotations.Nullable;

/**
 * The layer that flows to one viewer: its packets, thinned to a decode target, become the next ones of an RTP stream that
 * never breaks, whatever flowed before. Owned by one downtrack.
 */
final class LayerFlow {
    static final int NONE = Quality.NONE;

    private final boolean video;
    private final TrackSender sender;
    private final PayloadTypes types;
    private final PictureIds pictures;
    private final DropCounters drops;
    private final DownTrackCounters counters;
    private final Timeline timeline;
    private final SequenceMap sequences = new SequenceMap();
    private final TargetFilter filter = new TargetFilter();
    private final FrameNumbers numbers = new FrameNumbers();
    private final RtpPacket view = new RtpPacket();

    /** The layer that flows, or {@link #NONE}. */
    private int index = NONE;

    private int generation;
    private int type = -1;

    /** Of the keyframe being sent, by the publisher's clock. */
    private int keyframeTimestamp;

    private long highestIn;
    private long highestOut;

    /** The last packet sent was not the last of its picture. */
    private boolean pictureOpen;

    LayerFlow(PlayedMedia played, TrackSender sender, DropCounters drops) {
        this.sender = sender;
        this.drops = drops;
        video = played.kind() == MediaKind.VIDEO;
        types = sender.types();
        pictures = sender.pictures();
        counters = sender.counters();
        // Any start will do; below 2^15 it leaves SRTP's roll-over counter in no doubt (RFC 3711 section 3.3.1).
        int mixed = played.ssrc() * 0x9e37_79b9;
        highestOut = 0x1_0000L + (mixed >>> 17);
        timeline = new Timeline(mixed);
    }

    /** The layer that flows, or {@link #NONE}. */
    int index() {
        return index;
    }

    /** The {@link Quality} that flows, or {@link #NONE}. */
    int quality() {
        return index == NONE ? NONE : Quality.of(index, filter.target());
    }

    /** The decode target of what flows, or what flowed last. */
    int target() {
        return filter.target();
    }

    /** What the viewer ought to get of the layer that flows, from the next possible moment on. */
    void want(int target) {
        filter.want(target);
    }

    /** What is wanted of this layer comes with a keyframe only. */
    boolean needsKeyframe(long nowNs) {
        return filter.needsKeyframe(nowNs);
    }

    /** The publisher's layer began anew since it flows. */
    boolean isStale(SourceLayer layer) {
        return layer.generation() != generation;
    }

    /** The payload type that flows, by the publisher's numbers. */
    int type() {
        return type;
    }

    boolean pictureOpen() {
        return pictureOpen;
    }

    /** The number of the newest packet that came through here. */
    long newest() {
        return highestIn;
    }

    /** Nothing flows any more; what was handed to the sender still leaves. */
    void end() {
        index = NONE;
    }

    /** The same, and what waits to be sent never is: it would come too late. */
    void drop() {
        highestOut = sender.dropWaiting(highestOut);
        end();
    }

    /** The same, since what waits is no longer kept. */
    void forget() {
        highestOut = sender.forgetWaiting(highestOut);
        end();
    }

    /** Another publication. */
    void bind(TrackSource from) {
        highestOut = sender.bind(from, highestOut);
        end();
    }

    /**
     * Goes over to a layer, with that packet of it as the first; nothing of it is sent yet.
     *
     * @param goal the decode target that is wanted
     * @return whether it is another layer than flowed before
     */
    boolean start(TrackSource from, int layerIndex, int slot, long sequence, int goal, long nowNs) {
        SourceLayer before = index == NONE ? null : from.layer(index);
        SourceLayer layer = from.layer(layerIndex);
        view.wrap(layer.cache.bytes(slot), 0, layer.cache.length(slot));
        type = view.payloadType();
        timeline.start(before, layer, view.timestamp(), types.clockRate(type), nowNs);
        pictures.start(types.codec(type), view.buffer(), view.payloadOffset(), view.payloadLength());
        filter.start(layer.targets(), goal);
        numbers.start(sender.headers().frameNumber(view));
        numbers.target(layer.targets(), filter.target());
        sequences.start(sequence, highestOut + 1);
        if (video && (index == NONE || layerIndex < index)) {
            sender.restartsAt(highestOut + 1);
        }
        boolean changed = layerIndex != index;
        counters.switches += changed && before != null ? 1 : 0;
        index = layerIndex;
        generation = layer.generation();
        keyframeTimestamp = view.timestamp();
        highestIn = sequence - 1;
        counters.started(types.codec(type), nowNs);
        return changed;
    }

    /** What comes up to now is shown within a moment. */
    void squeeze(SourceLayer layer) {
        timeline.squeeze(keyframeTimestamp, layer.newestTimestamp());
    }

    /** What is sent until the chase is up is shown faster than it was taken. */
    void squeeze(SourceLayer layer, Chase chase, long sequence, long nowNs) {
        chase.start(sequence, keyframeTimestamp, layer.newestTimestamp(), nowNs);
        timeline.squeeze(keyframeTimestamp, chase.toTimestamp(), chase.intoTicks());
    }

    /** A packet of the layer that flows. */
    void forward(SourceLayer layer, int slot, long sequence, long nowNs) {
        PacketCache cache = layer.cache;
        view.wrap(cache.bytes(slot), 0, cache.length(slot));
        int flags = cache.flags(slot);
        if (sequence <= highestIn) {
            forwardLate(layer, slot, sequence, flags, nowNs);
            return;
        }
        if ((flags & PacketFlags.FRAME_START) != 0) {
            beginFrame(layer, slot, flags, nowNs);
        }
        highestIn = sequence;
        int packetType = view.payloadType();
        int selection = filter.selection();
        boolean sendable = types.out(packetType) >= 0 || types.unwrapsRed(packetType);
        if ((flags & PacketFlags.EMPTY) != 0 || !sendable || !TargetFilter.needs(selection, cache.present(slot))) {
            leaveOut(types.codec(packetType), sequence, flags);
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
        if (!advance(types.codec(packetType), offsets)
                || !send(layer, sequence, out, types.out(packetType), rewriting, nowNs)) {
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
        int packetType = view.payloadType();
        int selection = sequences.target(at);
        boolean sendable =
                (flags & PacketFlags.EMPTY) == 0 && (types.out(packetType) >= 0 || types.unwrapsRed(packetType));
        boolean whole = sendable && TargetFilter.needs(selection, layer.cache.present(slot));
        boolean marker = whole && (view.marker() || TargetFilter.isLastOfPicture(selection, flags));
        int outType = types.out(sendable ? packetType : type);
        int offsets = sequences.pictureOffsets(at);
        if (whole && numbers.described() && (flags & PacketFlags.FRAME_START) != 0) {
            numbers.advance(sender.headers().frameNumber(view));
        }
        if (whole && !advance(types.codec(packetType), offsets)) {
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

    /** A frame begins: the time to change what is sent of the layer. */
    private void beginFrame(SourceLayer layer, int slot, int flags, long nowNs) {
        if ((flags & PacketFlags.KEYFRAME_START) != 0) {
            keyframeTimestamp = view.timestamp();
        }
        PacketCache cache = layer.cache;
        if (filter.moves(layer.targets())
                && filter.move(layer.targets(), flags, cache.switchable(slot), cache.ready(slot), nowNs)) {
            numbers.target(layer.targets(), filter.target());
            counters.switches++;
        }
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
        if (!sender.send(view, layer, index, sequence, out, outType, timestamp, rewriting, keyframe, nowNs)) {
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

    /** What a sender report says; only while something flows. */
    int timestampAt(TrackSource from, long nowNs) {
        return timeline.at(from.layer(index), from.clock(), types.clockRate(type), nowNs);
    }

    /** The decode targets of what flows, if it has the one that flows; null otherwise. */
    @Nullable
    DecodeTargets targets(@Nullable TrackSource from) {
        DecodeTargets targets =
                from == null || index == NONE ? null : from.layer(index).targets();
        return targets != null && filter.target() < targets.count() ? targets : null;
    }
}
