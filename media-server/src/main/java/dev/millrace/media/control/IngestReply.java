package dev.millrace.media.control;

/** What became of {@link Ingest#open}. */
public sealed interface IngestReply {
    record Opened(IngestSession session) implements IngestReply {}

    record Refused(RefusalKind kind, String detail) implements IngestReply {}
}
