package dev.millrace.media.net;

/** What carries a datagram: UDP itself, or a TCP connection with RFC 4571 framing. */
public enum Transport {
    UDP,
    TCP
}
