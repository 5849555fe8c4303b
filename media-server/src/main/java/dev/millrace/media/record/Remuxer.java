package dev.millrace.media.record;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Puts the files of a recording into one MP4, as a worker does; never blocks. Any thread. */
public interface Remuxer {
    /** Whether there is anybody to do it; why not, in {@link #state}. */
    boolean available();

    /** One sentence. */
    String state();

    /**
     * Copies samples as they are; fails with a sentence.
     *
     * @param tracks of each its files in order, on one timeline: pictures first, then sound
     */
    CompletionStage<Void> remux(List<List<Path>> tracks, Path output);

    /** Does nothing for anybody. */
    Remuxer NOBODY = new Remuxer() {
        @Override
        public boolean available() {
            return false;
        }

        @Override
        public String state() {
            return "No transcoding worker is there.";
        }

        @Override
        public CompletionStage<Void> remux(List<List<Path>> tracks, Path output) {
            return CompletableFuture.failedFuture(new IllegalStateException(state()));
        }
    };
}
