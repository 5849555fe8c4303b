package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures of what containers carry: in the order they are decoded in, from a keyframe on. One that makes no sense is
 * dropped with all after it up to the next keyframe. Owned by one thread.
 */
public sealed interface ContainedPictures permits AvcPictures, HevcPictures, Av1Pictures, Vp9Pictures {
    /** For pictures that are described so. */
    static ContainedPictures of(VideoRecord record, DropCounters drops) {
        return switch (record) {
            case AvcRecord avc -> {
                AvcPictures pictures = new AvcPictures(drops);
                pictures.configure(avc);
                yield pictures;
            }
            case HevcRecord hevc -> new HevcPictures(hevc, drops);
            case Av1Record av1 -> new Av1Pictures(av1, drops);
            case Vp9Record vp9 -> new Vp9Pictures(drops);
        };
    }

    /**
     * The next picture, in the order they are decoded in.
     *
     * @param key the container says that decoding may begin here
     * @return null if nothing can be made of it
     */
    @Nullable
    VideoFrame read(byte[] data, boolean key, long rtpTime, long arrivalNs);

    /** Whether decoding may begin at the last picture although it is no keyframe: an open group of pictures. */
    boolean opens();
}
