package dev.millrace.media.playlist;

import dev.millrace.media.playlist.Listing.Item;
import java.util.ArrayDeque;
import java.util.List;

/**
 * What a media playlist says of the segments that left memory: hours of them, so each is written once, when it comes, and
 * cut off when it goes. Owned by the packager's thread.
 */
final class PastText {
    /**
     * A segment's tags in the text.
     *
     * @param headed they say which init segment it needs, and when it was; the first one's have to
     */
    private record Line(Item item, int length, boolean headed) {
        long number() {
            return item.segment().number();
        }
    }

    private final Names names;
    private final StringBuilder text = new StringBuilder();
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long changes;

    PastText(Names names) {
        this.names = names;
    }

    /**
     * All of it; what stands behind it needs no EXT-X-MAP if it has the init segment of the last.
     *
     * @param nowChanges as {@link Listing#changes} has it
     */
    CharSequence write(List<Item> past, long nowChanges, long originUnixNs) {
        if (nowChanges != changes) {
            changes = nowChanges;
            text.setLength(0);
            lines.clear();
        }
        cut(past);
        append(past, originUnixNs);
        Line first = lines.peekFirst();
        return first == null || first.headed() ? text : head(first.item(), originUnixNs) + text;
    }

    private String head(Item item, long originUnixNs) {
        return SegmentTags.map(names, item) + SegmentTags.date(item.segment(), originUnixNs);
    }

    private void cut(List<Item> past) {
        int gone = 0;
        while (!lines.isEmpty()
                && (past.isEmpty()
                        || lines.getFirst().number() < past.getFirst().segment().number())) {
            gone += lines.remove().length();
        }
        text.delete(0, gone);
    }

    private void append(List<Item> past, long originUnixNs) {
        Line last = lines.peekLast();
        int from = past.size();
        while (from > 0 && (last == null || past.get(from - 1).segment().number() > last.number())) {
            from--;
        }
        Item before = last == null ? null : last.item();
        for (Item item : past.subList(from, past.size())) {
            int at = text.length();
            boolean headed = SegmentTags.needsMap(item, before);
            text.append(item.segment().isDiscontinuity() ? "#EXT-X-DISCONTINUITY\n" : "");
            boolean stands = item.segment().standsLongerNs() > 0;
            text.append(
                    headed ? head(item, originUnixNs) : stands ? SegmentTags.date(item.segment(), originUnixNs) : "");
            text.append(SegmentTags.end(names, item));
            lines.add(new Line(item, text.length() - at, headed));
            before = item;
        }
    }
}
