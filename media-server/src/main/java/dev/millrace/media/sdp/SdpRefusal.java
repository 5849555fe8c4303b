package dev.millrace.media.sdp;

/** Why an offer cannot be answered; every refusal comes with a sentence that says what to do. */
public enum SdpRefusal {
    /** Not a session description, or one that contradicts itself. */
    MALFORMED,
    /** Several media sections without BUNDLE; we have one transport. */
    NO_BUNDLE,
    /** RTP and RTCP on one port were not offered. */
    NO_RTCP_MUX,
    /** Credentials, a fingerprint or a usable setup are missing. */
    NO_TRANSPORT,
    /** Nothing in the right direction. */
    NO_MEDIA,
    /** Two tracks of one kind; a stream has one audio and one video (RFC 9725 section 4.4.2). */
    TOO_MANY_TRACKS,
    /** No codec in common, or not the one that is published. */
    UNSUPPORTED_CODEC
}
