package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the payload type a viewer takes a published codec under (RFC 6184 section 8.2.2 for H.264). */
public final class CodecMatcher {
    /** Answer of {@link #payloadTypeFor} when the viewer cannot take that codec. */
    public static final int NONE = -1;

    private CodecMatcher() {}

    /** The viewer's payload type for what the publisher sends, or {@link #NONE}; the closest match wins. */
    public static int payloadTypeFor(PlayedMedia played, CodecFormat published) {
        CodecFormat format = formatFor(played, published);
        return format == null ? NONE : format.payloadType();
    }

    /** The viewer's format for what the publisher sends, or null; the closest match wins. */
    public static @Nullable CodecFormat formatFor(PlayedMedia played, CodecFormat published) {
        CodecFormat best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (CodecFormat offered : played.formats()) {
            int distance = distance(published, offered);
            if (distance != NONE && distance < bestDistance) {
                best = offered;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Those of the viewer's formats that take what is published, the closest first, else in their order. */
    static List<CodecFormat> matching(List<CodecFormat> offered, CodecFormat published) {
        List<CodecFormat> matching = new ArrayList<>(offered);
        matching.removeIf(each -> distance(published, each) == NONE);
        matching.sort(Comparator.comparingInt(each -> distance(published, each)));
        return matching;
    }

    /** 0 = the same; larger = still decodable; {@link #NONE} = not. */
    private static int distance(CodecFormat published, CodecFormat viewer) {
        if (!published.name().equals(viewer.name())
                || published.clockRate() != viewer.clockRate()
                || published.channels() != viewer.channels()) {
            return NONE;
        }
        return switch (published.name()) {
            case "H264" -> h264Distance(published, viewer);
            case "VP9" -> published.fmtp("profile-id", "0").equals(viewer.fmtp("profile-id", "0")) ? 0 : NONE;
            case "AV1" -> published.fmtp("profile", "0").equals(viewer.fmtp("profile", "0")) ? 0 : NONE;
            default -> 0;
        };
    }

    private static int h264Distance(CodecFormat published, CodecFormat viewer) {
        boolean publishedMode1 = published.fmtp("packetization-mode", "0").equals("1");
        boolean viewerMode1 = viewer.fmtp("packetization-mode", "0").equals("1");
        if (publishedMode1 && !viewerMode1) {
            // Mode 0 has single NAL units only: it cannot read the fragments of mode 1.
            return NONE;
        }
        H264Profile stream = profile(published);
        H264Profile decoder = profile(viewer);
        if (stream == null || decoder == null) {
            return published.fmtp("profile-level-id", "").equalsIgnoreCase(viewer.fmtp("profile-level-id", ""))
                    ? 0
                    : NONE;
        }
        if (!decoder.decodes(stream)) {
            return NONE;
        }
        return (stream == decoder ? 0 : 2) + (publishedMode1 == viewerMode1 ? 0 : 1);
    }

    private static @Nullable H264Profile profile(CodecFormat format) {
        String id = format.fmtp("profile-level-id", "");
        return H264Profile.wellFormed(id) ? H264Profile.of(id) : H264Profile.DEFAULT;
    }
}
