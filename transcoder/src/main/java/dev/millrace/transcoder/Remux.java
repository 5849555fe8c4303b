package dev.millrace.transcoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * Copies tracks, each out of a row of fragmented MP4s, into one progressive MP4 with its index first. All files are on one
 * timeline; the earliest moment of them becomes zero. Owned by one thread.
 */
final class Remux implements AutoCloseable {
    private final AVFormatContext output = new AVFormatContext(null);
    private final AVIOContext io = new AVIOContext(null);
    private final List<RemuxTrack> tracks = new ArrayList<>();
    private boolean opened;

    private Remux() {}

    /** Writes beside {@code output} and renames what is whole. */
    static void run(List<List<String>> tracks, String output) {
        Path target = Path.of(output);
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        try {
            try (Remux remux = new Remux()) {
                remux.write(tracks, unfinished.toString());
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (MediaException e) {
            delete(unfinished);
            throw e;
        } catch (IOException e) {
            delete(unfinished);
            throw new MediaException("cannot write " + target.getFileName() + ": " + e.getMessage());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<List<String>> files, String path) {
        Av.check(avformat.avformat_alloc_output_context2(output, (AVOutputFormat) null, "mp4", path), "write an MP4");
        for (List<String> each : files) {
            RemuxTrack track = new RemuxTrack(each);
            tracks.add(track);
            track.describe(Av.some(avformat.avformat_new_stream(output, null), "have another track"));
        }
        Av.check(
                avformat.avio_open(io, path, avformat.AVIO_FLAG_WRITE),
                "write " + Path.of(path).getFileName());
        output.pb(io);
        opened = true;
        AVDictionary options = new AVDictionary(null);
        Av.check(avutil.av_dict_set(options, "movflags", "+faststart", 0), "put the index first");
        int header = avformat.avformat_write_header(output, options);
        avutil.av_dict_free(options);
        Av.check(header, "write an MP4 of these tracks");
        copy();
        Av.check(avformat.av_write_trailer(output), "end the MP4");
    }

    private void copy() {
        long startUs = Long.MAX_VALUE;
        for (RemuxTrack track : tracks) {
            startUs = Math.min(startUs, track.nextUs());
        }
        for (RemuxTrack next = earliest(); next != null; next = earliest()) {
            next.write(output, startUs);
        }
    }

    private @Nullable RemuxTrack earliest() {
        RemuxTrack earliest = null;
        for (RemuxTrack track : tracks) {
            if (track.hasNext() && (earliest == null || track.nextUs() < earliest.nextUs())) {
                earliest = track;
            }
        }
        return earliest;
    }

    @Override
    public void close() {
        tracks.forEach(RemuxTrack::close);
        if (opened) {
            avformat.avio_closep(io);
        }
        if (!output.isNull()) {
            avformat.avformat_free_context(output);
        }
    }
}
