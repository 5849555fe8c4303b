package dev.millrace.media.send;

import dev.millrace.media.sdp.PlayedMedia;
import java.util.List;

/**
 * What one viewer's connection carries.
 *
 * @param media the sections agreed on, at most one of audio and one of video is served
 * @param cname canonical name, the same as in the answer
 * @param twoByteExtensions whether the viewer takes two-byte header extensions (extmap-allow-mixed, RFC 8285)
 */
public record SendConfig(List<PlayedMedia> media, String cname, boolean twoByteExtensions) {
    public SendConfig {
        media = List.copyOf(media);
    }
}
