package dev.millrace.media.playlist;

import java.util.List;

/**
 * Writes the media playlist of one track of a recording (rfc8216bis section 4.4.3.5): whole segments only, everything from
 * the first to the last.
 */
public final class VodPlaylist {
    /** EXT-X-MAP outside of I-frame playlists needs it. */
    private static final int VERSION = 6;

    /**
     * A segment.
     *
     * @param map of its init segment
     * @param epoch how many discontinuities came before it and with it
     * @param unixNs when it began
     * @param missing nothing of it is there
     */
    public record Entry(String uri, String map, int epoch, long unixNs, long durationNs, boolean missing) {}

    private VodPlaylist() {}

    /**
     * The text.
     *
     * @param firstEpoch of any track, so that discontinuities have the same numbers in all
     * @param over nothing will be added
     */
    public static String write(List<Entry> entries, int firstEpoch, boolean over) {
        long longestNs = entries.stream().mapToLong(Entry::durationNs).max().orElse(Numbers.NS_PER_S);
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:" + VERSION + "\n")
                .append("#EXT-X-TARGETDURATION:")
                .append(Math.max(1, Math.round(longestNs / (double) Numbers.NS_PER_S)))
                .append("\n#EXT-X-MEDIA-SEQUENCE:0\n");
        int epoch = entries.isEmpty() ? firstEpoch : entries.getFirst().epoch();
        if (epoch > firstEpoch) {
            text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                    .append(epoch - firstEpoch)
                    .append('\n');
        }
        text.append("#EXT-X-PLAYLIST-TYPE:").append(over ? "VOD\n" : "EVENT\n");
        String map = "";
        for (Entry entry : entries) {
            if (entry.epoch() != epoch) {
                text.append("#EXT-X-DISCONTINUITY\n");
            }
            if (!entry.map().equals(map)) {
                text.append(new Attributes("EXT-X-MAP").quoted("URI", entry.map()));
            }
            if (!entry.map().equals(map) || entry.epoch() != epoch) {
                text.append("#EXT-X-PROGRAM-DATE-TIME:")
                        .append(Numbers.date(entry.unixNs()))
                        .append('\n');
            }
            text.append(entry.missing() ? "#EXT-X-GAP\n" : "");
            text.append("#EXTINF:").append(Numbers.seconds(entry.durationNs())).append(",\n");
            text.append(entry.uri()).append('\n');
            map = entry.map();
            epoch = entry.epoch();
        }
        return text.append(over ? "#EXT-X-ENDLIST\n" : "").toString();
    }
}
