package dev.millrace.media.send;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.sdp.PlayedMedia;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a downtrack decided on, and again what the viewer lost (RFC 4585 section 6.2.1, RFC 4588): everything about a
 * packet is fixed and remembered when it gets its number, so it can be written at any later time. Owned by the viewer's
 * loop.
 */
final class TrackSender {
    private final PlayedMedia played;
    private final PacketWriter writer;
    private final DropCounters drops;
    private final PayloadTypes types;
    private final HeaderMap headers;
    private final Vp8Rewriter vp8 = new Vp8Rewriter();
    private final Sequencer sequencer;
    private final RtpPacket view = new RtpPacket();
    private final DownTrackCounters counters = new DownTrackCounters();
    private @Nullable TrackSource source;

    TrackSender(PlayedMedia played, boolean twoByte, boolean video, PacketWriter writer, DropCounters drops) {
        this.played = played;
        this.writer = writer;
        this.drops = drops;
        types = new PayloadTypes(played);
        headers = new HeaderMap(played, twoByte);
        sequencer = new Sequencer(video ? Sequencer.VIDEO_ENTRIES : Sequencer.AUDIO_ENTRIES);
    }

    void attach(TrackSource newSource) {
        source = newSource;
    }

    void detach() {
        source = null;
    }

    /** Another publication: other payload types and extension ids. */
    void bind(TrackSource from) {
        types.bind(from);
        headers.bind(from);
    }

    /**
     * Sends a packet for the first time.
     *
     * @param packet the one kept in that slot
     * @param layerIndex the layer it is of
     * @param sequence its unwrapped number in that layer
     * @param out the unwrapped number to send it under
     * @param outType the viewer's payload type
     * @param offsets of the codec's own numbers, in force now
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
            int offsets,
            boolean keyframe,
            long nowNs) {
        int bytes = writer.send(
                packet, this, outType, (int) out & 0xffff, timestamp, played.ssrc(), -1, offsets, false, nowNs);
        if (bytes == 0) {
            return false;
        }
        sequencer.put(out, layerIndex, layer.generation(), sequence, timestamp, offsets, nowNs);
        counters.sent(bytes);
        return true;
    }

    /** True if more waits than the connection will carry in useful time: {@link #dropWaiting} has to be called. */
    boolean isOverfull() {
        return false;
    }

    /**
     * Drops all packets that wait to be sent for the first time, but for those of a frame already begun.
     *
     * @param highestOut the highest number given to {@link #send}
     * @return the highest number in use, now
     */
    long dropWaiting(long highestOut) {
        return highestOut;
    }

    /** The viewer lost the packet we sent under this number (RFC 4585 section 6.2.1). */
    void onNack(int sequence16, long nowNs) {
        counters.nacked++;
        int at = sequencer.find(sequence16);
        TrackSource from = source;
        if (at < 0 || from == null || sequencer.layer(at) >= from.layerCount()) {
            drops.count(DropReason.RETRANSMIT_NOT_CACHED);
            return;
        }
        SourceLayer layer = from.layer(sequencer.layer(at));
        int slot =
                (layer.generation() & 0xff) == sequencer.generation(at) ? layer.slotOf(sequencer.inSequence(at)) : -1;
        if (slot < 0) {
            drops.count(DropReason.RETRANSMIT_NOT_CACHED);
            return;
        }
        if (!counters.mayRetransmit(sequencer.sinceMs(at, nowNs), layer.cache.length(slot), nowNs)) {
            drops.count(DropReason.RETRANSMIT_TOO_SOON);
            return;
        }
        sendAgain(layer, slot, at, sequence16, nowNs);
    }

    private void sendAgain(SourceLayer layer, int slot, int at, int sequence16, long nowNs) {
        view.wrap(layer.cache.bytes(slot), 0, layer.cache.length(slot));
        int type = view.payloadType();
        boolean rtx = types.rtx(type) >= 0;
        if (!rtx && !headers.isRepeatable()) {
            drops.count(DropReason.RETRANSMIT_NOT_CACHED);
            return;
        }
        int bytes = writer.send(
                view,
                this,
                rtx ? types.rtx(type) : types.out(type),
                rtx ? counters.nextRtxSequence() : sequence16,
                sequencer.timestamp(at),
                rtx ? played.rtxSsrc() : played.ssrc(),
                rtx ? sequence16 : -1,
                sequencer.codecOffset(at),
                true,
                nowNs);
        if (bytes > 0) {
            sequencer.sentAgain(at, nowNs);
            counters.answered++;
        }
    }

    PayloadTypes types() {
        return types;
    }

    HeaderMap headers() {
        return headers;
    }

    Vp8Rewriter vp8() {
        return vp8;
    }

    DownTrackCounters counters() {
        return counters;
    }
}
