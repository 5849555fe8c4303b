package dev.millrace.perf;

import java.util.HexFormat;
import java.util.List;

/**
 * Encoded media to publish: pictures of H.264 in the order they are decoded in, and sound.
 *
 * @param pictures the first of them a keyframe, unless a broken source is meant
 * @param opus packets of 20 ms, again and again; none for silence
 * @param loopNs after so long the pictures begin again; 0 if no more come after the last
 * @param seeks whether a wish for a keyframe is answered, by going on with the next one there is; an encoder that cannot
 *     hear is one that does not
 */
public record Clip(List<Picture> pictures, List<byte[]> opus, long loopNs, boolean seeks) {
    private static final int SPS = 7;
    private static final long SECOND_NS = 1_000_000_000;

    /**
     * One picture.
     *
     * @param annexB its NAL units after start codes (ITU-T H.264 annex B), parameter sets included; never changed
     * @param sentNs when it is sent, in nanoseconds from the clip's beginning, never before the picture before it
     * @param shownNs when it is to be shown, which its RTP timestamp says; a source that lies says anything
     * @param key a decoder can begin with it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; shared by all who send it
    public record Picture(byte[] annexB, long sentNs, long shownNs, boolean key) {}

    public Clip {
        if (pictures.isEmpty()) {
            throw new IllegalArgumentException("a clip without a picture");
        }
        if (loopNs != 0
                && loopNs + pictures.getFirst().sentNs() < pictures.getLast().sentNs()) {
            throw new IllegalArgumentException("a clip that begins again before it is over");
        }
        pictures = List.copyOf(pictures);
        opus = List.copyOf(opus);
    }

    /** As its first parameter set says (RFC 6184 section 8.1); what every browser takes if it has none. */
    String profileLevelId() {
        byte[] first = pictures.getFirst().annexB();
        for (int i = 0; i + 6 < first.length; i++) {
            if (first[i] == 0 && first[i + 1] == 0 && first[i + 2] == 1 && (first[i + 3] & 0x1f) == SPS) {
                return HexFormat.of().formatHex(first, i + 4, i + 7);
            }
        }
        return LightOffer.USUAL_PROFILE;
    }

    /** Of its pictures, on average. */
    long bitrateBps() {
        long bytes = pictures.stream().mapToLong(each -> each.annexB().length).sum();
        long lengthNs = loopNs > 0
                ? loopNs
                : pictures.getLast().sentNs() - pictures.getFirst().sentNs();
        return bytes * 8 * SECOND_NS / Math.max(lengthNs, SECOND_NS);
    }

    /** The same, ending after its last picture. */
    public Clip once() {
        return new Clip(pictures, opus, 0, seeks);
    }
}
