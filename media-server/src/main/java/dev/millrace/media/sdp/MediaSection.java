package dev.millrace.media.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One media section: its {@code m=} line and everything below (RFC 8866 section 5.14).
 *
 * @param line line number of the {@code m=} line, from 1
 * @param kindName the first word as it was written, e.g. {@code audio}
 * @param port 0 = rejected, or bundle-only in an offer
 * @param protocol e.g. {@code UDP/TLS/RTP/SAVPF}
 * @param formats payload types, or {@code webrtc-datachannel}
 * @param lines the lines below the {@code m=} line, in order
 */
public record MediaSection(
        int line, String kindName, int port, String protocol, List<String> formats, List<SdpLine> lines) {

    public MediaSection {
        formats = List.copyOf(formats);
        lines = List.copyOf(lines);
    }

    public MediaKind kind() {
        return switch (kindName) {
            case "audio" -> MediaKind.AUDIO;
            case "video" -> MediaKind.VIDEO;
            case "application" -> MediaKind.APPLICATION;
            default -> MediaKind.OTHER;
        };
    }

    /** Value of {@code a=mid}, or an empty string. */
    public String mid() {
        String mid = attribute("mid");
        return mid == null ? "" : mid;
    }

    /** Value of the first {@code a=name:value}; empty for a property; null when there is none. */
    public @Nullable String attribute(String name) {
        return SdpLines.attribute(lines, name);
    }

    public boolean has(String name) {
        return attribute(name) != null;
    }

    /** Values of every {@code a=name:value}, in order. */
    public List<String> attributes(String name) {
        return SdpLines.attributes(lines, name);
    }

    /** Rejected by the offerer: port 0 and not the bundle-only form (RFC 9143 section 6). */
    public boolean rejected() {
        return port == 0 && !has("bundle-only");
    }

    void writeTo(StringBuilder out) {
        out.append("m=").append(kindName).append(' ').append(port).append(' ').append(protocol);
        for (String format : formats) {
            out.append(' ').append(format);
        }
        out.append("\r\n");
        for (SdpLine each : lines) {
            each.writeTo(out);
        }
    }
}
