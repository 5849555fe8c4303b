package dev.millrace.media.sdp;

/** What a media section carries: its first word (RFC 8866 section 5.14). */
public enum MediaKind {
    AUDIO,
    VIDEO,
    /** {@code m=application} with SCTP over DTLS (RFC 8841): data channels. */
    APPLICATION,
    /** Anything else: always rejected with port 0. */
    OTHER
}
