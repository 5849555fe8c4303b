package dev.millrace.media.sdp;

import org.jspecify.annotations.Nullable;

/**
 * An H.264 profile as profile_idc and constraint flags together name it (RFC 6184 table 5 in section 8.1).
 *
 * <pre>
 * profile-level-id = profile_idc (2 hex digits) profile-iop (2) level_idc (2)
 * profile-iop      = constraint_set0_flag .. constraint_set5_flag, 2 reserved bits
 * </pre>
 */
enum H264Profile {
    CONSTRAINED_BASELINE,
    BASELINE,
    MAIN,
    CONSTRAINED_HIGH,
    HIGH,
    HIGH_444_PREDICTIVE;

    /** What a missing profile-level-id means to every browser; RFC 6184's own default is Baseline level 1. */
    static final H264Profile DEFAULT = CONSTRAINED_BASELINE;

    static boolean wellFormed(String profileLevelId) {
        return profileLevelId.length() == 6 && profileLevelId.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    /** The profile of a well-formed profile-level-id, or null when we know none such. */
    static @Nullable H264Profile of(String profileLevelId) {
        int profileIdc = Integer.parseInt(profileLevelId.substring(0, 2), 16);
        int iop = Integer.parseInt(profileLevelId.substring(2, 4), 16);
        return switch (profileIdc) {
            case 0x42 -> (iop & 0x40) != 0 ? CONSTRAINED_BASELINE : BASELINE;
            case 0x4D -> (iop & 0x80) != 0 ? CONSTRAINED_BASELINE : MAIN;
            case 0x58 -> extended(iop);
            case 0x64 -> (iop & 0x0C) == 0x0C ? CONSTRAINED_HIGH : HIGH;
            case 0xF4 -> HIGH_444_PREDICTIVE;
            default -> null;
        };
    }

    private static @Nullable H264Profile extended(int iop) {
        if ((iop & 0xC0) == 0xC0) {
            return CONSTRAINED_BASELINE;
        }
        return (iop & 0x80) != 0 ? BASELINE : null;
    }

    /** Whether a decoder of this profile decodes every stream of the other (H.264 annex A.2), itself included. */
    boolean decodes(H264Profile stream) {
        return stream == this
                || switch (stream) {
                    case CONSTRAINED_BASELINE -> true;
                    case MAIN, CONSTRAINED_HIGH -> this == HIGH || this == HIGH_444_PREDICTIVE;
                    case HIGH -> this == HIGH_444_PREDICTIVE;
                    // Baseline differs by FMO and ASO only, which no encoder of a WebRTC sender has: Chromium
                    // labels the same stream 42001f, and Firefox and Safari offer 42e01f alone.
                    case BASELINE -> this == CONSTRAINED_BASELINE;
                    case HIGH_444_PREDICTIVE -> false;
                };
    }
}
