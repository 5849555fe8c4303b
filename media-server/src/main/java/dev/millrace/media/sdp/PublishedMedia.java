package dev.millrace.media.sdp;

import java.util.List;
import java.util.Map;

/**
 * One section we agreed to receive.
 *
 * @param mid may be empty when the offer named none
 * @param kind audio or video
 * @param formats in the order of preference the answer gives
 * @param layers simulcast encodings in send order; empty without {@code a=simulcast}
 * @param sources SSRCs declared beforehand, in the order of {@code ssrc-group:SIM} when there is one; may be empty
 * @param extensions header extension URI → id, those both sides know
 * @param deaf nobody can ask for keyframes: an encoder's, or an offer's without such feedback; they come when they come
 */
public record PublishedMedia(
        String mid,
        MediaKind kind,
        List<CodecFormat> formats,
        List<RidLayer> layers,
        List<DeclaredSource> sources,
        Map<String, Integer> extensions,
        boolean deaf) {
    public PublishedMedia {
        formats = List.copyOf(formats);
        layers = List.copyOf(layers);
        sources = List.copyOf(sources);
        extensions = Map.copyOf(extensions);
    }

    /** Of a browser, which can be asked for keyframes. */
    public PublishedMedia(
            String mid,
            MediaKind kind,
            List<CodecFormat> formats,
            List<RidLayer> layers,
            List<DeclaredSource> sources,
            Map<String, Integer> extensions) {
        this(mid, kind, formats, layers, sources, extensions, false);
    }

    /** Id of the extension in this section's packets, or 0. */
    public int extensionId(HeaderExtension extension) {
        return extensions.getOrDefault(extension.uri(), 0);
    }
}
