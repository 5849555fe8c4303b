package dev.millrace.media.sdp;

import java.util.List;
import java.util.Map;

/**
 * One section we agreed to send; use {@link CodecMatcher} to find the payload type for what is published.
 *
 * @param mid may be empty when the offer named none
 * @param kind audio or video
 * @param formats in the answer's order
 * @param extensions header extension URI → id, those both sides know
 * @param ssrc what we send with
 * @param rtxSsrc what retransmissions go out with, when the format has an rtx payload type
 */
public record PlayedMedia(
        String mid, MediaKind kind, List<CodecFormat> formats, Map<String, Integer> extensions, int ssrc, int rtxSsrc) {
    public PlayedMedia {
        formats = List.copyOf(formats);
        extensions = Map.copyOf(extensions);
    }

    /** Id of the extension in this section's packets, or 0. */
    public int extensionId(HeaderExtension extension) {
        return extensions.getOrDefault(extension.uri(), 0);
    }
}
