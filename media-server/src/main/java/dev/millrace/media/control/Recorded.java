package dev.millrace.media.control;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What players fetch of recordings: asked by signaling's HTTP, answered by the media server. Any thread. */
public interface Recorded {
    /** What is known of it; empty if there is none of that id, which may be anything a client sent. */
    Optional<RecordingInfo> find(String id);

    /**
     * An object of it; never exceptionally. Completed on any thread.
     *
     * @param object the path below the recording's, such as {@code index.m3u8}; anything a client may have sent
     * @param carried what the names in a playlist are to end with, such as {@code ?token=…}; empty for nothing
     */
    CompletionStage<Reply> fetch(String id, String object, String carried);

    /** What a fetch comes to. */
    sealed interface Reply {}

    /** A playlist; it will not change any more if it is {@code over}. */
    record Text(StoredText text, boolean over) implements Reply {}

    /** A stretch of a file; never changes. */
    record Slice(String mediaType, Path file, long offset, long length) implements Reply {}

    /** No. */
    record Refused(RefusalKind kind, String detail) implements Reply {}
}
