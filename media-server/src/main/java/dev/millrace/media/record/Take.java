package dev.millrace.media.record;

import dev.millrace.media.record.JournalLine.Begun;
import dev.millrace.media.record.JournalLine.Opened;
import dev.millrace.media.record.JournalLine.Stored;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.TrackFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One recording while it is written: a file of every init segment of every track, with the segments behind it, and the
 * journal. Media is written before the line that tells of it. Owned by the disk's thread.
 */
final class Take {
    private final Disk disk;
    private final Path directory;
    private final Disk.Appender journal;
    private final Map<String, TrackFile> files = new LinkedHashMap<>();
    private long bytes;

    /** A segment as the packager's thread saw it; values only, so that it may change meanwhile. */
    record Place(String track, boolean video, Init init, long number, int epoch, long startNs) {}

    /** What is being appended to. */
    private static final class TrackFile {
        private final Init init;
        private final Disk.Appender out;
        private long size;
        private long segmentAt;
        private long number = -1;

        TrackFile(Init init, Disk.Appender out) {
            this.init = init;
            this.out = out;
        }

        void write(byte[] more) throws IOException {
            out.write(more);
            size += more.length;
        }
    }

    /** Makes the directory and writes the first line. */
    Take(Disk disk, Path directory, Begun begun) throws IOException {
        this.disk = disk;
        this.directory = directory;
        disk.makeDirectories(directory);
        this.journal = disk.append(directory.resolve(Story.JOURNAL));
        tell(begun);
    }

    void part(Place place, byte[] data) throws IOException {
        TrackFile file = file(place);
        file.write(data);
        bytes += data.length;
    }

    /** @param whole nothing of it was lost on the way to the disk */
    void segment(Place place, long durationNs, boolean whole) throws IOException {
        TrackFile file = file(place);
        int size = (int) (file.size - file.segmentAt);
        tell(new Stored(
                place.track(),
                place.init().number(),
                place.number(),
                place.epoch(),
                place.startNs(),
                durationNs,
                file.segmentAt,
                size,
                !whole || size == 0));
        file.segmentAt = file.size;
        file.number = -1;
    }

    /** Of all that was written. */
    long bytes() {
        return bytes;
    }

    private TrackFile file(Place place) throws IOException {
        TrackFile file = files.get(place.track());
        if (file == null || file.init.number() != place.init().number()) {
            if (file != null) {
                file.out.close();
            }
            file = open(place);
            files.put(place.track(), file);
        }
        if (file.number != place.number()) {
            file.number = place.number();
            file.segmentAt = file.size;
        }
        return file;
    }

    private TrackFile open(Place place) throws IOException {
        Init init = place.init();
        TrackFile file =
                new TrackFile(init, disk.append(directory.resolve(Story.fileName(place.track(), init.number()))));
        file.write(init.bytes());
        tell(opened(place));
        return file;
    }

    private static Opened opened(Place place) {
        TrackFormat format = place.init().format();
        int width = format instanceof TrackFormat.H264 video ? video.width() : 0;
        int height = format instanceof TrackFormat.H264 video ? video.height() : 0;
        int channels =
                switch (format) {
                    case TrackFormat.Aac aac -> aac.channels();
                    case TrackFormat.Opus opus -> opus.channels();
                    case TrackFormat.H264 video -> 0;
                };
        return new Opened(
                place.track(),
                place.init().number(),
                place.number(),
                place.epoch(),
                place.video(),
                format.codecString(),
                width,
                height,
                channels,
                format.timescale(),
                place.init().bytes().length);
    }

    void tell(JournalLine line) throws IOException {
        journal.write(line.toBytes());
    }

    /** Closes what is open; what fails then was not needed. */
    void close() {
        files.values().forEach(file -> closeQuietly(file.out));
        files.clear();
        closeQuietly(journal);
    }

    private static void closeQuietly(Disk.@Nullable Appender file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // what was written was written
        }
    }
}
