package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.observe.CaptureDelay;
import dev.millrace.media.origin.Source;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who feeds a stream, as the stream sees them: a browser's connection ({@link Publisher}) or an encoder's ({@link Encoder}).
 * Any thread may ask what nothing else is said of.
 */
interface Broadcaster {
    /** Grows with every broadcaster of the server: the later one of a stream wins. */
    long publication();

    Session session();

    /** Where it lives. */
    EventLoop loop();

    /** What it may send of that kind, null for nothing. */
    @Nullable
    PublishedMedia media(MediaKind kind);

    /** What is really sent, null before the first packet of that kind. */
    @Nullable
    CodecFormat format(MediaKind kind);

    /** The video's, or the sound's where there is none; empty before the first packet. */
    default String codec() {
        CodecFormat video = format(MediaKind.VIDEO);
        CodecFormat format = video != null ? video : format(MediaKind.AUDIO);
        return format == null ? "" : format.name();
    }

    /** Where the audience behind caches gets its media: packets as viewers get them, or what was there before them. */
    default Source source(Distributor feeding) {
        return feeding.tap();
    }

    /** How long what is captured takes to come here. */
    CaptureDelay captureDelay(MediaKind kind);

    /** The round trip to it, -1 while unknown. */
    long rttNs();

    /** Index of the layer of that rid in the kind's track, or -1. */
    default int layerOf(MediaKind kind, String rid) {
        PublishedMedia media = media(kind);
        if (media == null) {
            return -1;
        }
        for (int i = 0; i < media.layers().size(); i++) {
            if (media.layers().get(i).rid().equals(rid)) {
                return i;
            }
        }
        return -1;
    }

    default @Nullable String layerName(MediaKind kind, int layer) {
        PublishedMedia media = media(kind);
        return media == null || layer >= media.layers().size()
                ? null
                : media.layers().get(layer).rid();
    }

    /** A viewer somewhere needs a keyframe; on its loop. */
    void requestKeyframe(MediaKind kind, int layer, long nowNs);

    /** The viewers of one loop need those layers of the video, bit i for layer i; on its loop. */
    void demand(int party, int layers, long nowNs);

    /** Ends it: it was taken over, or came too late to be. */
    void close(CloseReason reason);

    /** The tracks as the API shows them, as of the last second. */
    List<TrackInfo> tracks();

    /** As of the last second. */
    List<LayerStats> stats();

    /** What is not as it should be, and what to set otherwise. */
    default List<StreamWarning> warnings() {
        return List.of();
    }
}
