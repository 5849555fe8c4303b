package dev.millrace.media.transcode;

import java.util.List;

/**
 * What is to be made of a stream.
 *
 * @param stream for logs
 * @param audioBps bits a second of the AAC, 0 if no sound is wanted
 * @param audioChannels 1 or 2
 * @param rungs the pictures wanted, largest first; empty if none are
 */
public record TranscodeSpec(String stream, int audioBps, int audioChannels, List<Rung> rungs) {
    public TranscodeSpec {
        rungs = List.copyOf(rungs);
    }

    /**
     * One size of the pictures in H.264.
     *
     * @param height in pixels; the width follows the source's shape. 0 for the source's own size
     * @param bitrateBps what it may have in the long run; 0 for what suits its size and frame rate
     */
    public record Rung(int height, int bitrateBps) {}
}
