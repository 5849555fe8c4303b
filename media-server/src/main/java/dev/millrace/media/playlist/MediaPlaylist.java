package dev.millrace.media.playlist;

import dev.millrace.media.playlist.Listing.Item;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a media playlist, whole or as a delta (rfc8216bis sections 4.4.3 to 4.4.5, 6.2.5.1). Plain players play from the
 * same text and ignore the parts.
 */
public final class MediaPlaylist {
    /** EXT-X-SKIP needs it. */
    static final int VERSION = 9;

    private final Names names;
    private final Timing timing;
    private final Map<Listing, PastText> pasts = new HashMap<>();

    public MediaPlaylist(Names names, Timing timing) {
        this.names = names;
        this.timing = timing;
    }

    /**
     * The text.
     *
     * @param renditions all of the broadcast, for reports about the others
     * @param skip a delta is wanted, if there is enough to leave out
     * @param originUnixNs Unix time at 0 of the timeline
     */
    public String write(Listing listing, List<Listing> renditions, boolean skip, Edge edge, long originUnixNs) {
        List<Item> present = listing.present();
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:" + VERSION + "\n")
                .append(timing.covering(renditions.stream().map(Listing::own).toList())
                        .tags());
        if (present.isEmpty()) {
            return text.append("#EXT-X-MEDIA-SEQUENCE:0\n").toString();
        }
        List<Item> past = listing.past(present.getFirst().segment().number());
        Segment first = (past.isEmpty() ? present : past).getFirst().segment();
        long endNs = endNs(present.getLast().segment());
        text.append("#EXT-X-MEDIA-SEQUENCE:").append(first.number()).append('\n');
        text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                .append(first.epoch() - (first.isDiscontinuity() ? 1 : 0))
                .append('\n');
        int skipped = skip ? skippable(present, endNs) : 0;
        Item before = past.isEmpty() ? null : past.getLast();
        if (skipped > 0) {
            text.append(new Attributes("EXT-X-SKIP").plain("SKIPPED-SEGMENTS", past.size() + skipped));
            before = null; // Shaka takes the init segment of a delta from the delta, or else none
        } else {
            text.append(pasts.computeIfAbsent(listing, any -> new PastText(names))
                    .write(past, listing.changes(), originUnixNs));
        }
        for (Item item : present.subList(skipped, present.size())) {
            if (item.segment().isComplete() || !item.segment().parts().isEmpty()) {
                write(text, item, before, endNs, originUnixNs);
                before = item;
            }
        }
        return text.append(
                        edge.ended() ? "#EXT-X-ENDLIST\n" : ahead(listing, renditions, present.getLast(), before, edge))
                .toString();
    }

    private static long endNs(Segment segment) {
        return segment.startNs() + segment.durationNs();
    }

    /** How many segments are older than what a delta must tell. */
    private int skippable(List<Item> items, long endNs) {
        int count = 0;
        for (Item item : items) {
            if (endNs - endNs(item.segment()) <= timing.skipUntilNs()) {
                break;
            }
            count++;
        }
        return count;
    }

    private void write(StringBuilder text, Item item, @Nullable Item before, long endNs, long originUnixNs) {
        Segment segment = item.segment();
        text.append(SegmentTags.before(names, item, before, originUnixNs));
        if (endNs - endNs(segment) <= timing.partsUntilNs()) {
            for (Part part : segment.parts()) {
                text.append(PartTags.part(names, item.track(), segment, part));
            }
        }
        if (segment.isComplete()) {
            text.append(SegmentTags.after(names, item));
        }
    }

    /** What comes next, and how far the others are. */
    private String ahead(Listing listing, List<Listing> renditions, Item last, @Nullable Item before, Edge edge) {
        StringBuilder text = new StringBuilder();
        Segment segment = last.segment();
        if (!segment.isComplete()) {
            if (SegmentTags.needsMap(last, before)) {
                text.append(PartTags.hint(names, last.track(), segment.init()));
            }
            text.append(PartTags.hint(
                    names, last.track(), segment.number(), segment.parts().size()));
        } else if (segment.epoch() == edge.epoch()) {
            // Else nobody knows yet whose segment will be next, or whether there will be one.
            text.append(PartTags.hint(names, last.track(), segment.number() + 1, 0));
        }
        for (Listing other : renditions) {
            if (other != listing) {
                text.append(RenditionReport.of(names, other));
            }
        }
        return text.toString();
    }
}
