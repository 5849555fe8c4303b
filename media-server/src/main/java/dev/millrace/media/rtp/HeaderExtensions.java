package dev.millrace.media.rtp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The data inside the header extensions browsers use; each is a handful of bits, so all are here.
 *
 * <p>Readers take the packet and the id negotiated for the extension (or -1 for none) and answer -1 when it is absent or
 * too short. Nothing here allocates but {@link #text}.
 */
public final class HeaderExtensions {
    /** RFC 6464: |V| level (7)|. */
    public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /** 24 bits: seconds modulo 64 in 6.18 fixed point. */
    public static final String ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    /** draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2: 16 bits. */
    public static final String TRANSPORT_SEQUENCE =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /** RFC 9143 section 15.2 (RFC 7941 form): text. */
    public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /** RFC 8852 section 3: text. */
    public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /** RFC 8852 section 3: text; on RTX, the rid that is repaired. */
    public static final String REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /** 3GPP TS 26.114 section 7.4.5: |0 0 0 0|C|F|R R|. */
    public static final String VIDEO_ORIENTATION = "urn:3gpp:video-orientation";

    /** |min delay (12)|max delay (12)| in 10 ms. */
    public static final String PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

    /** 64 bits NTP, and 64 bits of clock offset if long. */
    public static final String ABS_CAPTURE_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

    /** The first 24 fraction and second bits of NTP that {@link #ABS_SEND_TIME} keeps. */
    private static final int ABS_SEND_TIME_SHIFT = 14;

    private HeaderExtensions() {}

    /** 0 (loudest) to 127 (silence) -dBov, or -1. */
    public static int audioLevel(RtpPacket packet, int id) {
        int at = find(packet, id, 1);
        return at < 0 ? -1 : packet.buffer()[at] & 0x7f;
    }

    /** True if the packet says that somebody speaks. */
    public static boolean voiceActivity(RtpPacket packet, int id) {
        int at = find(packet, id, 1);
        return at >= 0 && packet.buffer()[at] < 0;
    }

    /** The byte of {@link #AUDIO_LEVEL}. */
    public static int audioLevelByte(int level, boolean voice) {
        return (voice ? 0x80 : 0) | (level & 0x7f);
    }

    /** 24 bits in 1/2^18 s, or -1. */
    public static int absSendTime(RtpPacket packet, int id) {
        int at = find(packet, id, 3);
        return at < 0 ? -1 : BigEndian.u24(packet.buffer(), at);
    }

    /** The 24 bits of {@link #ABS_SEND_TIME} for an NTP time. */
    public static int absSendTimeOf(long ntpTime) {
        return (int) (ntpTime >>> ABS_SEND_TIME_SHIFT) & 0xff_ffff;
    }

    /** Writes a new send time over the packet's; does nothing if there is none. */
    public static void overwriteAbsSendTime(RtpPacket packet, int id, int absSendTime) {
        int at = find(packet, id, 3);
        if (at >= 0) {
            BigEndian.put24(packet.buffer(), at, absSendTime);
        }
    }

    /** 16 bits, or -1. */
    public static int transportSequence(RtpPacket packet, int id) {
        int at = find(packet, id, 2);
        return at < 0 ? -1 : BigEndian.u16(packet.buffer(), at);
    }

    /** Writes a new number over the packet's; does nothing if there is none. */
    public static void overwriteTransportSequence(RtpPacket packet, int id, int number) {
        int at = find(packet, id, 2);
        if (at >= 0) {
            BigEndian.put16(packet.buffer(), at, number);
        }
    }

    /** Clockwise rotation in degrees that brings the picture upright, or -1. */
    public static int rotationDegrees(RtpPacket packet, int id) {
        int at = find(packet, id, 1);
        return at < 0 ? -1 : 90 * (packet.buffer()[at] & 3);
    }

    /** Least playout delay in 10 ms, or -1. */
    public static int minPlayoutDelay(RtpPacket packet, int id) {
        int at = find(packet, id, 3);
        return at < 0 ? -1 : BigEndian.u24(packet.buffer(), at) >>> 12;
    }

    /** Largest playout delay in 10 ms, or -1. */
    public static int maxPlayoutDelay(RtpPacket packet, int id) {
        int at = find(packet, id, 3);
        return at < 0 ? -1 : BigEndian.u24(packet.buffer(), at) & 0xfff;
    }

    /** The 24 bits of {@link #PLAYOUT_DELAY}; both in 10 ms, at most 4095. */
    public static int playoutDelayOf(int min, int max) {
        return min << 12 | (max & 0xfff);
    }

    /** NTP time of capture on the sender's clock, or 0 if absent. */
    public static long absCaptureTime(RtpPacket packet, int id) {
        int at = find(packet, id, 8);
        return at < 0 ? 0 : BigEndian.i64(packet.buffer(), at);
    }

    /** What to add to the capture time for the sender's own clock, in 1/2^32 s; 0 if absent. */
    public static long captureClockOffset(RtpPacket packet, int id) {
        int at = find(packet, id, 16);
        return at < 0 ? 0 : BigEndian.i64(packet.buffer(), at + 8);
    }

    /** True if the packet's {@link #MID}, {@link #RID} or {@link #REPAIRED_RID} is that ASCII text. */
    public static boolean textEquals(RtpPacket packet, int id, String text) {
        int at = find(packet, id, 0);
        if (at < 0 || packet.extensionLength(id) != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (packet.buffer()[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The text of {@link #MID}, {@link #RID} or {@link #REPAIRED_RID}, or null; allocates: for the first packets only. */
    public static @Nullable String text(RtpPacket packet, int id) {
        int at = find(packet, id, 0);
        return at < 0 ? null : new String(packet.buffer(), at, packet.extensionLength(id), StandardCharsets.US_ASCII);
    }

    private static int find(RtpPacket packet, int id, int leastLength) {
        return id > 0 && packet.extensionLength(id) >= leastLength ? packet.extensionOffset(id) : -1;
    }
}
