package dev.millrace.media.rtp.codec;

import java.util.HexFormat;
import java.util.List;

/** Asks every payload inspector everything about bytes of any kind; and valid payloads to mutate. */
public final class PayloadFuzz {
    private PayloadFuzz() {}

    public static void read(byte[] data) {
        int len = data.length;
        H264Payload.isValid(data, 0, len);
        H264Payload.isKeyframeStart(data, 0, len);
        int sps = H264Payload.find(data, 0, len, H264Payload.SPS);
        H264ParameterSet set = new H264ParameterSet();
        if (sps >= 0 && set.read(data, sps, H264Payload.lengthAt(data, 0, len, sps))) {
            inRange(set.width() > 0 && set.width() <= 16_384 && set.height() > 0 && set.height() <= 32_768);
        }
        Vp8Descriptor vp8 = new Vp8Descriptor();
        if (vp8.wrap(data, 0, len)) {
            inRange(vp8.payloadOffset() < len && vp8.width() >= 0 && vp8.height() >= 0);
            vp8.pictureId(vp8.pictureId());
            vp8.tl0PicIdx(vp8.tl0PicIdx());
            vp8.temporalId();
            vp8.isLayerSync();
        }
        Vp9Descriptor vp9 = new Vp9Descriptor();
        if (vp9.wrap(data, 0, len)) {
            inRange(vp9.payloadOffset() < len && vp9.width(7) >= 0 && vp9.height(vp9.spatialId()) >= 0);
            vp9.pictureId(vp9.pictureId());
            vp9.tl0PicIdx(vp9.tl0PicIdx());
            vp9.isKeyframeStart();
        }
        Av1Payload av1 = new Av1Payload();
        if (av1.wrap(data, 0, len) && av1.readSize()) {
            inRange(av1.width() > 0 && av1.width() <= 65_536 && av1.height() > 0);
        }
        OpusPayload.durationTicks(data, 0, len);
        OpusPayload.isStereo(data, 0, len);
        RedPayload red = new RedPayload();
        if (red.wrap(data, 0, len)) {
            inRange(red.primaryOffset() + red.primaryLength() == len && red.primaryLength() >= 0);
            for (int i = 0; i < red.redundantBlocks(); i++) {
                inRange(red.redundantOffset(i) + red.redundantLength(i) <= len);
            }
        }
        readDescriptor(data);
    }

    private static void readDescriptor(byte[] data) {
        DependencyDescriptor descriptor = new DependencyDescriptor();
        for (int half : new int[] {data.length, data.length / 2}) {
            DependencyStructure structure = descriptor.read(data, 0, half) ? descriptor.structure() : null;
            if (structure != null) {
                inRange(structure.targets() <= 32 && structure.chains() <= structure.targets());
                for (int target = 0; target < structure.targets(); target++) {
                    descriptor.indication(target);
                    structure.targetSpatialId(target);
                    inRange(structure.chains() == 0 || structure.protectingChain(target) < structure.chains());
                }
            }
        }
    }

    private static void inRange(boolean holds) {
        if (!holds) {
            throw new AssertionError("a parser answered something impossible");
        }
    }

    public static List<byte[]> samples() {
        return List.of(
                hex(CodecSamples.SPS_720P),
                hex(CodecSamples.STAP_A),
                hex(CodecSamples.VP8_KEYFRAME),
                hex(CodecSamples.VP9_KEYFRAME),
                hex(CodecSamples.AV1_KEYFRAME),
                hex(CodecSamples.DESCRIPTOR_L1T2),
                hex(CodecSamples.RED));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
