package dev.millrace.media.sdp;

/** Finds the payload type a viewer takes a published codec under (RFC 6184 section 8.2.2 for H.264). */
public final class CodecMatcher {
    /** Answer of {@link #payloadTypeFor} when the viewer cannot take that codec. */
    public static final int NONE = -1;

    private CodecMatcher() {}

    /** The viewer's payload type for what the publisher sends, or {@link #NONE}. */
    public static int payloadTypeFor(PlayedMedia played, CodecFormat published) {
        return played.formats().stream()
                .filter(f -> f.name().equals(published.name()))
                .mapToInt(CodecFormat::payloadType)
                .findFirst()
                .orElse(NONE);
    }
}
