package dev.millrace.media.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A media playlist as a player reads it: what it lists must be in order, whoever's it is. */
final class PlaylistText {
    private static final Pattern WHOLE = Pattern.compile("(\\w+)-\\w+-e(\\d+)-(\\d+)\\.m4s");
    private static final Pattern PART = Pattern.compile("EXT-X-PART:.*URI=\"(\\w+)-\\w+-(\\d+)\\.(\\d+)\\.m4s\".*");

    /** A whole segment. */
    record Listed(String track, int epoch, long number, boolean gap, String tags) {}

    final List<Listed> segments = new ArrayList<>();
    final List<String> openParts = new ArrayList<>();
    long first;
    int skipped;
    private int epoch;
    private String map = "";

    PlaylistText(String text) {
        StringBuilder tags = new StringBuilder();
        boolean head = true;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) {
                first = Long.parseLong(line.substring(line.indexOf(':') + 1));
            } else if (line.startsWith("#EXT-X-DISCONTINUITY-SEQUENCE:")) {
                epoch = Integer.parseInt(line.substring(line.indexOf(':') + 1));
                head = false;
            } else if (line.startsWith("#EXT-X-SKIP:")) {
                skipped = Integer.parseInt(line.substring(line.indexOf('=') + 1));
            } else if (!head && line.startsWith("#EXT-X-PRELOAD-HINT")) {
                break;
            } else if (!head && line.startsWith("#")) {
                tag(line);
                tags.append(line).append('\n');
            } else if (!head && !line.isEmpty()) {
                segment(line, tags.append(line).append('\n').toString());
                tags.setLength(0);
            }
        }
    }

    private void tag(String line) {
        if (line.equals("#EXT-X-DISCONTINUITY")) {
            epoch++;
            map = "";
        } else if (line.startsWith("#EXT-X-MAP")) {
            map = line.replaceAll(".*URI=\"(\\w+)-.*", "$1");
        }
        Matcher part = PART.matcher(line);
        if (part.find()) {
            assertThat(part.group(1))
                    .as("the init of %s", line)
                    .isEqualTo(skipped > 0 && map.isEmpty() ? part.group(1) : map);
            openParts.add(part.group(1) + part.group(2) + "." + part.group(3));
        }
    }

    private void segment(String uri, String tags) {
        Matcher whole = WHOLE.matcher(uri);
        assertThat(whole.matches()).as(uri).isTrue();
        long number = Long.parseLong(whole.group(3));
        int of = Integer.parseInt(whole.group(2));
        assertThat(number).as(uri).isEqualTo(first + skipped + segments.size());
        if (skipped == 0) {
            assertThat(whole.group(1)).as("the init of %s", uri).isEqualTo(map);
            assertThat(of).as("discontinuities before %s", uri).isEqualTo(epoch);
        }
        segments.add(new Listed(whole.group(1), of, number, tags.contains("#EXT-X-GAP"), tags));
        openParts.clear();
    }

    /** Of the segment that is not whole. */
    long next() {
        return first + skipped + segments.size();
    }

    /** Whose segments are listed, one after the other. */
    List<String> tracks() {
        List<String> tracks = new ArrayList<>();
        for (Listed each : segments) {
            if (tracks.isEmpty() || !tracks.getLast().equals(each.track())) {
                tracks.add(each.track());
            }
        }
        return tracks;
    }

    Listed last() {
        return segments.getLast();
    }

    /** What a player knows that applied this delta to what it knew. */
    List<String> over(PlaylistText before) {
        List<String> all = new ArrayList<>();
        before.segments.stream()
                .filter(each -> each.number() >= first && each.number() < first + skipped)
                .forEach(each -> all.add(each.track() + each.number()));
        segments.forEach(each -> all.add(each.track() + each.number()));
        return all;
    }

    List<String> known() {
        return segments.stream().map(each -> each.track() + each.number()).toList();
    }
}
