package dev.millrace.perf;

/** What a connection is for: told of packets and time on its loop, sends through the connection. */
interface LightMedia {
    void onConnected(long nowNs);

    /** One decrypted RTP packet; the buffer is the loop's. */
    void onRtp(byte[] buffer, int length, long nowNs);

    /** One decrypted RTCP compound; the buffer is the loop's. */
    void onRtcp(byte[] buffer, int length, long nowNs);

    long nextDeadlineNs();

    void onDeadline(long nowNs);
}
