package dev.millrace.media.segment;

import dev.millrace.media.frames.Ticks;
import dev.millrace.media.rtp.rtcp.NtpTime;
import java.util.List;

/**
 * Writes one CMAF chunk: what a part is made of (ISO/IEC 23000-19 section 7.3.2, ISO/IEC 14496-12 section 8.8).
 *
 * <pre>
 * styp   only before the first chunk of a segment     prft   the wall clock of its first sample
 * moof ( mfhd  traf ( tfhd tfdt trun ) )              mdat
 * </pre>
 *
 * <p>The chunks of a segment, one after the other, are the segment.
 */
final class FragmentWriter {
    private static final int DEFAULT_BASE_IS_MOOF = 0x02_0000;
    private static final int TRUN_DATA_OFFSET = 0x1;
    private static final int TRUN_DURATION = 0x100;
    private static final int TRUN_SIZE = 0x200;
    private static final int TRUN_FLAGS = 0x400;
    private static final int TRUN_COMPOSITION = 0x800;

    private static final int SYNC = 0x0200_0000;
    private static final int NOT_SYNC = 0x0101_0000;
    private static final int NOBODY_DEPENDS = 0x0080_0000;

    /** The time told is that of capture, ISO/IEC 14496-12 section 8.16.5. */
    private static final int PRFT_CAPTURED = 24;

    /** Everything but the samples themselves. */
    private static final int HEAD_BYTES = 256;

    private static final int BYTES_PER_SAMPLE = 16;

    private final TrackFormat format;

    FragmentWriter(TrackFormat format) {
        this.format = format;
    }

    /**
     * Writes a chunk.
     *
     * @param sequence of this chunk in its track, from 1
     * @param first it begins a segment
     * @param endNs when the last sample is over
     * @param unixNs the wall clock at 0 of the timeline
     */
    byte[] write(long sequence, boolean first, List<Sample> samples, long endNs, long unixNs) {
        int payload = samples.stream().mapToInt(each -> each.data().length).sum();
        BoxWriter out = new BoxWriter(HEAD_BYTES + BYTES_PER_SAMPLE * samples.size() + payload);
        Sample begin = samples.getFirst();
        if (first) {
            styp(out);
            int prft = out.beginFull("prft", 1, PRFT_CAPTURED);
            out.u32(InitSegment.TRACK_ID).u64(NtpTime.ofUnixNanos(unixNs + begin.presentNs()));
            out.u64(ticks(begin.presentNs()));
            out.end(prft);
        }
        moof(out, sequence, begin.decodeNs(), samples, endNs);
        int mdat = out.begin("mdat");
        samples.forEach(each -> out.bytes(each.data()));
        out.end(mdat);
        return out.toBytes();
    }

    /** A segment of that time without a sample, for players that wait for each number that there is. */
    byte[] writeNothing(long startNs) {
        BoxWriter out = new BoxWriter(HEAD_BYTES);
        styp(out);
        moof(out, 0, startNs, List.of(), startNs);
        out.end(out.begin("mdat"));
        return out.toBytes();
    }

    private static void styp(BoxWriter out) {
        int styp = out.begin("styp");
        out.text("msdh").u32(0).text("msdh").text("cmfs").text("cmfl");
        out.end(styp);
    }

    private void moof(BoxWriter out, long sequence, long decodeNs, List<Sample> samples, long endNs) {
        int moof = out.begin("moof");
        int mfhd = out.beginFull("mfhd", 0, 0);
        out.u32(sequence);
        out.end(mfhd);
        int traf = out.begin("traf");
        int tfhd = out.beginFull("tfhd", 0, DEFAULT_BASE_IS_MOOF);
        out.u32(InitSegment.TRACK_ID);
        out.end(tfhd);
        int tfdt = out.beginFull("tfdt", 1, 0);
        out.u64(ticks(decodeNs));
        out.end(tfdt);
        int offsetAt = trun(out, samples, endNs);
        out.end(traf);
        out.end(moof);
        out.patch32(offsetAt, out.position() - moof + 8);
    }

    /** Answers where the offset of the data is to be written. */
    private int trun(BoxWriter out, List<Sample> samples, long endNs) {
        boolean composed = samples.stream().anyMatch(each -> ticks(each.presentNs()) != ticks(each.decodeNs()));
        int flags = TRUN_DATA_OFFSET
                | TRUN_DURATION
                | TRUN_SIZE
                | (format.isVideo() ? TRUN_FLAGS : 0)
                | (composed ? TRUN_COMPOSITION : 0);
        int trun = out.beginFull("trun", 1, flags);
        out.u32(samples.size());
        int offsetAt = out.position();
        out.u32(0);
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            long decode = ticks(sample.decodeNs());
            long end = ticks(i + 1 < samples.size() ? samples.get(i + 1).decodeNs() : endNs);
            out.u32(end - decode).u32(sample.data().length);
            if (format.isVideo()) {
                out.u32(flags(sample));
            }
            if (composed) {
                out.u32(ticks(sample.presentNs()) - decode);
            }
        }
        out.end(trun);
        return offsetAt;
    }

    private static int flags(Sample sample) {
        return sample.sync() ? SYNC : sample.discardable() ? NOT_SYNC | NOBODY_DEPENDS : NOT_SYNC;
    }

    private long ticks(long ns) {
        return Ticks.ofNs(ns, format.timescale());
    }
}
