package dev.millrace.media.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One published track.
 *
 * @param kind {@code audio} or {@code video}
 * @param codec the encoding name as in SDP, such as {@code H264}
 * @param fmtp its format parameters, empty when none
 * @param layers the simulcast layers, low to high; a single one without rid when there is no simulcast
 */
public record TrackInfo(String mid, String kind, String codec, String fmtp, List<LayerInfo> layers) {

    /**
     * One encoding of a track.
     *
     * @param rid its rid, null without simulcast
     * @param active whether packets came in the last second
     * @param dormant whether the publisher rests it because nobody watches it: it comes back when somebody wants it
     * @param bitrateBps over the last second; of a dormant layer the last one known
     * @param width in pixels, 0 when unknown or audio
     * @param lost packets that never came, retransmissions counted as arrived
     * @param recovered packets that came by retransmission
     */
    public record LayerInfo(
            @Nullable String rid,
            boolean active,
            boolean dormant,
            int width,
            int height,
            double framesPerSecond,
            long bitrateBps,
            long packets,
            long lost,
            long nacked,
            long recovered,
            long keyframeRequests) {}
}
