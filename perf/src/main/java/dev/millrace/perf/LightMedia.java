package dev.millrace.perf;

import dev.millrace.media.srtp.SrtpSession;

/** What a connection is for: told of packets and time on its loop, sends through the connection. */
interface LightMedia {
    void onConnected(long nowNs);

    /** One SRTP packet, as it came: whether it is worth decrypting is for the media to say. */
    void onSrtp(Datagram packet, SrtpSession keys);

    /** One decrypted RTCP compound; the buffer is the loop's. */
    void onRtcp(byte[] buffer, int length, long nowNs);

    long nextDeadlineNs();

    void onDeadline(long nowNs);

    /** What it saw so far. */
    LightStats stats(boolean up, LightJoin join, long nowNs);
}
