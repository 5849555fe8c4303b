package dev.millrace.media.segment;

import dev.millrace.media.frames.AvcConfig;

/** What the samples of a track are, as an init segment tells it; another format is another init segment. */
public sealed interface TrackFormat {
    /** Ticks a second of the track's times. */
    int timescale();

    /** As RFC 6381 names it. */
    String codecString();

    /** True for pictures. */
    boolean isVideo();

    /**
     * H.264 (ISO/IEC 14496-15).
     *
     * @param inBand keyframes carry their parameter sets, which may differ from {@code config} in all but size and profile
     */
    record H264(AvcConfig config, boolean inBand) implements TrackFormat {
        public H264(AvcConfig config) {
            this(config, false);
        }

        @Override
        public int timescale() {
            return 90_000;
        }

        @Override
        public String codecString() {
            String name = config.codecString();
            return inBand ? "avc3" + name.substring(name.indexOf('.')) : name;
        }

        @Override
        public boolean isVideo() {
            return true;
        }

        /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1). */
        public byte[] decoderConfiguration() {
            return SampleEntry.configurationRecord(config);
        }

        public int width() {
            return config.sequence().width();
        }

        public int height() {
            return config.sequence().height();
        }
    }

    /**
     * Opus (Encapsulation of Opus in ISO base media files, version 0.6.8).
     *
     * @param preSkipTicks to be cut off by the decoder at the beginning; 0 for a stream that is joined while it runs
     */
    record Opus(int channels, int preSkipTicks) implements TrackFormat {
        @Override
        public int timescale() {
            return 48_000;
        }

        @Override
        public String codecString() {
            return "opus";
        }

        @Override
        public boolean isVideo() {
            return false;
        }
    }

    /** AAC-LC (ISO/IEC 14496-14 section 5.6), as the worker makes it. */
    record Aac(int sampleRateHz, int channels, int bitrateBps) implements TrackFormat {
        public Aac {
            AudioSpecificConfig.rateIndex(sampleRateHz);
        }

        /** AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1). */
        public byte[] decoderConfiguration() {
            return AudioSpecificConfig.of(this);
        }

        @Override
        public int timescale() {
            return sampleRateHz;
        }

        @Override
        public String codecString() {
            return "mp4a.40.2";
        }

        @Override
        public boolean isVideo() {
            return false;
        }
    }
}
