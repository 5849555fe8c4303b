package dev.millrace.e2e;

/** Offers written by hand, for requests that no peer stands behind. */
final class Offers {
    private Offers() {}

    /** A viewer's offer of VP8 and Opus. */
    static String viewer() {
        return """
                v=0
                o=- 4611731400430051336 2 IN IP4 127.0.0.1
                s=-
                t=0 0
                a=group:BUNDLE 0 1
                a=ice-ufrag:abcd
                a=ice-pwd:0123456789012345678901ab
                a=fingerprint:sha-256 %s
                a=setup:actpass
                m=audio 9 UDP/TLS/RTP/SAVPF 111
                c=IN IP4 0.0.0.0
                a=mid:0
                a=recvonly
                a=rtcp-mux
                a=rtpmap:111 opus/48000/2
                m=video 9 UDP/TLS/RTP/SAVPF 96
                c=IN IP4 0.0.0.0
                a=mid:1
                a=recvonly
                a=rtcp-mux
                a=rtpmap:96 VP8/90000
                a=rtcp-fb:96 nack
                a=rtcp-fb:96 nack pli
                """.formatted("AB:".repeat(31) + "CD").replace("\n", "\r\n");
    }
}
