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
        text.append("#EXT-X-MEDIA-SEQUENCE:").append(first.number()).append('\n');
        text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                .append(first.epoch() - (first.isDiscontinuity() ? 1 : 0))
                .append('\n');
        long[] ages = ages(present);
        int skipped = skip ? skippable(ages) : 0;
        Item before = past.isEmpty() ? null : past.getLast();
        if (skipped > 0) {
            text.append(new Attributes("EXT-X-SKIP").plain("SKIPPED-SEGMENTS", past.size() + skipped));
            before = null; // Shaka takes the init segment of a delta from the delta, or else none
        } else {
            text.append(pasts.computeIfAbsent(listing, any -> new PastText(names))
                    .write(past, listing.changes(), originUnixNs));
        }
        for (int i = skipped; i < present.size(); i++) {
            Item item = present.get(i);
            if (item.segment().isComplete() || !item.segment().parts().isEmpty()) {
                boolean whole = i < present.size() - 1 ? item.segment().isComplete() : edge.isWhole(item.segment());
                text.append(text(item, before, ages[i] <= timing.partsUntilNs(), whole, originUnixNs));
                before = item;
            }
        }
        return text.append(
                        edge.ended() ? "#EXT-X-ENDLIST\n" : ahead(listing, renditions, present.getLast(), before, edge))
                .toString();
    }

    /** How much there is to play behind each: what nobody was there for does not make it older. */
    private static long[] ages(List<Item> items) {
        long[] ages = new long[items.size()];
        for (int i = items.size() - 2; i >= 0; i--) {
            ages[i] = ages[i + 1] + items.get(i + 1).segment().durationNs();
        }
        return ages;
    }

    /** How many segments are older than what a delta must tell. */
    private int skippable(long[] ages) {
        int count = 0;
        while (count < ages.length && ages[count] > timing.skipUntilNs()) {
            count++;
        }
        return count;
    }

    private String text(Item item, @Nullable Item before, boolean inParts, boolean whole, long originUnixNs) {
        Segment segment = item.segment();
        StringBuilder text = new StringBuilder(SegmentTags.before(names, item, before, originUnixNs));
        if (inParts) {
            for (Part part : segment.parts()) {
                text.append(PartTags.part(names, item.track(), segment, part));
            }
        }
        return text.append(whole ? SegmentTags.after(names, item, before, originUnixNs) : "")
                .toString();
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
                text.append(RenditionReport.of(names, other, edge));
            }
        }
        return text.toString();
    }
}
