package dev.millrace.media.sdp;

import org.jspecify.annotations.Nullable;

/**
 * The codecs a publication really sends; null for a kind it does not send (yet).
 *
 * @param audio as negotiated with the publisher
 * @param video as negotiated with the publisher
 */
public record PublishedFormats(
        @Nullable CodecFormat audio, @Nullable CodecFormat video) {
    @Nullable
    CodecFormat of(MediaKind kind) {
        return switch (kind) {
            case AUDIO -> audio;
            case VIDEO -> video;
            case APPLICATION, OTHER -> null;
        };
    }
}
