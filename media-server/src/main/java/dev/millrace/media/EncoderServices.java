package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.transcode.Transcoder;
import java.util.function.LongSupplier;

/**
 * What encoders' publications need of the server.
 *
 * @param opusBps of the sound made of AAC
 * @param encodesReordered whether pictures that browsers cannot show in their order are encoded anew
 * @param publications the number of the next publication
 * @param clock the loops' clock, for any thread
 */
record EncoderServices(
        Transcoder transcoder,
        int opusBps,
        boolean encodesReordered,
        LongSupplier publications,
        LongSupplier clock,
        WallTime time,
        Ended told) {
    /** Is told that one is over; on its loop. */
    interface Ended {
        void onEnded(Encoder encoder, CloseReason reason);
    }

    void ended(Encoder encoder, CloseReason reason) {
        told.onEnded(encoder, reason);
    }
}
