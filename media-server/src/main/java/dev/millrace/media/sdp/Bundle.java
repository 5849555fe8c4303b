package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which sections share the one transport (RFC 9143); without BUNDLE only a single section can.
 *
 * @param offered whether the offer has a BUNDLE group
 * @param mids identification tags in the group's order
 */
record Bundle(boolean offered, List<String> mids) {

    static Bundle read(SessionDescription offer) throws SdpException, RefusedException {
        Set<String> known = new HashSet<>();
        for (MediaSection section : offer.media()) {
            if (!section.mid().isEmpty() && !known.add(section.mid())) {
                throw new SdpException(section.line(), "two sections have the same a=mid");
            }
        }
        for (SdpLine group : SdpLines.all(offer.lines(), "group")) {
            List<String> words = Arrays.asList(group.attributeValue().split(" +", -1));
            if (words.getFirst().equals("BUNDLE") && words.size() > 1) {
                List<String> mids = new ArrayList<>(words.subList(1, words.size()));
                mids.removeIf(mid -> !known.contains(mid));
                return new Bundle(true, List.copyOf(mids));
            }
        }
        long live = offer.media().stream()
                .filter(section -> !section.rejected())
                .filter(section -> section.kind() == MediaKind.AUDIO || section.kind() == MediaKind.VIDEO)
                .count();
        if (live > 1) {
            throw new RefusedException(
                    SdpRefusal.NO_BUNDLE,
                    "The offer has " + live + " media sections and no a=group:BUNDLE; this server has one transport"
                            + " for all of them, so offer BUNDLE.");
        }
        return new Bundle(false, List.of());
    }

    /** Whether the section can use our transport. */
    boolean contains(MediaSection section) {
        return !offered || mids.contains(section.mid());
    }

    /** The accepted sections' tags in the offerer's order, for the answer's group. */
    List<String> accepted(List<MediaSection> sections) {
        List<String> accepted = new ArrayList<>(mids);
        accepted.retainAll(sections.stream().map(MediaSection::mid).toList());
        return accepted;
    }

    /**
     * The accepted section whose attributes stand for the transport: the first in the group's order that carries
     * any (a bundle-only section need not).
     */
    MediaSection tagged(List<MediaSection> accepted) {
        for (String mid : mids) {
            for (MediaSection section : accepted) {
                if (section.mid().equals(mid) && section.has("ice-ufrag")) {
                    return section;
                }
            }
        }
        return accepted.getFirst();
    }
}
