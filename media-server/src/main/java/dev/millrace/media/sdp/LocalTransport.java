package dev.millrace.media.sdp;

import java.util.List;

/**
 * Our end of the one bundled transport, as an answer writes it.
 *
 * @param ufrag ICE user name fragment (RFC 8839 section 5.4)
 * @param pwd ICE password
 * @param fingerprint SHA-256 of our DTLS certificate as {@code AB:CD:…} (RFC 8122), without the algorithm's name
 * @param candidates values of {@code a=candidate:} without that prefix, all we will ever have
 */
public record LocalTransport(String ufrag, String pwd, String fingerprint, List<String> candidates) {
    public LocalTransport {
        candidates = List.copyOf(candidates);
    }
}
