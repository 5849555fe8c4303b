package dev.millrace.media.record;

import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.StoredText;
import dev.millrace.media.playlist.VodIndex;
import dev.millrace.media.playlist.VodPlaylist;
import dev.millrace.media.record.JournalLine.Opened;
import dev.millrace.media.record.JournalLine.Stored;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a player is given of a recording: playlists by its story, segments out of its files. Any thread. */
final class Playback {
    static final String INDEX = "index.m3u8";

    private static final Pattern PLAYLIST = Pattern.compile("([A-Za-z0-9_-]{1,64})\\.m3u8");
    private static final Pattern INIT = Pattern.compile("([A-Za-z0-9_-]{1,64})-init-(\\d{1,9})\\.mp4");
    private static final Pattern SEGMENT = Pattern.compile("([A-Za-z0-9_-]{1,64})-(\\d{1,12})\\.m4s");

    private static final double BITS_TIMES_NS = 8e9;

    private final Path directory;
    private final Story story;

    Playback(Path directory, Story story) {
        this.directory = directory;
        this.story = story;
    }

    Recorded.Reply fetch(String object, String carried) {
        if (object.equals(INDEX)) {
            return text(index(carried));
        }
        Matcher init = INIT.matcher(object);
        if (init.matches()) {
            return init(init.group(1), Integer.parseInt(init.group(2)));
        }
        Matcher segment = SEGMENT.matcher(object);
        if (segment.matches()) {
            return segment(segment.group(1), Long.parseLong(segment.group(2)));
        }
        Matcher playlist = PLAYLIST.matcher(object);
        Optional<Story.Tale> tale = playlist.matches() ? story.track(playlist.group(1)) : Optional.empty();
        return tale.isPresent() ? text(media(tale.get(), carried)) : none();
    }

    private Recorded.Reply text(String text) {
        return new Recorded.Text(new StoredText("application/vnd.apple.mpegurl", text), story.ended() != null);
    }

    private Recorded.Reply init(String track, int number) {
        return story.track(track)
                .flatMap(tale -> tale.init(number))
                .<Recorded.Reply>map(
                        opened -> new Recorded.Slice(type(opened.video()), file(track, number), 0, opened.bytes()))
                .orElseGet(Playback::none);
    }

    private Recorded.Reply segment(String track, long number) {
        Optional<Story.Tale> tale = story.track(track);
        if (tale.isEmpty()) {
            return none();
        }
        List<Stored> segments = tale.get().segments();
        int at = Collections.binarySearch(
                segments.stream().map(Stored::number).toList(), number, Comparator.naturalOrder());
        if (at < 0 || segments.get(at).bytes() == 0) {
            return none();
        }
        Stored found = segments.get(at);
        return new Recorded.Slice(type(tale.get().isVideo()), file(track, found.init()), found.offset(), found.bytes());
    }

    private static Recorded.Reply none() {
        return new Recorded.Refused(
                RefusalKind.NO_SUCH_RECORDING, "The recording has no such object; load its index.m3u8.");
    }

    private Path file(String track, int init) {
        return directory.resolve(Story.fileName(track, init));
    }

    private static String type(boolean video) {
        return video ? "video/mp4" : "audio/mp4";
    }

    private String media(Story.Tale tale, String carried) {
        int firstEpoch = story.tracks().stream()
                .filter(each -> !each.segments().isEmpty())
                .mapToInt(each -> each.segments().getFirst().epoch())
                .min()
                .orElse(0);
        List<VodPlaylist.Entry> entries = new ArrayList<>();
        for (Stored each : new Succession(story).of(tale)) {
            entries.add(new VodPlaylist.Entry(
                    each.track() + "-" + each.number() + ".m4s" + carried,
                    each.track() + "-init-" + each.init() + ".mp4" + carried,
                    each.epoch(),
                    story.begun().originUnixNs() + each.startNs(),
                    each.durationNs(),
                    each.bytes() == 0));
        }
        return VodPlaylist.write(entries, firstEpoch, story.ended() != null);
    }

    private String index(String carried) {
        List<VodIndex.Rendition> renditions = new ArrayList<>();
        for (Story.Tale tale : story.tracks()) {
            Opened largest = largest(tale);
            renditions.add(new VodIndex.Rendition(
                    tale.name(),
                    tale.name() + ".m3u8" + carried,
                    largest.codecs(),
                    peakBps(tale),
                    averageBps(tale),
                    largest.width(),
                    largest.height(),
                    largest.channels()));
        }
        renditions.sort(Comparator.comparing(each -> -each.height()));
        return VodIndex.write(renditions);
    }

    /** Its pictures may have changed their size. */
    static Opened largest(Story.Tale tale) {
        return Collections.max(tale.opened(), Comparator.comparingInt(Opened::height));
    }

    private static long peakBps(Story.Tale tale) {
        return tale.segments().stream()
                .filter(each -> each.durationNs() > 0)
                .mapToLong(each -> (long) (each.bytes() * BITS_TIMES_NS / each.durationNs()))
                .max()
                .orElse(1);
    }

    static long averageBps(Story.Tale tale) {
        long bytes = 0;
        long ns = 0;
        for (Stored each : tale.segments()) {
            bytes += each.bytes();
            ns += each.durationNs();
        }
        return ns == 0 ? 1 : (long) (bytes * BITS_TIMES_NS / ns);
    }
}
