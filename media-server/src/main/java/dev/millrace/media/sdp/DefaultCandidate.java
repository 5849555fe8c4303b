package dev.millrace.media.sdp;

import java.util.List;

/**
 * The address that m= and c= lines show: the first UDP candidate's, IPv4 before IPv6 (RFC 8839 section 4.2.1.3);
 * without one, port 9 of nowhere.
 */
record DefaultCandidate(String family, String address, int port) {
    private static final DefaultCandidate NOWHERE = new DefaultCandidate("IP4", "0.0.0.0", 9);

    static DefaultCandidate of(List<String> candidates) {
        DefaultCandidate found = NOWHERE;
        for (String candidate : candidates) {
            // foundation component transport priority address port typ type …
            String[] words = candidate.split(" +", -1);
            int port = words.length < 8 ? -1 : SdpNumbers.parse(words[5], 1, 65535);
            if (port < 0 || !words[2].equalsIgnoreCase("udp")) {
                continue;
            }
            if (words[4].matches("[0-9.]+")) {
                return new DefaultCandidate("IP4", words[4], port);
            }
            if (found.equals(NOWHERE) && words[4].indexOf(':') >= 0) {
                found = new DefaultCandidate("IP6", words[4], port);
            }
        }
        return found;
    }
}
