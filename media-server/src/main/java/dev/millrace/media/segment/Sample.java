package dev.millrace.media.segment;

/**
 * One picture, or one packet of sound, as it stands in a file; how long it lasts is known when the next one comes.
 *
 * @param data never changed once made
 * @param decodeNs when it is decoded, on the packager's timeline; later than that of the one before
 * @param presentNs when it is shown or heard; before {@code decodeNs} never
 * @param sync a decoder can begin here
 * @param discardable no other sample needs it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; shared by all who send it
public record Sample(byte[] data, long decodeNs, long presentNs, boolean sync, boolean discardable) {
    Sample at(long otherDecodeNs) {
        return new Sample(data, otherDecodeNs, Math.max(otherDecodeNs, presentNs), sync, discardable);
    }
}
