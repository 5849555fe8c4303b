package dev.millrace.media.transcode;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.rtp.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * One coded picture to be decoded.
 *
 * @param data H.264 and HEVC: NAL units each after its length in four bytes, HEVC's parameter sets among them; VP8, VP9: a frame (or superframe); AV1: a temporal unit
 *     of OBUs with size fields
 * @param avc the parameter sets of H.264, null for the others
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SourcePicture(
        Codec codec, byte[] data, boolean key, @Nullable AvcConfig avc) {}
