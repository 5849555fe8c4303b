package dev.millrace.media.transcode;

import java.util.List;

/**
 * What is to be made of a stream.
 *
 * @param stream for logs
 * @param audioBps bits a second of the sound that is made, 0 if none is wanted
 * @param audioChannels 1 or 2
 * @param aac the configuration of AAC that comes in (AudioSpecificConfig, ISO/IEC 14496-3 section 1.6.2.1) in hexadecimal
 *     digits: Opus is made of it; empty if Opus comes in, of which AAC is made
 * @param rungs the pictures wanted, largest first; empty if none are
 */
public record TranscodeSpec(String stream, int audioBps, int audioChannels, String aac, List<Rung> rungs) {
    public TranscodeSpec {
        rungs = List.copyOf(rungs);
    }

    /** Of Opus and pictures, as browsers send them. */
    public TranscodeSpec(String stream, int audioBps, int audioChannels, List<Rung> rungs) {
        this(stream, audioBps, audioChannels, "", rungs);
    }

    /**
     * One size of the pictures in H.264.
     *
     * @param height in pixels; the width follows the source's shape. 0 for the source's own size
     * @param bitrateBps what it may have in the long run; 0 for what suits its size and frame rate
     */
    public record Rung(int height, int bitrateBps) {}
}
