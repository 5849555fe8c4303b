package dev.millrace.perf;

import dev.millrace.media.srtp.SrtpSession;

/** Where the RTCP of a client's media goes. */
@FunctionalInterface
interface RtcpOutput {
    /** Encrypts in place and sends; needs {@link SrtpSession#MAX_TRAILER_LENGTH} bytes of room. */
    void sendRtcp(byte[] b, int length);
}
