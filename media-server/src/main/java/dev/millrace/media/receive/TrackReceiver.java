package dev.millrace.media.receive;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.PublishedMedia;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One published section: its payload types, extension ids and layers. Owned by its path. */
final class TrackReceiver {
    private static final int TYPES = 128;

    final PublishedMedia media;
    final LayerReceiver[] layers;
    final int transportId;
    private final @Nullable CodecFormat[] formats = new CodecFormat[TYPES];
    private final @Nullable CodecFormat[] repairs = new CodecFormat[TYPES];
    private final byte[] mid;
    private final byte[][] rids;
    private final int midId;
    private final int ridId;
    private final int repairedRidId;

    TrackReceiver(int index, PublishedMedia media) {
        this.media = media;
        for (CodecFormat format : media.formats()) {
            formats[format.payloadType() & 0x7f] = format;
            if (format.hasRtx()) {
                repairs[format.rtxPayloadType() & 0x7f] = format;
            }
        }
        mid = media.mid().getBytes(StandardCharsets.UTF_8);
        rids = new byte[media.layers().size()][];
        for (int i = 0; i < rids.length; i++) {
            rids[i] = media.layers().get(i).rid().getBytes(StandardCharsets.UTF_8);
        }
        int count = Math.max(1, rids.length > 0 ? rids.length : media.sources().size());
        layers = new LayerReceiver[count];
        KeyframeGroup keyframes = new KeyframeGroup();
        for (int i = 0; i < count; i++) {
            layers[i] = new LayerReceiver(new TrackLayer(index, media, i), keyframes);
        }
        midId = media.extensionId(HeaderExtension.MID);
        ridId = media.extensionId(HeaderExtension.RID);
        repairedRidId = media.extensionId(HeaderExtension.REPAIRED_RID);
        transportId = media.extensionId(HeaderExtension.TRANSPORT_WIDE_CC);
    }

    /** What the payload type means, null if nothing here. */
    @Nullable
    CodecFormat format(int payloadType) {
        return formats[payloadType];
    }

    /** What the RTX payload type repairs, null if it is none. */
    @Nullable
    CodecFormat repairs(int payloadType) {
        return repairs[payloadType];
    }

    boolean knows(int payloadType) {
        return formats[payloadType] != null || repairs[payloadType] != null;
    }

    /** True if the packet names this section. */
    boolean isNamedBy(RtpPacket packet) {
        return midId > 0 && mid.length > 0 && matches(packet, midId, mid);
    }

    boolean hasMid(RtpPacket packet) {
        return midId > 0 && packet.extensionLength(midId) > 0;
    }

    boolean hasRids() {
        return rids.length > 0;
    }

    /** The layer whose media the packet names by its rid, or -1. */
    int layerByRid(RtpPacket packet) {
        return layerBy(packet, ridId);
    }

    /** The layer whose retransmission the packet names, or -1. */
    int layerByRepairedRid(RtpPacket packet) {
        return layerBy(packet, repairedRidId);
    }

    private int layerBy(RtpPacket packet, int id) {
        if (id <= 0) {
            return -1;
        }
        for (int i = 0; i < rids.length; i++) {
            if (matches(packet, id, rids[i])) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(RtpPacket packet, int id, byte[] name) {
        if (packet.extensionLength(id) != name.length) {
            return false;
        }
        int at = packet.extensionOffset(id);
        byte[] b = packet.buffer();
        for (int i = 0; i < name.length; i++) {
            if (b[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
