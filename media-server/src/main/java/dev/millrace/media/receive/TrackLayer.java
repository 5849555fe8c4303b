package dev.millrace.media.receive;

import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import org.jspecify.annotations.Nullable;

/** One encoding of one published track: what a source (SSRC) is bound to; owned by its path's loop. */
public final class TrackLayer {
    private final int trackIndex;
    private final PublishedMedia media;
    private final int index;
    private final String rid;
    int ssrc;

    @Nullable
    CodecFormat format;

    TrackLayer(int trackIndex, PublishedMedia media, int index) {
        this.trackIndex = trackIndex;
        this.media = media;
        this.index = index;
        this.rid = index < media.layers().size() ? media.layers().get(index).rid() : "";
    }

    /** Index of the section in {@link ReceiveConfig#media()}. */
    public int trackIndex() {
        return trackIndex;
    }

    public PublishedMedia media() {
        return media;
    }

    public String mid() {
        return media.mid();
    }

    public MediaKind kind() {
        return media.kind();
    }

    /** Index of the layer in its track, in send order. */
    public int index() {
        return index;
    }

    /** Empty without simulcast. */
    public String rid() {
        return rid;
    }

    /** The source that sends it now. */
    public int ssrc() {
        return ssrc;
    }

    /** What it is encoded with now; null before the first packet. */
    public @Nullable CodecFormat format() {
        return format;
    }
}
