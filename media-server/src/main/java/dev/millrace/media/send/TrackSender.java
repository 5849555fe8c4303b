package dev.millrace.media.send;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a downtrack decided on, and again what the viewer lost (RFC 4585 section 6.2.1, RFC 4588): everything about a
 * packet is fixed and remembered when it gets its number, so it can be written at any later time. Owned by the viewer's
 * loop.
 */
final class TrackSender {
    /** Recent packets used in turn as padding: what is older is no longer of use to a decoder. */
    private static final int PADDING_REACH = 32;

    /** Before padding alone is sent: packets without RTX or no longer kept are rare. */
    private static final int PADDING_TRIES = 4;

    /** Beside a start out of what is kept, as much again may come until it has left. */
    private static final int START_ROOM = 2;

    private final PlayedMedia played;
    private final PacketWriter writer;
    private final DropCounters drops;
    private final PayloadTypes types;
    private final HeaderMap headers;
    private final PictureIds pictures = new PictureIds();
    private final Sequencer sequencer;
    private final RtpPacket view = new RtpPacket();
    private final DownTrackCounters counters = new DownTrackCounters();
    private final SendQueue queue;
    private final @Nullable Pacer pacer;
    private final int rtxType;
    private @Nullable TrackSource source;
    private long highestSent = -1;
    private int sentTimestamp;
    private boolean overfull;
    private long startBytes;
    private long nextBurstNs = Long.MAX_VALUE;
    private int paddingBack = -1;

    /** From here on nothing refers to what came before; -1 for nowhere. */
    private long restart = -1;

    /** Sends one track; without a pacer, as audio is, everything at once. */
    TrackSender(PlayedMedia played, boolean twoByte, PacketWriter writer, @Nullable Pacer pacer, DropCounters drops) {
        boolean video = played.kind() == MediaKind.VIDEO;
        this.played = played;
        this.writer = writer;
        this.drops = drops;
        types = new PayloadTypes(played);
        headers = new HeaderMap(played, twoByte);
        sequencer = new Sequencer(video ? Sequencer.VIDEO_ENTRIES : Sequencer.AUDIO_ENTRIES);
        queue = new SendQueue(sequencer);
        this.pacer = pacer;
        rtxType = rtxType(played);
    }

    private static int rtxType(PlayedMedia played) {
        for (CodecFormat format : played.formats()) {
            if (format.hasRtx() && played.rtxSsrc() != 0) {
                return format.rtxPayloadType();
            }
        }
        return -1;
    }

    void attach(TrackSource newSource) {
        source = newSource;
    }

    void detach() {
        source = null;
    }

    /**
     * Another publication: other payload types and extension ids; what waits is no longer kept.
     *
     * @param highestOut the highest number given to {@link #send}
     * @return the highest number in use, now
     */
    long bind(TrackSource from, long highestOut) {
        queue.forgetRepeats();
        types.bind(from);
        headers.bind(from);
        return drop(false, highestOut);
    }

    /**
     * Sends a packet for the first time, or lets it wait for the pacer.
     *
     * @param packet the one kept in that slot
     * @param layerIndex the layer it is of
     * @param sequence its unwrapped number in that layer
     * @param out the unwrapped number to send it under
     * @param outType the viewer's payload type
     * @param rewriting what else makes it the viewer's packet, by {@link Rewriting}
     * @param keyframe whether it is of a keyframe: a burst, which the pacer spreads
     * @return false if it cannot be sent; its number is free then
     */
    boolean send(
            RtpPacket packet,
            SourceLayer layer,
            int layerIndex,
            long sequence,
            long out,
            int outType,
            int timestamp,
            long rewriting,
            boolean keyframe,
            long nowNs) {
        boolean waits =
                pacer != null && (queue.precedes(out) || (keyframe && out > highestSent && !pacer.open(0, 0, nowNs)));
        if (waits && packet.payloadLength() > 0 && !Rewriting.empty(rewriting)) {
            makeRoom(nowNs);
            sequencer.put(out, layerIndex, layer.generation(), sequence, timestamp, rewriting, nowNs);
            hold(out, packet.length(), timestamp, nowNs);
            return true;
        }
        int flags = layer.cache.flags(layer.cache.slot(sequence));
        int sequence16 = (int) out & 0xffff;
        int bytes = writer.send(
                packet, this, outType, sequence16, timestamp, played.ssrc(), -1, rewriting, flags, false, nowNs);
        if (bytes == 0) {
            return false;
        }
        sequencer.put(out, layerIndex, layer.generation(), sequence, timestamp, rewriting, nowNs);
        counters.sent(bytes);
        sent(out, timestamp, bytes);
        return true;
    }

    private void sent(long out, int timestamp, int bytes) {
        if (pacer != null) {
            pacer.sent(bytes);
        }
        if (out > highestSent) {
            highestSent = out;
            sentTimestamp = timestamp;
        }
    }

    // ---- what waits

    private void hold(long out, int bytes, int timestamp, long nowNs) {
        queue.add(out, bytes);
        // A frame already begun is finished however long it takes: a keyframe larger than all bounds has to get
        // through.
        overfull |= timestamp != sentTimestamp && queue.waitingBytes() > capacityBytes();
        wake(nowNs);
    }

    private long capacityBytes() {
        return pacer == null ? Long.MAX_VALUE : Math.max(pacer.capacityBytes(), START_ROOM * startBytes);
    }

    /** So many bytes are sent in one go: what the pacer lets wait otherwise is no measure until they have left. */
    void startsWith(long bytes) {
        startBytes = bytes;
    }

    /** The track wants to be woken earlier than it said. */
    void deadlineMoved() {
        writer.deadlineMoved();
    }

    private void wake(long nowNs) {
        if (pacer != null && nextBurstNs == Long.MAX_VALUE) {
            nextBurstNs = pacer.nextBurstNs(nowNs);
            writer.deadlineMoved();
        }
    }

    private void makeRoom(long nowNs) {
        while (queue.isFull()) {
            sendFirst(nowNs);
        }
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} while nothing waits. */
    long nextDeadlineNs() {
        return nextBurstNs;
    }

    /** Sends the next burst of what waits. */
    void onDeadline(long nowNs) {
        Pacer bucket = pacer;
        if (bucket == null || nowNs < nextBurstNs) {
            return;
        }
        boolean open = bucket.open(queue.waitingBytes(), waitedNs(nowNs), nowNs);
        while (open && sendNext(nowNs)) {
            open = bucket.hasRoom();
        }
        startBytes = queue.isEmpty() ? 0 : startBytes;
        nextBurstNs = queue.isEmpty() ? Long.MAX_VALUE : bucket.nextBurstNs(nowNs);
    }

    private long waitedNs(long nowNs) {
        return queue.waiting() == 0 ? 0 : sequencer.sinceMs(sequencer.at(queue.first()), nowNs) * 1_000_000L;
    }

    /** Sends the next packet that waits, what the viewer lost first; false if none does. */
    boolean sendNext(long nowNs) {
        if (queue.hasRepeats()) {
            int sequence16 = queue.nextRepeat();
            int at = sequencer.find(sequence16);
            if (at < 0 || !sendAgain(at, sequence16, nowNs)) {
                drops.count(DropReason.RETRANSMIT_NOT_CACHED);
            }
            return true;
        }
        if (queue.waiting() > 0) {
            sendFirst(nowNs);
            return true;
        }
        return false;
    }

    private void sendFirst(long nowNs) {
        long out = queue.first();
        int at = sequencer.at(out);
        SourceLayer layer = layerOf(at);
        int slot = slotOf(layer, at);
        if (layer == null || slot < 0) {
            drops.count(DropReason.PACER_OVERFLOW);
            queue.removeFirst((int) (queue.waitingBytes() / queue.waiting()));
            sequencer.forget(out);
            return;
        }
        view.wrap(layer.cache.bytes(slot), 0, layer.cache.length(slot));
        queue.removeFirst(view.length());
        int bytes = writer.send(
                view,
                this,
                types.out(view.payloadType()),
                (int) out & 0xffff,
                sequencer.timestamp(at),
                played.ssrc(),
                -1,
                sequencer.rewriting(at),
                layer.cache.flags(slot),
                false,
                nowNs);
        counters.waited(sequencer.sinceMs(at, nowNs));
        sequencer.sentAgain(at, nowNs);
        counters.sent(bytes);
        sent(out, sequencer.timestamp(at), bytes);
    }

    /** True if more waits than the connection will carry in useful time: {@link #dropWaiting} has to be called. */
    boolean isOverfull() {
        return overfull;
    }

    /**
     * Drops all packets that wait to be sent for the first time, but for those of a frame already begun.
     *
     * @param highestOut the highest number given to {@link #send}
     * @return the highest number in use, now
     */
    long dropWaiting(long highestOut) {
        return drop(true, highestOut);
    }

    /** Drops all packets that wait: they are no longer kept. As {@link #dropWaiting} otherwise. */
    long forgetWaiting(long highestOut) {
        return drop(false, highestOut);
    }

    private long drop(boolean keepBegun, long highestOut) {
        overfull = false;
        int dropped = queue.forget(keepBegun, sentTimestamp, highestSent);
        drops.count(DropReason.PACER_OVERFLOW, dropped);
        return dropped == 0 ? highestOut : sequencer.highest();
    }

    // ---- what is sent again

    private @Nullable SourceLayer layerOf(int at) {
        TrackSource from = source;
        return from == null || sequencer.layer(at) >= from.layerCount() ? null : from.layer(sequencer.layer(at));
    }

    private int slotOf(@Nullable SourceLayer layer, int at) {
        boolean same = layer != null && (layer.generation() & 0xff) == sequencer.generation(at);
        return layer != null && same ? layer.slotOf(sequencer.inSequence(at)) : -1;
    }

    /**
     * A keyframe begins with that number, and the connection was too narrow for what came before: it is not sent again,
     * for it would keep the keyframe waiting that makes it useless.
     */
    void restartsAt(long out) {
        restart = out;
        queue.forgetRepeats();
    }

    private boolean isOutdated(int sequence16) {
        return restart >= 0 && sequencer.outSequence(sequence16) < restart;
    }

    /** The viewer lost the packet we sent under this number (RFC 4585 section 6.2.1). */
    void onNack(int sequence16, long nowNs) {
        counters.nacked++;
        int at = sequencer.find(sequence16);
        SourceLayer layer = at < 0 ? null : layerOf(at);
        int slot = slotOf(layer, at);
        if (layer == null || slot < 0 || sequencer.isHeld(at)) {
            drops.count(DropReason.RETRANSMIT_NOT_CACHED);
            return;
        }
        if (isOutdated(sequence16)) {
            drops.count(DropReason.RETRANSMIT_OUTDATED);
            return;
        }
        long roomBps = pacer == null ? Long.MAX_VALUE : pacer.estimateBps();
        if (!counters.mayRetransmit(sequencer.sinceMs(at, nowNs), layer.cache.length(slot), roomBps, nowNs)) {
            drops.count(DropReason.RETRANSMIT_TOO_SOON);
            return;
        }
        if (pacer == null || (!queue.hasRepeats() && pacer.open(0, 0, nowNs))) {
            if (!sendAgain(at, sequence16, nowNs)) {
                drops.count(DropReason.RETRANSMIT_NOT_CACHED);
            }
        } else if (queue.repeat(sequence16)) {
            sequencer.sentAgain(at, nowNs);
            wake(nowNs);
        } else {
            drops.count(DropReason.PACER_OVERFLOW);
        }
    }

    private boolean sendAgain(int at, int sequence16, long nowNs) {
        int bytes = writeAgain(at, sequence16, headers.isRepeatable(), nowNs);
        if (bytes > 0) {
            counters.answered++;
            counters.retransmitted++;
            counters.retransmittedBytes += bytes;
        }
        return bytes > 0;
    }

    private int writeAgain(int at, int sequence16, boolean plain, long nowNs) {
        SourceLayer layer = layerOf(at);
        int slot = slotOf(layer, at);
        if (layer == null || slot < 0) {
            return 0;
        }
        view.wrap(layer.cache.bytes(slot), 0, layer.cache.length(slot));
        int type = view.payloadType();
        boolean rtx = types.rtx(type) >= 0;
        if (!rtx && !plain) {
            return 0;
        }
        int bytes = writer.send(
                view,
                this,
                rtx ? types.rtx(type) : types.out(type),
                rtx ? counters.nextRtxSequence() : sequence16,
                sequencer.timestamp(at),
                rtx ? played.rtxSsrc() : played.ssrc(),
                rtx ? sequence16 : -1,
                sequencer.rewriting(at),
                layer.cache.flags(slot),
                true,
                nowNs);
        if (bytes > 0) {
            sequencer.sentAgain(at, nowNs);
            sent(-1, 0, bytes);
        }
        return bytes;
    }

    // ---- what probes

    /**
     * True if something is published, the viewer's section has a stream that padding can ride on (RFC 4588), and padding
     * has a number to be reported by.
     */
    boolean canPad() {
        TrackSource from = source;
        return rtxType >= 0 && headers.hasTransportSequence() && from != null && from.publication() != 0;
    }

    /** Packets that wait. */
    int waiting() {
        return queue.size();
    }

    /**
     * Sends something that does no harm and fills a probe: a recent packet again, or padding alone.
     *
     * @return its bytes
     */
    int sendPadding(long nowNs) {
        for (int tried = 0; tried < PADDING_TRIES; tried++) {
            paddingBack = (paddingBack + 1) % PADDING_REACH;
            int sequence16 = (int) (sequencer.highest() - paddingBack) & 0xffff;
            int at = sequencer.find(sequence16);
            paddingBack = at < 0 ? -1 : paddingBack;
            int bytes = at < 0 || sequencer.isHeld(at) ? 0 : writeAgain(at, sequence16, false, nowNs);
            if (bytes > 0) {
                return bytes;
            }
        }
        return sendPaddingAlone(PacketWriter.MAX_PADDING_BYTES, nowNs);
    }

    /** Sends a packet of nothing but so many bytes of padding, 255 at most; the bytes sent. */
    int sendPaddingAlone(int padding, long nowNs) {
        int bytes = writer.sendPadding(
                padding, headers, rtxType, counters.nextRtxSequence(), sentTimestamp, played.rtxSsrc(), nowNs);
        sent(-1, 0, bytes);
        return bytes;
    }

    PayloadTypes types() {
        return types;
    }

    HeaderMap headers() {
        return headers;
    }

    PictureIds pictures() {
        return pictures;
    }

    DownTrackCounters counters() {
        return counters;
    }
}
