package dev.millrace.media.rtp.codec;

/** Asks every payload inspector what the packet path asks. */
public final class PayloadWalk implements Runnable {
    private final byte[] h264 = PayloadFuzz.hex(CodecSamples.STAP_A);
    private final byte[] vp8Bytes = PayloadFuzz.hex(CodecSamples.VP8_KEYFRAME);
    private final byte[] vp9Bytes = PayloadFuzz.hex(CodecSamples.VP9_KEYFRAME);
    private final byte[] av1Bytes = PayloadFuzz.hex(CodecSamples.AV1_KEYFRAME);
    private final byte[] descriptorBytes = PayloadFuzz.hex(CodecSamples.DESCRIPTOR_L1T2);
    private final byte[] redBytes = PayloadFuzz.hex(CodecSamples.RED);
    private final H264ParameterSet parameterSet = new H264ParameterSet();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final Av1Payload av1 = new Av1Payload();
    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private final RedPayload red = new RedPayload();

    @Override
    public void run() {
        int sps = H264Payload.find(h264, 0, h264.length, H264Payload.SPS);
        boolean all = H264Payload.isKeyframeStart(h264, 0, h264.length)
                && parameterSet.read(h264, sps, H264Payload.lengthAt(h264, 0, h264.length, sps))
                && vp8.wrap(vp8Bytes, 0, vp8Bytes.length)
                && vp9.wrap(vp9Bytes, 0, vp9Bytes.length)
                && av1.wrap(av1Bytes, 0, av1Bytes.length)
                && av1.readSize()
                && descriptor.read(descriptorBytes, 0, descriptorBytes.length)
                && red.wrap(redBytes, 0, redBytes.length);
        if (!all || OpusPayload.durationTicks(redBytes, red.primaryOffset(), red.primaryLength()) < 0) {
            throw new AssertionError("a sample is not valid");
        }
    }
}
