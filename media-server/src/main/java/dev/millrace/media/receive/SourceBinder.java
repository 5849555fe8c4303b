package dev.millrace.media.receive;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.sdp.DeclaredSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which layer a source belongs to: by what the offer declared, by mid, rid and repaired-rid in its packets
 * (RFC 8843 section 9.2, RFC 8852), or by a payload type only one section has. Owned by its path.
 */
final class SourceBinder {
    /** More than any publisher has at a time, with every layer and its retransmissions. */
    private static final int MAX_SOURCES = 64;

    /** A layer that is heard may be taken over by a source that only its payload type speaks for after this silence. */
    private static final long SILENCE_NS = 500_000_000L;

    private static final int UNKNOWN = -1;

    private final TrackReceiver[] tracks;
    private final int[] ssrcs = new int[MAX_SOURCES];
    private final int[] trackIndexes = new int[MAX_SOURCES];
    private final LayerReceiver[] layers = new LayerReceiver[MAX_SOURCES];
    private final boolean[] repairs = new boolean[MAX_SOURCES];
    private int count;

    SourceBinder(TrackReceiver[] tracks) {
        this.tracks = tracks;
        for (int t = 0; t < tracks.length; t++) {
            int index = 0;
            for (DeclaredSource source : tracks[t].media.sources()) {
                LayerReceiver layer = tracks[t].layers[Math.min(index++, tracks[t].layers.length - 1)];
                add(source.ssrc(), t, layer, false);
                if (source.hasRtx()) {
                    add(source.rtxSsrc(), t, layer, true);
                }
            }
        }
    }

    /** Index of the source, or -1 if it is not bound. */
    int find(int ssrc) {
        for (int i = 0; i < count; i++) {
            if (ssrcs[i] == ssrc) {
                return i;
            }
        }
        return UNKNOWN;
    }

    LayerReceiver layer(int source) {
        return layers[source];
    }

    TrackReceiver track(int source) {
        return tracks[trackIndexes[source]];
    }

    /** True if the source carries retransmissions. */
    boolean isRepair(int source) {
        return repairs[source];
    }

    /** Binds the packet's source if the packet says enough; its index, or -1. */
    int bind(RtpPacket packet, long nowNs) {
        int named = UNKNOWN;
        int typed = UNKNOWN;
        boolean anyMid = false;
        boolean ambiguous = false;
        for (int t = 0; t < tracks.length; t++) {
            anyMid |= tracks[t].hasMid(packet);
            if (tracks[t].isNamedBy(packet)) {
                named = t;
            }
            if (tracks[t].knows(packet.payloadType())) {
                ambiguous = typed != UNKNOWN;
                typed = t;
            }
        }
        if (named == UNKNOWN && (anyMid || ambiguous || typed == UNKNOWN)) {
            return UNKNOWN;
        }
        return bind(packet, named == UNKNOWN ? typed : named, named != UNKNOWN, nowNs);
    }

    private int bind(RtpPacket packet, int trackIndex, boolean named, long nowNs) {
        TrackReceiver track = tracks[trackIndex];
        boolean repair = track.repairs(packet.payloadType()) != null;
        LayerReceiver layer = layerOf(track, packet, repair);
        if (layer == null) {
            return UNKNOWN;
        }
        boolean sure = named || track.hasRids();
        if (!sure && !repair && !layer.isSilent(nowNs, SILENCE_NS)) {
            return UNKNOWN;
        }
        removeOther(layer, repair);
        return add(packet.ssrc(), trackIndex, layer, repair);
    }

    private static @Nullable LayerReceiver layerOf(TrackReceiver track, RtpPacket packet, boolean repair) {
        if (track.hasRids()) {
            int index = repair ? track.layerByRepairedRid(packet) : track.layerByRid(packet);
            return index < 0 ? null : track.layers[index];
        }
        return track.layers.length == 1 ? track.layers[0] : null;
    }

    private int add(int ssrc, int trackIndex, LayerReceiver layer, boolean repair) {
        if (count == MAX_SOURCES || find(ssrc) != UNKNOWN) {
            return UNKNOWN;
        }
        ssrcs[count] = ssrc;
        trackIndexes[count] = trackIndex;
        layers[count] = layer;
        repairs[count] = repair;
        return count++;
    }

    /** A layer has one source, and one of retransmissions: the newest. */
    private void removeOther(LayerReceiver layer, boolean repair) {
        for (int i = count - 1; i >= 0; i--) {
            if (layers[i] == layer && repairs[i] == repair) {
                remove(i);
            }
        }
    }

    /** Forgets a source that said BYE. */
    void remove(int source) {
        count--;
        ssrcs[source] = ssrcs[count];
        trackIndexes[source] = trackIndexes[count];
        layers[source] = layers[count];
        repairs[source] = repairs[count];
    }
}
