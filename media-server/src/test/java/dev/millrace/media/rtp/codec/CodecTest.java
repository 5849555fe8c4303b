package dev.millrace.media.rtp.codec;

import static dev.millrace.media.rtp.codec.PayloadFuzz.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class CodecTest {
    @Test
    void h264ParameterSetsTellTheSize() {
        H264ParameterSet set = new H264ParameterSet();
        byte[] baseline = hex(CodecSamples.SPS_720P);
        assertThat(set.read(baseline, 0, baseline.length)).isTrue();
        assertThat(set.profileIdc()).isEqualTo(0x42);
        assertThat(set.constraints()).isEqualTo(0xc0);
        assertThat(set.levelIdc()).isEqualTo(31);
        assertThat(set.width()).isEqualTo(1280);
        assertThat(set.height()).isEqualTo(720);
        byte[] high = hex(CodecSamples.SPS_1080P);
        assertThat(set.read(high, 0, high.length)).isTrue();
        assertThat(set.width()).isEqualTo(1920);
        assertThat(set.height()).isEqualTo(1080);
        assertThat(set.read(high, 0, 6)).isFalse();
    }

    @Test
    void h264KeyframesAreFoundInEveryForm() {
        assertThat(keyframe("6588")).isTrue(); // IDR slice
        assertThat(keyframe("6742c01f")).isTrue(); // SPS
        assertThat(keyframe("4188")).isFalse(); // slice
        assertThat(keyframe("68ce3c80")).isFalse(); // PPS
        assertThat(keyframe("7c85aa")).isTrue(); // FU-A, start of IDR
        assertThat(keyframe("7c05aa")).isFalse(); // FU-A, middle of IDR
        assertThat(keyframe("7c81aa")).isFalse(); // FU-A, start of slice
        assertThat(keyframe("7d850001aa")).isTrue(); // FU-B
        assertThat(keyframe(CodecSamples.STAP_A)).isTrue();
        assertThat(keyframe("78000268ce")).isFalse(); // STAP-A with PPS only
        assertThat(keyframe("780009658800")).isFalse(); // STAP-A longer than itself
        byte[] stap = hex(CodecSamples.STAP_A);
        assertThat(H264Payload.isValid(stap, 0, stap.length)).isTrue();
        assertThat(H264Payload.isValid(stap, 0, stap.length - 1)).isFalse();
        int at = H264Payload.find(stap, 0, stap.length, H264Payload.SPS);
        assertThat(at).isEqualTo(3);
        assertThat(new H264ParameterSet().read(stap, at, H264Payload.lengthAt(stap, 0, stap.length, at)))
                .isTrue();
    }

    private static boolean keyframe(String digits) {
        byte[] b = hex(digits);
        return H264Payload.isKeyframeStart(b, 0, b.length);
    }

    @Test
    void vp8() {
        byte[] b = hex(CodecSamples.VP8_KEYFRAME);
        Vp8Descriptor vp8 = new Vp8Descriptor();
        assertThat(vp8.wrap(b, 0, b.length)).isTrue();
        assertThat(vp8.isKeyframeStart()).isTrue();
        assertThat(vp8.pictureId()).isEqualTo(0x1234);
        assertThat(vp8.tl0PicIdx()).isEqualTo(7);
        assertThat(vp8.temporalId()).isEqualTo(1);
        assertThat(vp8.isLayerSync()).isTrue();
        assertThat(vp8.isDiscardable()).isFalse();
        assertThat(vp8.width()).isEqualTo(1280);
        assertThat(vp8.height()).isEqualTo(720);
        vp8.pictureId(0x7fff);
        vp8.tl0PicIdx(255);
        assertThat(vp8.wrap(b, 0, b.length)).isTrue();
        assertThat(vp8.pictureId()).isEqualTo(0x7fff);
        assertThat(vp8.tl0PicIdx()).isEqualTo(255);
        b[6] |= 1; // an inter frame
        assertThat(vp8.isKeyframeStart()).isFalse();
        assertThat(vp8.width()).isZero();
        for (int len = 0; len < 7; len++) {
            assertThat(vp8.wrap(b, 0, len)).isFalse();
        }
        byte[] plain = {0x10, 0x00};
        assertThat(vp8.wrap(plain, 0, 2)).isTrue();
        assertThat(vp8.pictureId()).isEqualTo(-1);
    }

    @Test
    void vp9() {
        byte[] b = hex(CodecSamples.VP9_KEYFRAME);
        Vp9Descriptor vp9 = new Vp9Descriptor();
        assertThat(vp9.wrap(b, 0, b.length)).isTrue();
        assertThat(vp9.isKeyframeStart()).isTrue();
        assertThat(vp9.pictureId()).isEqualTo(0x123);
        assertThat(vp9.tl0PicIdx()).isEqualTo(5);
        assertThat(vp9.spatialLayers()).isEqualTo(2);
        assertThat(vp9.width(1)).isEqualTo(640);
        assertThat(vp9.height(0)).isEqualTo(180);
        assertThat(vp9.payloadOffset()).isEqualTo(b.length - 2);
        for (int len = 0; len < b.length - 1; len++) {
            assertThat(vp9.wrap(b, 0, len)).isFalse();
        }
        byte[] upper = hex("e80a5533" + "01"); // P, temporal layer 2 of 1.. and spatial layer 1
        assertThat(vp9.wrap(upper, 0, upper.length)).isTrue();
        assertThat(vp9.isKeyframeStart()).isFalse();
        assertThat(vp9.temporalId()).isEqualTo(2);
        assertThat(vp9.isSwitchingUpPoint()).isTrue();
        assertThat(vp9.spatialId()).isEqualTo(2);
        assertThat(vp9.isInterLayerDependent()).isTrue();
    }

    @Test
    void av1() {
        byte[] b = hex(CodecSamples.AV1_KEYFRAME);
        Av1Payload av1 = new Av1Payload();
        assertThat(av1.wrap(b, 0, b.length)).isTrue();
        assertThat(av1.isKeyframeStart()).isTrue();
        assertThat(av1.hasSequenceHeader()).isTrue();
        assertThat(av1.readSize()).isTrue();
        assertThat(av1.width()).isEqualTo(1280);
        assertThat(av1.height()).isEqualTo(720);
        byte[] two = hex("20" + "02" + "3200" + "3233"); // W=2: a length, then the rest
        assertThat(av1.wrap(two, 0, two.length)).isTrue();
        assertThat(av1.isKeyframeStart()).isFalse();
        assertThat(av1.hasSequenceHeader()).isFalse();
        byte[] tooLong = hex("00" + "05" + "3200");
        assertThat(av1.wrap(tooLong, 0, tooLong.length)).isFalse();
    }

    @Test
    void dependencyDescriptor() {
        byte[] key = hex(CodecSamples.DESCRIPTOR_L1T2);
        byte[] upper = hex("c20002");
        DependencyDescriptor descriptor = new DependencyDescriptor();
        assertThat(descriptor.read(upper, 0, 3)).isFalse(); // no structure yet
        assertThat(descriptor.structure()).isNull();
        assertThat(descriptor.read(key, 0, key.length)).isTrue();
        assertThat(descriptor.isStructureAttached()).isTrue();
        assertThat(descriptor.frameNumber()).isEqualTo(1);
        assertThat(descriptor.activeTargets()).isEqualTo(0b11);
        DependencyStructure structure = Objects.requireNonNull(descriptor.structure());
        assertThat(structure.targets()).isEqualTo(2);
        assertThat(structure.templates()).isEqualTo(3);
        assertThat(structure.chains()).isEqualTo(1);
        assertThat(structure.width(0)).isEqualTo(1280);
        assertThat(structure.height(0)).isEqualTo(720);
        assertThat(structure.targetTemporalId(0)).isZero();
        assertThat(structure.targetTemporalId(1)).isEqualTo(1);
        assertThat(descriptor.read(upper, 0, 3)).isTrue();
        assertThat(descriptor.isStructureAttached()).isFalse();
        assertThat(descriptor.temporalId()).isEqualTo(1);
        assertThat(descriptor.indication(0)).isEqualTo(DependencyDescriptor.NOT_PRESENT);
        assertThat(descriptor.indication(1)).isEqualTo(DependencyDescriptor.DISCARDABLE);
        assertThat(descriptor.chainDistance(0)).isEqualTo(1);
        for (int len = 4; len < key.length; len++) {
            assertThat(descriptor.read(key, 0, len)).isFalse();
        }
        assertThat(descriptor.frameNumber()).isEqualTo(2); // as it was
        byte[] lowerOnly = hex("c100034200"); // active decode targets: 0 1 is bit 0 only
        lowerOnly[3] = 0b0100_0010;
        assertThat(descriptor.read(lowerOnly, 0, 5)).isTrue();
        assertThat(descriptor.activeTargets()).isEqualTo(0b01);
        byte[] unknown = hex("c90004");
        assertThat(descriptor.read(unknown, 0, 3)).isFalse();
    }

    @Test
    void opus() {
        assertThat(duration(0xf8)).isEqualTo(960); // CELT 20 ms
        assertThat(duration(0x08)).isEqualTo(960); // SILK 20 ms
        assertThat(duration(0x18)).isEqualTo(2880); // SILK 60 ms
        assertThat(duration(0xe0)).isEqualTo(120); // CELT 2.5 ms
        assertThat(duration(0x79)).isEqualTo(1920); // hybrid 20 ms, two frames
        assertThat(duration(0xfb, 6)).isEqualTo(5760);
        assertThat(duration(0xfb, 7)).isEqualTo(-1);
        assertThat(duration(0xfb)).isEqualTo(-1);
        assertThat(OpusPayload.isStereo(new byte[] {4}, 0, 1)).isTrue();
        assertThat(OpusPayload.isStereo(new byte[] {0}, 0, 1)).isFalse();
    }

    private static int duration(int... bytes) {
        byte[] b = new byte[bytes.length];
        for (int i = 0; i < b.length; i++) {
            b[i] = (byte) bytes[i];
        }
        return OpusPayload.durationTicks(b, 0, b.length);
    }

    @Test
    void red() {
        byte[] b = hex(CodecSamples.RED);
        RedPayload red = new RedPayload();
        assertThat(red.wrap(b, 0, b.length)).isTrue();
        assertThat(red.primaryPayloadType()).isEqualTo(111);
        assertThat(red.primaryOffset()).isEqualTo(8);
        assertThat(red.primaryLength()).isEqualTo(4);
        assertThat(red.redundantBlocks()).isEqualTo(1);
        assertThat(red.redundantPayloadType(0)).isEqualTo(111);
        assertThat(red.redundantTimestampOffset(0)).isEqualTo(960);
        assertThat(red.redundantOffset(0)).isEqualTo(5);
        assertThat(red.redundantLength(0)).isEqualTo(3);
        assertThat(red.wrap(b, 0, 7)).isFalse();
    }
}
