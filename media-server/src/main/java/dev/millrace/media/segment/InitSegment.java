package dev.millrace.media.segment;

/**
 * Writes a CMAF header: what a player needs before any part of a track (ISO/IEC 23000-19 section 7.3.1, ISO/IEC 14496-12
 * section 8.2). One track a file, its number is 1.
 */
final class InitSegment {
    static final int TRACK_ID = 1;

    private static final int MOVIE_TIMESCALE = 1000;
    private static final int ONE_16_16 = 1 << 16;
    private static final int ENABLED_IN_MOVIE_AND_PREVIEW = 7;
    private static final int SELF_CONTAINED = 1;

    /** "und" in 5 bits a letter. */
    private static final int UNDETERMINED = 0x55c4;

    /** Sound needs no other sample; pictures say of each what they need. */
    private static final int SYNC_SAMPLE = 0x0200_0000;

    private InitSegment() {}

    static byte[] write(TrackFormat format) {
        BoxWriter out = new BoxWriter(1024);
        int ftyp = out.begin("ftyp");
        out.text("iso6").u32(0).text("iso6").text("cmfc").text("mp41");
        out.end(ftyp);
        int moov = out.begin("moov");
        mvhd(out);
        int trak = out.begin("trak");
        tkhd(out, format);
        int mdia = out.begin("mdia");
        mdhd(out, format);
        hdlr(out, format.isVideo());
        minf(out, format);
        out.end(mdia);
        out.end(trak);
        mvex(out, format);
        out.end(moov);
        return out.toBytes();
    }

    private static void mvhd(BoxWriter out) {
        int box = out.beginFull("mvhd", 0, 0);
        out.u32(0).u32(0).u32(MOVIE_TIMESCALE).u32(0);
        out.u32(ONE_16_16).u16(0x100).zeros(10);
        matrix(out);
        out.zeros(24).u32(TRACK_ID + 1);
        out.end(box);
    }

    private static void tkhd(BoxWriter out, TrackFormat format) {
        int box = out.beginFull("tkhd", 0, ENABLED_IN_MOVIE_AND_PREVIEW);
        out.u32(0).u32(0).u32(TRACK_ID).u32(0).u32(0).zeros(8);
        out.u16(0).u16(0).u16(format.isVideo() ? 0 : 0x100).u16(0);
        matrix(out);
        if (format instanceof TrackFormat.H264 video) {
            out.u32((long) video.width() << 16).u32((long) video.height() << 16);
        } else {
            out.zeros(8);
        }
        out.end(box);
    }

    private static void matrix(BoxWriter out) {
        out.u32(ONE_16_16).zeros(12).u32(ONE_16_16).zeros(12).u32(1 << 30);
    }

    private static void mdhd(BoxWriter out, TrackFormat format) {
        int box = out.beginFull("mdhd", 0, 0);
        out.u32(0).u32(0).u32(format.timescale()).u32(0).u16(UNDETERMINED).u16(0);
        out.end(box);
    }

    private static void hdlr(BoxWriter out, boolean video) {
        int box = out.beginFull("hdlr", 0, 0);
        out.u32(0).text(video ? "vide" : "soun").zeros(12);
        out.text(video ? "video" : "audio").u8(0);
        out.end(box);
    }

    private static void minf(BoxWriter out, TrackFormat format) {
        int minf = out.begin("minf");
        int header = out.beginFull(format.isVideo() ? "vmhd" : "smhd", 0, format.isVideo() ? 1 : 0);
        out.zeros(format.isVideo() ? 8 : 4);
        out.end(header);
        int dinf = out.begin("dinf");
        int dref = out.beginFull("dref", 0, 0);
        out.u32(1);
        out.end(out.beginFull("url ", 0, SELF_CONTAINED));
        out.end(dref);
        out.end(dinf);
        int stbl = out.begin("stbl");
        int stsd = out.beginFull("stsd", 0, 0);
        out.u32(1);
        SampleEntry.write(out, format);
        out.end(stsd);
        for (String empty : new String[] {"stts", "stsc", "stco"}) {
            int box = out.beginFull(empty, 0, 0);
            out.u32(0);
            out.end(box);
        }
        int stsz = out.beginFull("stsz", 0, 0);
        out.u32(0).u32(0);
        out.end(stsz);
        out.end(stbl);
        out.end(minf);
    }

    private static void mvex(BoxWriter out, TrackFormat format) {
        int mvex = out.begin("mvex");
        int trex = out.beginFull("trex", 0, 0);
        out.u32(TRACK_ID).u32(1).u32(0).u32(0).u32(format.isVideo() ? 0 : SYNC_SAMPLE);
        out.end(trex);
        out.end(mvex);
    }
}
