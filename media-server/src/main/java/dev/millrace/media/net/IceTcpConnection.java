package dev.millrace.media.net;

/** One accepted ICE-TCP connection. */
final class IceTcpConnection {
    boolean offer(byte[] buffer, int offset, int length) {
        return false;
    }

    void flush() {}
}
