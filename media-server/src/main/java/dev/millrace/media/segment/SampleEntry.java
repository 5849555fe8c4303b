package dev.millrace.media.segment;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.rtp.codec.H264Vui;
import java.util.List;

/** Writes the one entry of a track's sample description (ISO/IEC 14496-12 section 8.5.2). */
final class SampleEntry {
    private static final int DPI_72 = 72 << 16;
    private static final int NO_COLOUR_TABLE = 0xffff;

    /** Profiles whose configuration record ends with the chroma format, ISO/IEC 14496-15 section 5.3.3.1.2. */
    private static final int HIGH = 100;

    private static final int ES_DESCRIPTOR = 3;
    private static final int DECODER_CONFIG = 4;
    private static final int DECODER_SPECIFIC = 5;
    private static final int SL_CONFIG = 6;
    private static final int OBJECT_AAC = 0x40;
    private static final int STREAM_AUDIO = 0x15;

    private SampleEntry() {}

    static void write(BoxWriter out, TrackFormat format) {
        switch (format) {
            case TrackFormat.H264 video -> avc1(out, video);
            case TrackFormat.Opus opus -> opus(out, opus);
            case TrackFormat.Aac aac -> mp4a(out, aac);
        }
    }

    private static void avc1(BoxWriter out, TrackFormat.H264 format) {
        int entry = out.begin(format.inBand() ? "avc3" : "avc1");
        out.zeros(6).u16(1).zeros(16);
        out.u16(format.width())
                .u16(format.height())
                .u32(DPI_72)
                .u32(DPI_72)
                .u32(0)
                .u16(1);
        out.zeros(32).u16(24).u16(NO_COLOUR_TABLE);
        int avcc = out.begin("avcC");
        configurationRecord(out, format.config());
        out.end(avcc);
        H264Vui vui = format.config().sequence().vui();
        if (vui != null) {
            usability(out, vui);
        }
        out.end(entry);
    }

    /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1). */
    static byte[] configurationRecord(AvcConfig config) {
        BoxWriter out = new BoxWriter(128);
        configurationRecord(out, config);
        return out.toBytes();
    }

    private static void configurationRecord(BoxWriter out, AvcConfig config) {
        byte[] first = config.sps().getFirst();
        out.u8(1).u8(first[1]).u8(first[2]).u8(first[3]);
        out.u8(0xff); // lengths of four bytes
        units(out, 0xe0, config.sps());
        units(out, 0, config.pps());
        H264Sequence sequence = config.sequence();
        if (sequence.profileIdc() >= HIGH) {
            out.u8(0xfc | sequence.chromaFormat());
            out.u8(0xf8 | (sequence.bitDepthLuma() - 8));
            out.u8(0xf8 | (sequence.bitDepthChroma() - 8));
            out.u8(0);
        }
    }

    private static void units(BoxWriter out, int reserved, List<byte[]> units) {
        // Five bits count sequence parameter sets; an encoder that has 32 of them goes without the last.
        int count = Math.min(units.size(), 31);
        out.u8(reserved | count);
        units.subList(0, count).forEach(each -> out.u16(each.length).bytes(each));
    }

    private static void usability(BoxWriter out, H264Vui vui) {
        H264Vui.Colour colour = vui.colour();
        if (colour != null) {
            int colr = out.begin("colr");
            out.text("nclx").u16(colour.primaries()).u16(colour.transfer()).u16(colour.matrix());
            out.u8(colour.fullRange() ? 0x80 : 0);
            out.end(colr);
        }
        if (vui.aspectWidth() > 0 && vui.aspectHeight() > 0) {
            int pasp = out.begin("pasp");
            out.u32(vui.aspectWidth()).u32(vui.aspectHeight());
            out.end(pasp);
        }
    }

    private static void audioEntry(BoxWriter out, int channels, int rateHz) {
        out.zeros(6).u16(1).zeros(8);
        out.u16(channels).u16(16).u32(0).u32((long) rateHz << 16);
    }

    private static void opus(BoxWriter out, TrackFormat.Opus format) {
        int entry = out.begin("Opus");
        audioEntry(out, format.channels(), format.timescale());
        int dops = out.begin("dOps");
        out.u8(0).u8(format.channels()).u16(format.preSkipTicks()).u32(format.timescale());
        out.u16(0).u8(0); // no gain, one stream of at most two channels
        out.end(dops);
        out.end(entry);
    }

    private static void mp4a(BoxWriter out, TrackFormat.Aac format) {
        int entry = out.begin("mp4a");
        audioEntry(out, format.channels(), format.sampleRateHz());
        int esds = out.beginFull("esds", 0, 0);
        byte[] specific = AudioSpecificConfig.of(format);
        int decoderLength = 13 + 2 + specific.length;
        out.u8(ES_DESCRIPTOR).u8(3 + 2 + decoderLength + 3).u16(0).u8(0);
        out.u8(DECODER_CONFIG).u8(decoderLength).u8(OBJECT_AAC).u8(STREAM_AUDIO);
        out.zeros(3).u32(format.bitrateBps()).u32(format.bitrateBps());
        out.u8(DECODER_SPECIFIC).u8(specific.length).bytes(specific);
        out.u8(SL_CONFIG).u8(1).u8(2);
        out.end(esds);
        out.end(entry);
    }
}
