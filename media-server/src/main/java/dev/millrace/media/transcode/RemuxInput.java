package dev.millrace.media.transcode;

import java.nio.file.Path;
import java.util.List;

/**
 * One track of a recording.
 *
 * @param files fragmented MP4s with one track each, in order, all of them on one timeline
 */
public record RemuxInput(List<Path> files) {
    public RemuxInput {
        files = List.copyOf(files);
    }
}
