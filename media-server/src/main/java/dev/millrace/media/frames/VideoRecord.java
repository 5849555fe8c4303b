package dev.millrace.media.frames;

import dev.millrace.media.rtp.codec.Codec;

/** What a container says of a track of pictures before they come. */
public sealed interface VideoRecord permits AvcRecord, HevcRecord, Av1Record, Vp9Record {
    Codec codec();

    /** Browsers show such pictures over WebRTC; of others H.264 has to be made. */
    default boolean isShownAsItIs() {
        return true;
    }

    /** Pixels of a picture's width; 0 if only the pictures say. */
    int width();

    int height();
}
