package dev.millrace.media.sdp;

import java.util.List;

/**
 * The offerer's end of the one bundled transport.
 *
 * @param ufrag ICE user name fragment
 * @param pwd ICE password
 * @param iceLite the offerer only answers checks (RFC 8445 section 2.5)
 * @param candidates values of {@code a=candidate:} without that prefix
 * @param fingerprints at least one; any of them may match (RFC 8122 section 5)
 * @param setup which part of the handshake is ours
 * @param trickle the offerer understands trickled candidates (RFC 8840)
 * @param endOfCandidates there are no candidates but those above
 */
public record RemoteTransport(
        String ufrag,
        String pwd,
        boolean iceLite,
        List<String> candidates,
        List<Fingerprint> fingerprints,
        LocalSetup setup,
        boolean trickle,
        boolean endOfCandidates) {
    public RemoteTransport {
        candidates = List.copyOf(candidates);
        fingerprints = List.copyOf(fingerprints);
    }
}
