package dev.millrace.media.sdp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * One negotiated payload type with all that belongs to it: rtpmap, fmtp, rtcp-fb and its rtx.
 *
 * @param payloadType 0 to 127
 * @param name encoding name as IANA spells it: {@code H264}, {@code VP8}, {@code VP9}, {@code AV1}, {@code opus} …
 * @param clockRate ticks per second
 * @param channels 1 when none were named, and for video
 * @param fmtp format parameters, names in lower case; one without an equals sign has an empty value
 * @param rtcpFb feedback both sides know, e.g. {@code nack}, {@code nack pli}, {@code transport-cc}
 * @param rtxPayloadType payload type of its retransmissions (RFC 4588), or −1
 */
public record CodecFormat(
        int payloadType,
        String name,
        int clockRate,
        int channels,
        Map<String, String> fmtp,
        Set<String> rtcpFb,
        int rtxPayloadType) {
    /** Value of {@link #rtxPayloadType} when there are no retransmissions by RTX. */
    public static final int NO_RTX = -1;

    public CodecFormat {
        fmtp = Collections.unmodifiableMap(new LinkedHashMap<>(fmtp));
        rtcpFb = Collections.unmodifiableSet(new LinkedHashSet<>(rtcpFb));
    }

    public boolean hasRtx() {
        return rtxPayloadType != NO_RTX;
    }

    /** The parameter, or the default when it is absent. */
    public String fmtp(String parameter, String absent) {
        return fmtp.getOrDefault(parameter, absent);
    }

    /** Opus with two channels kept. */
    public boolean stereo() {
        return fmtp("stereo", "0").equals("1") || fmtp("sprop-stereo", "0").equals("1");
    }

    CodecFormat withFmtp(Map<String, String> parameters) {
        return new CodecFormat(payloadType, name, clockRate, channels, parameters, rtcpFb, rtxPayloadType);
    }
}
