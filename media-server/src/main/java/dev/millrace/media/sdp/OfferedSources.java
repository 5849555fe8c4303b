package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the SSRCs a section declares beforehand, with their FID and SIM groups (RFC 5576). */
final class OfferedSources {
    /** Three layers with rtx are six; this bounds what a stranger makes us remember. */
    private static final int MAX_SOURCES = 64;

    private static final long MAX_SSRC = 0xFFFF_FFFFL;

    private OfferedSources() {}

    static List<DeclaredSource> read(MediaSection section) throws SdpException {
        Map<Long, String> cnames = new LinkedHashMap<>();
        for (SdpLine line : SdpLines.all(section.lines(), "ssrc")) {
            String[] words = line.attributeValue().split(" +", 2);
            long ssrc = ssrc(line, words[0]);
            String cname = words.length == 2 && words[1].startsWith("cname:") ? words[1].substring(6) : "";
            cnames.merge(ssrc, cname, (known, more) -> known.isEmpty() ? more : known);
            if (cnames.size() > MAX_SOURCES) {
                throw new SdpException(line.number(), "more than " + MAX_SOURCES + " SSRCs in one section");
            }
        }
        Map<Long, Long> rtxOf = new LinkedHashMap<>();
        Set<Long> order = new LinkedHashSet<>();
        for (SdpLine line : SdpLines.all(section.lines(), "ssrc-group")) {
            group(line, rtxOf, order);
        }
        order.addAll(cnames.keySet());
        order.removeAll(rtxOf.values());
        List<DeclaredSource> sources = new ArrayList<>();
        for (long ssrc : order) {
            Long rtx = rtxOf.get(ssrc);
            sources.add(new DeclaredSource(
                    (int) ssrc, rtx != null, rtx == null ? 0 : rtx.intValue(), cnames.getOrDefault(ssrc, "")));
        }
        return sources.size() > MAX_SOURCES ? sources.subList(0, MAX_SOURCES) : sources;
    }

    private static void group(SdpLine line, Map<Long, Long> rtxOf, Set<Long> order) throws SdpException {
        String[] words = line.attributeValue().split(" +", -1);
        if (words[0].equals("FID") && words.length == 3) {
            rtxOf.put(ssrc(line, words[1]), ssrc(line, words[2]));
        } else if (words[0].equals("SIM")) {
            for (int i = 1; i < words.length; i++) {
                order.add(ssrc(line, words[i]));
            }
        }
    }

    private static long ssrc(SdpLine line, String text) throws SdpException {
        long ssrc = SdpNumbers.parseLong(text, 0, MAX_SSRC);
        if (ssrc < 0) {
            throw new SdpException(line.number(), "an SSRC is a number from 0 to 4294967295");
        }
        return ssrc;
    }
}
