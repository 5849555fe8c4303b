package dev.millrace.media.record;

import dev.millrace.media.record.JournalLine.Ended;
import dev.millrace.media.record.JournalLine.Opened;
import dev.millrace.media.record.JournalLine.Stored;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Ends a recording that was cut short: what is whole up to the last part is kept, torn bytes are cut off. */
final class Repair {
    private final Disk disk;

    Repair(Disk disk) {
        this.disk = disk;
    }

    /** Repairs the directory of a recording that has no last line. */
    void end(Path directory, Story story, Ended last) throws IOException {
        Map<String, List<Stored>> segments = new HashMap<>();
        for (Story.Tale tale : story.tracks()) {
            List<Stored> whole = present(directory, tale);
            rescue(directory, tale, whole);
            segments.put(tale.name(), whole);
        }
        disk.replace(directory.resolve(Story.JOURNAL), story.rewritten(segments, last));
    }

    /** What the journal tells of; after a power cut some of it may never have reached the disk. */
    private static List<Stored> present(Path directory, Story.Tale tale) throws IOException {
        Map<Integer, Long> sizes = new HashMap<>();
        for (Opened opened : tale.opened()) {
            Path path = directory.resolve(Story.fileName(opened.track(), opened.init()));
            sizes.put(opened.init(), Files.isRegularFile(path) ? Files.size(path) : 0);
        }
        List<Stored> present = new ArrayList<>();
        for (Stored each : tale.segments()) {
            boolean there = each.offset() + each.bytes() <= sizes.getOrDefault(each.init(), 0L);
            present.add(there ? each : each.withoutBytes());
        }
        return present;
    }

    /** Adds the segments that were being written when it was cut short: at most one, unless lines were lost. */
    private static void rescue(Path directory, Story.Tale tale, List<Stored> segments) throws IOException {
        Opened opened = tale.opened().getLast();
        Path path = directory.resolve(Story.fileName(opened.track(), opened.init()));
        if (!Files.isRegularFile(path)) {
            return;
        }
        try (SeekableByteChannel file = Files.newByteChannel(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = Math.min(tale.knownEnd(), file.size());
            for (Fragments.Found found : Fragments.after(file, end)) {
                segments.add(rescued(opened, segments, found));
                end = found.offset() + found.bytes();
            }
            if (file.size() > end) {
                file.truncate(end);
            }
        }
    }

    private static Stored rescued(Opened opened, List<Stored> before, Fragments.Found found) {
        long startNs = found.startNs(opened.timescale());
        long endNs = found.endNs(opened.timescale());
        long number = opened.number();
        int epoch = opened.epoch();
        if (!before.isEmpty() && before.getLast().init() == opened.init()) {
            Stored last = before.getLast();
            number = last.number() + 1;
            epoch = last.epoch();
            startNs = last.endNs(); // as segments of an epoch follow each other
        }
        long durationNs = Math.max(0, endNs - startNs);
        return new Stored(
                opened.track(),
                opened.init(),
                number,
                epoch,
                startNs,
                durationNs,
                found.offset(),
                found.bytes(),
                false);
    }
}
