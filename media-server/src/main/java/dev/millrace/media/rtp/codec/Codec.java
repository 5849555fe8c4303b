package dev.millrace.media.rtp.codec;

import java.util.Locale;

/** The codecs whose payloads the packet path looks into; everything else is carried unread as {@link #OTHER}. */
public enum Codec {
    H264,
    VP8,
    VP9,
    AV1,
    /** In containers only: no packets of it are taken or sent. */
    HEVC,
    OPUS,
    /** Redundant audio (RFC 2198) around Opus. */
    RED,
    OTHER;

    /** The codec of an encoding name as rtpmap spells it, in any case. */
    public static Codec of(String encodingName) {
        return switch (encodingName.toUpperCase(Locale.ROOT)) {
            case "H264" -> H264;
            case "VP8" -> VP8;
            case "VP9" -> VP9;
            case "AV1" -> AV1;
            case "OPUS" -> OPUS;
            case "RED" -> RED;
            default -> OTHER;
        };
    }
}
