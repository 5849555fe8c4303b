package dev.millrace.media.observe;

import java.util.Locale;

/** Why a packet went no further; every packet the server does not pass on is counted under exactly one of these. */
public enum DropReason {
    /** First byte belongs to no protocol of RFC 7983. */
    NOT_A_PROTOCOL,
    /** Longer than any datagram of WebRTC: cut off by the receive buffer, or not sendable. */
    DATAGRAM_TOO_LARGE,
    /** Came from an address no session has verified. */
    UNKNOWN_SOURCE,

    STUN_MALFORMED,
    STUN_BAD_INTEGRITY,
    STUN_UNKNOWN_UFRAG,
    /** A response to no request of ours. */
    STUN_UNKNOWN_TRANSACTION,
    STUN_RATE_LIMITED,

    DTLS_MALFORMED,
    /** A handshake message declared longer than we would ever reassemble. */
    DTLS_TOO_LARGE,
    DTLS_UNVERIFIED_SOURCE,
    /** More flights waiting for the handshake thread than it may hold. */
    DTLS_BACKLOG,

    /** No keys yet. */
    SRTP_NOT_READY,
    SRTP_AUTH,
    SRTP_REPLAY,
    SRTP_MALFORMED,
    /** The peer used more sources than one session may. */
    SRTP_TOO_MANY_SOURCES,
    SRTCP_AUTH,
    SRTCP_REPLAY,
    SRTCP_MALFORMED,
    /** The library refused to encrypt; nothing left the server. */
    SRTP_PROTECT_FAILED,

    RTP_MALFORMED,
    RTP_UNKNOWN_SSRC,
    RTP_UNKNOWN_PAYLOAD,
    RTP_TOO_OLD,
    RTP_DUPLICATE,
    /** Padding alone: measured, acknowledged, and not forwarded. */
    RTP_PADDING_ONLY,
    RTP_TOO_LARGE,
    RTX_MALFORMED,
    RTX_UNKNOWN,
    RTCP_MALFORMED,
    RTCP_UNKNOWN_SSRC,
    /** Transport-wide feedback about a packet that was never sent, or so long ago that nobody remembers. */
    FEEDBACK_UNKNOWN_PACKET,
    /** Transport-wide feedback with arrival times no clock could have told. */
    FEEDBACK_IMPOSSIBLE_TIME,
    CODEC_MALFORMED,

    SCTP_MALFORMED,
    SCTP_BAD_CHECKSUM,
    SCTP_BAD_TAG,
    /** A chunk that does not belong to the state the association is in, or of a type nobody knows. */
    SCTP_UNEXPECTED,
    /** Acknowledges what was never sent. */
    SCTP_FORGED_ACK,
    SCTP_DUPLICATE,
    /** More waits for missing parts than was offered. */
    SCTP_WINDOW_FULL,
    SCTP_BAD_STREAM,
    /** Chunks that contradict each other; the association is aborted. */
    SCTP_PROTOCOL_VIOLATION,

    /** An opening that is malformed, names a channel that is open, or is one too many (RFC 8832). */
    DATA_CHANNEL_REFUSED,
    /** A message for no channel, or of a kind nobody knows. */
    DATA_CHANNEL_UNKNOWN,
    DATA_CHANNEL_TOO_LONG,
    /** More messages for the chat than anybody means to send, or more than it has looked at yet. */
    CHAT_FLOOD,
    /** A reaction, or a message on a lossy channel, for a reader who has not taken the ones before. */
    CHAT_READER_BEHIND,

    /** The viewer's decoder could not use it yet. */
    WAITING_FOR_KEYFRAME,
    LAYER_NOT_SELECTED,
    /** Nobody watches. */
    NO_SUBSCRIBER,
    /** A retransmission was asked for that is no longer kept. */
    RETRANSMIT_NOT_CACHED,
    RETRANSMIT_TOO_SOON,
    /** A retransmission was asked for that a keyframe sent since has made useless. */
    RETRANSMIT_OUTDATED,
    /** It waited for the pacer until it was of no use: too much did, or its publisher or layer went away. */
    PACER_OVERFLOW,

    SEND_BUFFER_FULL,
    SEND_FAILED,
    SEND_NO_PATH,
    TCP_FRAME_TOO_LARGE,
    TCP_BACKPRESSURE,
    /** A connection over the bound, in all or from its address; closed at once. */
    TCP_REFUSED,
    LOOP_OVERFLOW,
    /** The origin's thread has not taken those before it: the audience behind caches sees a gap. */
    ORIGIN_BEHIND,
    PEER_CLOSED,
    /** A bug: the loop caught an exception while it handled this packet. */
    INTERNAL_ERROR;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name metrics carry, such as {@code srtp_replay}. */
    public String label() {
        return label;
    }
}
