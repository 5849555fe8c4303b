package dev.millrace.media.receive;

import dev.millrace.media.sdp.PublishedMedia;
import java.util.List;

/**
 * What one publisher's connection carries.
 *
 * @param media the sections agreed on; a layer's index is that of its rid in {@code layers()}, else of its SSRC in
 *     {@code sources()}, else 0
 * @param localSsrc SSRC our reports and feedback are sent by
 * @param cname canonical name in our SDES
 * @param maxBitrateBps the most that REMB ever allows, for publishers without transport-wide feedback
 */
public record ReceiveConfig(List<PublishedMedia> media, int localSsrc, String cname, long maxBitrateBps) {
    /** Room for three simulcast layers of 4K. */
    public static final long DEFAULT_MAX_BITRATE_BPS = 30_000_000;

    public ReceiveConfig {
        media = List.copyOf(media);
    }
}
