package dev.millrace.media.control;

/** Elementary streams that may come in; with each, how its configuration and its media are laid out. */
public enum IngestCodec {
    /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1); NAL units after their lengths, as it says. */
    H264,
    /** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 8.3.3.1); NAL units after their lengths. */
    HEVC,
    /** AV1CodecConfigurationRecord (AV1 in ISOBMFF section 2.3); temporal units of OBUs that have their sizes. */
    AV1,
    /** VPCodecConfigurationRecord (VP codecs in ISOBMFF section 2.2), may be empty; frames. */
    VP9,
    /** AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1); raw data blocks without ADTS. */
    AAC,
    /** Identification header (RFC 7845 section 5.1), may be empty; packets. */
    OPUS;

    public boolean isVideo() {
        return this != AAC && this != OPUS;
    }
}
