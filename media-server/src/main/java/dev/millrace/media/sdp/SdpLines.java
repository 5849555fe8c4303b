package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Look-ups in a list of lines that session and media sections share. */
final class SdpLines {
    private SdpLines() {}

    static @Nullable SdpLine first(List<SdpLine> lines, String attribute) {
        for (SdpLine line : lines) {
            if (line.attributeName().equals(attribute)) {
                return line;
            }
        }
        return null;
    }

    static @Nullable String attribute(List<SdpLine> lines, String name) {
        SdpLine line = first(lines, name);
        return line == null ? null : line.attributeValue();
    }

    static List<SdpLine> all(List<SdpLine> lines, String attribute) {
        List<SdpLine> found = new ArrayList<>();
        for (SdpLine line : lines) {
            if (line.attributeName().equals(attribute)) {
                found.add(line);
            }
        }
        return found;
    }

    static List<String> attributes(List<SdpLine> lines, String name) {
        return all(lines, name).stream().map(SdpLine::attributeValue).toList();
    }
}
