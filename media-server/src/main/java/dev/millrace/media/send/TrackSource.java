package dev.millrace.media.send;

import dev.millrace.media.layer.Layers;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import org.jspecify.annotations.Nullable;

/** One published track as its viewers' downtracks see it on their loop. */
public interface TrackSource extends Layers {
    MediaKind kind();

    /** Number of the publication that feeds it; grows with every new broadcaster; 0 while there is none. */
    long publication();

    /** Packets, keyframe position and clock of a layer. */
    SourceLayer layer(int index);

    /** What the publisher means by a payload type; null if nothing. */
    @Nullable
    CodecFormat format(int payloadType);

    /** The publisher's id of a header extension, or 0. */
    int extensionId(HeaderExtension extension);

    /** The publisher's wall clock against ours. */
    PublicationClock clock();

    /** Asks the publisher for a keyframe, once for all who ask. */
    void requestKeyframe(int layer, long nowNs);

    /** Whether a newcomer may have a keyframe of its own, which all others get, too; asked only if it will be. */
    boolean newcomerMayAsk(long nowNs);

    /** True if it is of no use to ask the publisher for a keyframe: viewers begin with the last one, however old. */
    default boolean isDeaf() {
        return false;
    }

    /** Number of the batch being walked. */
    long batch();

    /** Packets received since the last walk. */
    int batchSize();

    /** Layer of the batch's i-th packet. */
    int batchLayer(int i);

    /** Unwrapped sequence number of the batch's i-th packet: its place in the layer's cache. */
    long batchSequence(int i);
}
