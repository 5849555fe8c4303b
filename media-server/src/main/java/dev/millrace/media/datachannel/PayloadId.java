package dev.millrace.media.datachannel;

/** SCTP payload protocol identifiers of WebRTC (RFC 8831 section 8). */
final class PayloadId {
    static final int DCEP = 50;
    static final int TEXT = 51;
    static final int BINARY = 53;
    /** SCTP has no empty messages: one byte stands for none (section 6.6). */
    static final int TEXT_EMPTY = 56;

    static final int BINARY_EMPTY = 57;

    private PayloadId() {}
}
