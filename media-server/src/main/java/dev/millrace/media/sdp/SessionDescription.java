package dev.millrace.media.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole session description as its lines, nothing lost but the kind of line end (RFC 8866).
 *
 * @param lines session-level lines, from {@code v=} on
 * @param media media sections in order
 */
public record SessionDescription(List<SdpLine> lines, List<MediaSection> media) {

    public SessionDescription {
        lines = List.copyOf(lines);
        media = List.copyOf(media);
    }

    /** Reads a session description; the exception names the line at fault. */
    public static SessionDescription parse(String text) throws SdpException {
        return SdpParser.parse(text);
    }

    /** Value of the first session-level {@code a=name:value}; empty for a property; null when there is none. */
    public @Nullable String attribute(String name) {
        return SdpLines.attribute(lines, name);
    }

    public boolean has(String name) {
        return attribute(name) != null;
    }

    /** Values of every session-level {@code a=name:value}, in order. */
    public List<String> attributes(String name) {
        return SdpLines.attributes(lines, name);
    }

    /** The description as text, lines ended by CRLF. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(4096);
        for (SdpLine line : lines) {
            line.writeTo(out);
        }
        for (MediaSection section : media) {
            section.writeTo(out);
        }
        return out.toString();
    }
}
