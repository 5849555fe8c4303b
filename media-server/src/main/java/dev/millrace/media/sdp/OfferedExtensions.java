package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The header extensions of one section that both sides know (RFC 8285 section 5).
 *
 * @param ids URI → id
 * @param lines what the answer says, values of {@code a=extmap}
 */
record OfferedExtensions(Map<String, Integer> ids, List<String> lines) {
    /** Ids above 14 need the two-byte form, so both sides must be willing to mix the forms. */
    private static final int MAX_ONE_BYTE_ID = 14;

    private static final int MAX_TWO_BYTE_ID = 255;

    /** Ids an offerer with too many extensions uses as placeholders (RFC 8285 section 7). */
    private static final int MAX_VIRTUAL_ID = 4351;

    /**
     * Those of {@code accepted} that can go our way.
     *
     * @param mixed both forms of header may be mixed
     * @param ours which way the section's media goes for us
     */
    static OfferedExtensions read(MediaSection section, Set<HeaderExtension> accepted, boolean mixed, Direction ours)
            throws SdpException {
        Map<String, Integer> ids = new TreeMap<>();
        List<String> answer = new ArrayList<>();
        for (SdpLine line : SdpLines.all(section.lines(), "extmap")) {
            String[] words = line.attributeValue().split(" +", -1);
            int slash = words[0].indexOf('/');
            int id = SdpNumbers.parse(slash < 0 ? words[0] : words[0].substring(0, slash), 1, MAX_VIRTUAL_ID);
            if (id < 0 || words.length < 2) {
                throw new SdpException(line.number(), "expected a=extmap:<id> <uri>");
            }
            HeaderExtension extension = HeaderExtension.of(words[1]);
            String direction = slash < 0 ? "" : words[0].substring(slash);
            boolean usable = id <= (mixed ? MAX_TWO_BYTE_ID : MAX_ONE_BYTE_ID) && flows(direction, ours);
            if (extension == null || !accepted.contains(extension) || !usable || ids.containsValue(id)) {
                continue;
            }
            if (ids.putIfAbsent(words[1], id) == null) {
                answer.add(id + reversed(direction) + " " + words[1]);
            }
        }
        return new OfferedExtensions(ids, answer);
    }

    /** Whether an extension the offerer has in that direction only would ever be in a packet. */
    private static boolean flows(String offered, Direction ours) {
        return switch (offered) {
            case "/sendonly" -> ours.receives();
            case "/recvonly" -> ours.sends();
            case "/inactive" -> false;
            default -> true;
        };
    }

    private static String reversed(String direction) {
        return switch (direction) {
            case "/sendonly" -> "/recvonly";
            case "/recvonly" -> "/sendonly";
            default -> "";
        };
    }
}
