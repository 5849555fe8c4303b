package dev.millrace.media.record;

import dev.millrace.media.record.JournalLine.Begun;
import dev.millrace.media.record.JournalLine.Ended;
import dev.millrace.media.record.JournalLine.Opened;
import dev.millrace.media.record.JournalLine.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What a journal tells, up to its last whole line. Not changed once read; any thread. */
final class Story {
    /** Of the journal, in a recording's directory. */
    static final String JOURNAL = "journal";

    private final Begun begun;
    private final SequencedMap<String, Tale> tracks = new LinkedHashMap<>();
    private @Nullable Ended ended;

    private Story(Begun begun) {
        this.begun = begun;
    }

    /**
     * One track of it.
     *
     * @param opened its files, in order
     * @param segments in order
     */
    record Tale(List<Opened> opened, List<Stored> segments) {
        String name() {
            return opened.getFirst().track();
        }

        boolean isVideo() {
            return opened.getFirst().video();
        }

        /** Where the file of the last init segment ends, as far as is known. */
        long knownEnd() {
            Opened last = opened.getLast();
            long end = last.bytes();
            for (Stored segment : segments) {
                if (segment.init() == last.init()) {
                    end = Math.max(end, segment.offset() + segment.bytes());
                }
            }
            return end;
        }

        Optional<Opened> init(int number) {
            return opened.stream().filter(each -> each.init() == number).findFirst();
        }
    }

    /** Empty if there is no whole first line. */
    static Optional<Story> read(Path directory) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(directory.resolve(JOURNAL));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Story story = null;
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            JournalLine line = JournalLine.read(new String(bytes, from, i - from, StandardCharsets.UTF_8))
                    .orElse(null);
            from = i + 1;
            if (story == null && line instanceof Begun begun && begun.version() == JournalLine.VERSION) {
                story = new Story(begun);
            } else if (story == null || line == null || !story.take(line)) {
                break; // what follows a line that cannot be is not believed
            }
        }
        return Optional.ofNullable(story);
    }

    private boolean take(JournalLine line) {
        return switch (line) {
            case Begun again -> false;
            case Opened opened -> {
                tracks.computeIfAbsent(opened.track(), name -> new Tale(new ArrayList<>(), new ArrayList<>()))
                        .opened()
                        .add(opened);
                yield true;
            }
            case Stored stored -> {
                Tale tale = tracks.get(stored.track());
                if (tale != null) {
                    tale.segments().add(stored);
                }
                yield tale != null;
            }
            case Ended last -> {
                ended = last;
                yield true;
            }
        };
    }

    Begun begun() {
        return begun;
    }

    /** Null while it goes on, or if it was cut short. */
    @Nullable
    Ended ended() {
        return ended;
    }

    /** In the order in which they began. */
    List<Tale> tracks() {
        return List.copyOf(tracks.values());
    }

    Optional<Tale> track(String name) {
        return Optional.ofNullable(tracks.get(name));
    }

    /** From the first that any track has to the last. */
    long durationNs() {
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Tale tale : tracks.values()) {
            for (Stored segment : tale.segments()) {
                first = Math.min(first, segment.startNs());
                last = Math.max(last, segment.endNs());
            }
        }
        return Math.max(0, last - first);
    }

    /** Of all segments. */
    long bytes() {
        return tracks.values().stream()
                .flatMap(tale -> tale.segments().stream())
                .mapToLong(Stored::bytes)
                .sum();
    }

    /** The same as a journal, with these segments and that last line. */
    byte[] rewritten(Map<String, List<Stored>> segments, Ended last) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(begun.toBytes());
        tracks.forEach((name, tale) -> {
            tale.opened().forEach(each -> out.writeBytes(each.toBytes()));
            segments.getOrDefault(name, tale.segments()).forEach(each -> out.writeBytes(each.toBytes()));
        });
        out.writeBytes(last.toBytes());
        return out.toByteArray();
    }

    /** The file that an init segment begins. */
    static String fileName(String track, int init) {
        return track + "-" + init + ".mp4";
    }
}
