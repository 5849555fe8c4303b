package dev.millrace.media.frames;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a container says before AAC (AudioSpecificConfig, ISO/IEC 14496-3 section 1.6.2.1).
 *
 * <pre>
 * 5 bits object type (31: 6 more) | 4 rate (15: 24 more) | 4 channels | what the type adds
 * </pre>
 *
 * @param hex all of it, as decoders take it
 * @param objectType 2 for AAC-LC; 5 and 29 have a second rate, of which decoders make twice as many samples
 * @param channels 0 if they are told elsewhere
 */
public record AacConfig(String hex, int objectType, int rateHz, int channels) {
    /** What all players take. */
    public static final int LOW_COMPLEXITY = 2;

    private static final int ESCAPE_TYPE = 31;
    private static final int ESCAPE_RATE = 15;
    private static final int MAX_BYTES = 64;
    private static final int MAX_RATE_HZ = 96_000;

    /** Table 1.18. */
    private static final int[] RATES_HZ = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };

    /** Table 1.19. */
    private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};

    /** Null if it makes no sense. */
    public static @Nullable AacConfig read(byte[] b) {
        if (b.length < 2 || b.length > MAX_BYTES) {
            return null;
        }
        Bits bits = new Bits(b);
        int type = bits.read(5);
        type = type == ESCAPE_TYPE ? 32 + bits.read(6) : type;
        int index = bits.read(4);
        int rateHz = index == ESCAPE_RATE ? bits.read(24) : index < RATES_HZ.length ? RATES_HZ[index] : 0;
        int layout = bits.read(4);
        boolean sense =
                type > 0 && rateHz >= 1_000 && rateHz <= MAX_RATE_HZ && layout < CHANNELS.length && bits.whole();
        return sense ? new AacConfig(HexFormat.of().formatHex(b), type, rateHz, CHANNELS[layout]) : null;
    }

    /** The rate is one of the table's, which an index can name. */
    public boolean isUsualRate() {
        return Arrays.stream(RATES_HZ).anyMatch(each -> each == rateHz);
    }

    private static final class Bits {
        private final byte[] b;
        private int at;

        Bits(byte[] b) {
            this.b = b;
        }

        int read(int bits) {
            int value = 0;
            for (int i = 0; i < bits; i++, at++) {
                int bit = whole(1) ? b[at >> 3] >> (7 - (at & 7)) & 1 : 0;
                value = value << 1 | bit;
            }
            return value;
        }

        private boolean whole(int more) {
            return at + more <= b.length * 8;
        }

        boolean whole() {
            return whole(0);
        }
    }
}
