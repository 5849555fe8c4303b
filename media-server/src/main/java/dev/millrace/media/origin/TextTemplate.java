package dev.millrace.media.origin;

import dev.millrace.media.control.StoredText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A playlist or manifest rendered once for all, with places behind every name for what a player carries on, such as its
 * token. Any thread.
 */
final class TextTemplate {
    /** Stands for what is carried on; for private use, so no text has it. */
    static final String PLACE = "\uE000";

    private final String mediaType;
    private final boolean xml;
    private final List<String> pieces;
    private final StoredText bare;

    /** Whoever embeds a player gives the same token to many. */
    private volatile @Nullable Filled latest;

    private record Filled(String carried, StoredText text) {}

    TextTemplate(String mediaType, boolean xml, String text) {
        this.mediaType = mediaType;
        this.xml = xml;
        this.pieces = split(text);
        this.bare = new StoredText(mediaType, String.join("", pieces));
    }

    private static List<String> split(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(PLACE); at >= 0; at = text.indexOf(PLACE, from)) {
            pieces.add(text.substring(from, at));
            from = at + 1;
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    /** Whether it can stand in a text: visible ASCII that nothing has to be done about but in XML. */
    static boolean isFit(String carried) {
        return carried.chars().allMatch(each -> each > ' ' && each < 0x7f && "\"'<>$\\".indexOf(each) < 0);
    }

    /** The text for those who carry this on. */
    StoredText with(String carried) {
        if (carried.isEmpty()) {
            return bare;
        }
        Filled known = latest;
        if (known != null && known.carried().equals(carried)) {
            return known.text();
        }
        String between = xml ? carried.replace("&", "&amp;") : carried;
        StoredText text = new StoredText(mediaType, String.join(between, pieces));
        latest = new Filled(carried, text);
        return text;
    }
}
