package dev.millrace.media;

import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.Transcoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Makes nothing. */
final class NoTranscoder implements Transcoder {
    @Override
    public boolean available() {
        return false;
    }

    @Override
    public String state() {
        return "There is no transcoder.";
    }

    @Override
    public TranscodeJob open(TranscodeSpec spec, TranscodeListener listener, Executor executor) {
        throw new IllegalStateException(state());
    }

    @Override
    public CompletionStage<byte[]> still(SourcePicture keyframe, int width) {
        return CompletableFuture.failedFuture(new IllegalStateException(state()));
    }
}
