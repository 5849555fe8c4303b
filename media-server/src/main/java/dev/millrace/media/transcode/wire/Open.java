package dev.millrace.media.transcode.wire;

import dev.millrace.media.transcode.TranscodeSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * To the worker: a stream begins.
 *
 * <pre>
 * i32 job | text stream | i32 audio bits a second | u8 audio channels | text configuration of AAC that comes in
 * u8 rungs, each: u16 height, i32 bits a second
 * </pre>
 */
public record Open(int job, TranscodeSpec spec) implements Message {
    static final int KIND = 1;

    @Override
    public int kind() {
        return KIND;
    }

    @Override
    public void write(FieldWriter out) {
        out.u32(job);
        out.text(spec.stream());
        out.u32(spec.audioBps());
        out.u8(spec.audioChannels());
        out.text(spec.aac());
        out.u8(spec.rungs().size());
        for (TranscodeSpec.Rung rung : spec.rungs()) {
            out.u16(rung.height());
            out.u32(rung.bitrateBps());
        }
    }

    static Open read(FieldReader in) {
        int job = in.i32();
        String stream = in.text();
        int audioBps = in.i32();
        int channels = in.u8();
        String aac = in.text();
        int count = in.u8();
        List<TranscodeSpec.Rung> rungs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rungs.add(new TranscodeSpec.Rung(in.u16(), in.i32()));
        }
        return new Open(job, new TranscodeSpec(stream, audioBps, channels, aac, rungs));
    }
}
