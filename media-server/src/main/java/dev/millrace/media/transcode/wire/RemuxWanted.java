package dev.millrace.media.transcode.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * To the worker: one MP4 of several tracks, copied as they are.
 *
 * <pre>
 * i32 request | u8 tracks, each: list of paths to read in order | text path to write
 * </pre>
 */
public record RemuxWanted(int request, List<List<String>> tracks, String output) implements Message {
    static final int KIND = 6;

    public RemuxWanted {
        tracks = tracks.stream().map(List::copyOf).toList();
    }

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(request);
        out.u8(tracks.size());
        for (List<String> files : tracks) {
            out.list(files.stream()
                    .map(path -> path.getBytes(StandardCharsets.UTF_8))
                    .toList());
        }
        out.text(output);
    }

    static RemuxWanted read(FieldReader in) {
        int request = in.i32();
        int count = in.u8();
        List<List<String>> tracks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tracks.add(in.list().stream()
                    .map(path -> new String(path, StandardCharsets.UTF_8))
                    .toList());
        }
        return new RemuxWanted(request, tracks, in.text());
    }
}
