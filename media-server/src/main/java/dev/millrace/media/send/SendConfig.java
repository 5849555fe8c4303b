package dev.millrace.media.send;

import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** What tells of the video's packets is what an estimate can be made of; of the audio's where there is no video. */
    private @Nullable PlayedMedia measured() {
        PlayedMedia found = null;
        for (PlayedMedia played : media) {
            boolean better = found == null || (played.kind() == MediaKind.VIDEO && found.kind() != MediaKind.VIDEO);
            found = better ? played : found;
        }
        return found;
    }

    /** True if the viewer answers what it is sent with transport-wide feedback. */
    public boolean transportWide() {
        PlayedMedia played = measured();
        return played != null
                && takes(played, "transport-cc")
                && new HeaderMap(played, twoByteExtensions).hasTransportSequence();
    }

    /** True if the viewer tells its own estimate. */
    public boolean remb() {
        PlayedMedia played = measured();
        return played != null && takes(played, "goog-remb");
    }

    private static boolean takes(PlayedMedia played, String feedback) {
        for (CodecFormat format : played.formats()) {
            if (format.rtcpFb().contains(feedback)) {
                return true;
            }
        }
        return false;
    }
}
