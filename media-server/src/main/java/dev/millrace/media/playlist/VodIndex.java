package dev.millrace.media.playlist;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the playlist a player of a recording opens first: every picture with each sound (rfc8216bis section 4.4.6). */
public final class VodIndex {
    /**
     * A track.
     *
     * @param uri of its playlist
     * @param peakBps the most bits a second of any of its segments
     * @param width 0 for sound
     * @param channels 0 for pictures
     */
    public record Rendition(
            String name,
            String uri,
            String codecs,
            long peakBps,
            long averageBps,
            int width,
            int height,
            int channels) {
        boolean isVideo() {
            return width > 0;
        }
    }

    private VodIndex() {}

    /** The text. */
    public static String write(List<Rendition> renditions) {
        List<Rendition> pictures =
                renditions.stream().filter(Rendition::isVideo).toList();
        List<Rendition> sounds =
                renditions.stream().filter(each -> !each.isVideo()).toList();
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        if (pictures.isEmpty()) {
            sounds.forEach(sound -> text.append(variant(sound, null)));
            return text.toString();
        }
        for (int i = 0; i < sounds.size(); i++) {
            text.append(media(sounds.get(i), i == 0));
        }
        for (Rendition picture : pictures) {
            if (sounds.isEmpty()) {
                text.append(variant(picture, null));
            }
            sounds.forEach(sound -> text.append(variant(picture, sound)));
        }
        return text.toString();
    }

    private static Attributes media(Rendition sound, boolean first) {
        return new Attributes("EXT-X-MEDIA")
                .plain("TYPE", "AUDIO")
                .quoted("GROUP-ID", sound.name())
                .quoted("NAME", sound.name())
                .plain("DEFAULT", first ? "YES" : "NO")
                .plain("AUTOSELECT", "YES")
                .quoted("CHANNELS", Integer.toString(sound.channels()))
                .quoted("URI", sound.uri());
    }

    private static String variant(Rendition main, @Nullable Rendition sound) {
        List<Rendition> both = new ArrayList<>(List.of(main));
        if (sound != null) {
            both.add(sound);
        }
        Attributes inf = new Attributes("EXT-X-STREAM-INF")
                .plain("BANDWIDTH", both.stream().mapToLong(Rendition::peakBps).sum())
                .plain(
                        "AVERAGE-BANDWIDTH",
                        both.stream().mapToLong(Rendition::averageBps).sum())
                .quoted(
                        "CODECS",
                        String.join(",", both.stream().map(Rendition::codecs).toList()));
        if (main.isVideo()) {
            inf.plain("RESOLUTION", main.width() + "x" + main.height());
        }
        if (sound != null) {
            inf.quoted("AUDIO", sound.name());
        }
        return inf + main.uri() + "\n";
    }
}
