package dev.millrace.media.net;

/** What carries a datagram: UDP itself, or a frame on an ICE-TCP connection (RFC 4571). */
public enum Transport {
    UDP,
    TCP
}
