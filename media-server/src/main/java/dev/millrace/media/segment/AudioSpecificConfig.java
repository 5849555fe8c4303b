package dev.millrace.media.segment;

/**
 * What an AAC decoder is told (ISO/IEC 14496-3 section 1.6.2.1): object type 5 bits, rate 4, channels 4, three flags.
 */
final class AudioSpecificConfig {
    private static final int AAC_LC = 2;

    /** Table 1.18. */
    private static final int[] RATES_HZ = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };

    private AudioSpecificConfig() {}

    static byte[] of(TrackFormat.Aac format) {
        int bits = AAC_LC << 11 | rateIndex(format.sampleRateHz()) << 7 | format.channels() << 3;
        return new byte[] {(byte) (bits >> 8), (byte) bits};
    }

    static int rateIndex(int sampleRateHz) {
        for (int i = 0; i < RATES_HZ.length; i++) {
            if (RATES_HZ[i] == sampleRateHz) {
                return i;
            }
        }
        throw new IllegalArgumentException("no rate of AAC: " + sampleRateHz);
    }
}
