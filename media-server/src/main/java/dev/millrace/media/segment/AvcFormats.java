package dev.millrace.media.segment;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which parameter sets of one track are another format, and what of them stands in the samples.
 *
 * <p>Encoders send them with every keyframe. The same bytes again are nothing new, nor is another level: a decoder goes on
 * with what it was told. Those that give them another id each time, or change how pictures are coded while size and
 * profile stay, are told once more by a new format, and carry their parameter sets in the samples from then on
 * ({@code avc3}, ISO/IEC 14496-15 section 5.4.2.1). Owned by one thread.
 */
final class AvcFormats {
    private static final int LEVEL_AT = 3;
    private static final int LENGTH_BYTES = 4;

    private TrackFormat.@Nullable H264 current;
    private @Nullable AvcConfig latest;
    private boolean inBand;

    /** The format of pictures with these parameter sets: the same object as long as a decoder needs no other init. */
    TrackFormat.H264 of(AvcConfig config) {
        TrackFormat.H264 known = current;
        if (known == null || !config.equals(latest)) {
            known = known == null ? new TrackFormat.H264(config) : judge(known, config);
            latest = config;
            current = known;
        }
        return known;
    }

    private TrackFormat.H264 judge(TrackFormat.H264 known, AvcConfig config) {
        AvcConfig told = known.config();
        if (saysSame(told.sps(), config.sps(), LEVEL_AT) && saysSame(told.pps(), config.pps(), -1)) {
            return known;
        }
        boolean alike = shape(told.sequence()).equals(shape(config.sequence()));
        if (inBand && alike) {
            return known;
        }
        inBand |= alike;
        return new TrackFormat.H264(config, inBand);
    }

    private static boolean saysSame(List<byte[]> told, List<byte[]> now, int except) {
        if (told.size() != now.size()) {
            return false;
        }
        for (int i = 0; i < told.size(); i++) {
            byte[] a = told.get(i);
            byte[] b = now.get(i);
            int from = except < 0 ? 0 : Math.min(except, Math.min(a.length, b.length) - 1);
            int next = except < 0 ? 0 : from + 1;
            if (!Arrays.equals(a, 0, from, b, 0, from) || !Arrays.equals(a, next, a.length, b, next, b.length)) {
                return false;
            }
        }
        return true;
    }

    /** All that a player must know before the first picture. */
    private static H264Sequence shape(H264Sequence of) {
        return new H264Sequence(
                0,
                of.profileIdc(),
                of.constraints(),
                0,
                of.chromaFormat(),
                of.bitDepthLuma(),
                of.bitDepthChroma(),
                of.width(),
                of.height(),
                of.interlaced(),
                of.pictureOrderType(),
                of.referenceFrames(),
                of.vui());
    }

    /** What is written of a picture. */
    byte[] sample(TrackFormat.H264 format, VideoFrame frame, AvcConfig config) {
        return format.inBand() && frame.key() ? withSets(config, frame.data()) : frame.data();
    }

    private static byte[] withSets(AvcConfig config, byte[] data) {
        int length = data.length;
        for (byte[] each : config.sps()) {
            length += LENGTH_BYTES + each.length;
        }
        for (byte[] each : config.pps()) {
            length += LENGTH_BYTES + each.length;
        }
        byte[] all = new byte[length];
        int at = put(all, 0, config.sps());
        at = put(all, at, config.pps());
        System.arraycopy(data, 0, all, at, data.length);
        return all;
    }

    private static int put(byte[] all, int from, List<byte[]> units) {
        int at = from;
        for (byte[] each : units) {
            BigEndian.put32(all, at, each.length);
            System.arraycopy(each, 0, all, at + LENGTH_BYTES, each.length);
            at += LENGTH_BYTES + each.length;
        }
        return at;
    }
}
