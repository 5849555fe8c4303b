package dev.millrace.media;

import dev.millrace.media.transcode.RemuxInput;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import dev.millrace.media.transcode.TranscodeSpec;
import dev.millrace.media.transcode.Transcoder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A transcoder whose work a test does. */
final class FakeTranscoder implements Transcoder {
    private final Function<TranscodeListener, TranscodeJob> work;

    FakeTranscoder(Function<TranscodeListener, TranscodeJob> work) {
        this.work = work;
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public String state() {
        return "";
    }

    @Override
    public TranscodeJob open(TranscodeSpec spec, TranscodeListener listener, Executor executor) {
        return work.apply(listener);
    }

    @Override
    public CompletionStage<byte[]> still(SourcePicture keyframe, int width) {
        return CompletableFuture.failedFuture(new IllegalStateException("no stills"));
    }

    @Override
    public CompletionStage<Void> remux(List<RemuxInput> tracks, Path output) {
        return CompletableFuture.failedFuture(new IllegalStateException("no files"));
    }
}
