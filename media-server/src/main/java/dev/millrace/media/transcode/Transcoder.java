package dev.millrace.media.transcode;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Has the work done that this process does not do itself; never waits, never blocks. Any thread. */
public interface Transcoder {
    /** Whether there is one at all; why not, in {@link #state}. */
    boolean available();

    /** One sentence for the API: what is there, which encoders, or why nothing is. */
    String state();

    /**
     * Begins to work on a stream.
     *
     * @param listener called on {@code executor}, in order
     */
    TranscodeJob open(TranscodeSpec spec, TranscodeListener listener, Executor executor);

    /** A JPEG of a keyframe, at most {@code width} pixels wide; fails if it cannot be had. */
    CompletionStage<byte[]> still(SourcePicture keyframe, int width);

    /**
     * One progressive MP4 of the tracks, its index first, nothing encoded anew; {@code output} appears when it is whole.
     * Fails with a sentence. It may take minutes.
     */
    CompletionStage<Void> remux(List<RemuxInput> tracks, Path output);
}
