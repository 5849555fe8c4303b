package dev.millrace.media;

import dev.millrace.media.record.Remuxer;
import dev.millrace.media.transcode.RemuxInput;
import dev.millrace.media.transcode.Transcoder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Has recordings remuxed by the transcoder's workers. Any thread. */
record WorkerRemuxer(Transcoder transcoder) implements Remuxer {
    @Override
    public boolean available() {
        return transcoder.available();
    }

    @Override
    public String state() {
        return transcoder.state();
    }

    @Override
    public CompletionStage<Void> remux(List<List<Path>> tracks, Path output) {
        return transcoder.remux(tracks.stream().map(RemuxInput::new).toList(), output);
    }
}
