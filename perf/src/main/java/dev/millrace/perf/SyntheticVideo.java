package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import java.util.random.RandomGenerator;

/**
 * H.264 that looks right to everybody who does not decode it (RFC 6184): 1280x720 parameter sets in a STAP-A, then IDR
 * or P slices of noise, fragmented by FU-A when they are long. Owned by one loop; a packet at a time into the caller's
 * writer.
 */
final class SyntheticVideo implements LightVideo {
    private static final long SECOND_NS = 1_000_000_000;

    /** As libwebrtc: leaves room for extensions, SRTP and tunnels. */
    private static final int MAX_PAYLOAD_BYTES = 1_100;

    /** Key frames of camera pictures are about this much larger than others. */
    private static final int KEYFRAME_FACTOR = 5;

    private static final int NAL_IDR = 0x65;
    private static final int NAL_P = 0x41;
    private static final int NAL_STAP_A = 0x78;
    private static final int FU_A = 28;

    /** Baseline, level 3.1, 80 by 45 macroblocks. */
    private static final byte[] SPS = {0x67, 0x42, (byte) 0xe0, 0x1f, (byte) 0xda, 0x01, 0x40, 0x16, (byte) 0xe4};

    private static final byte[] PPS = {0x68, (byte) 0xce, 0x3c, (byte) 0x80};

    /** Odd, so that the sums come again after 2^64 only; of many bits, so that they look like noise. */
    private static final long STAMP_STEP = 0x9e37_79b9_7f4a_7c15L;

    private final byte[] noise = new byte[4 * MAX_PAYLOAD_BYTES];
    private final byte[] stamp = new byte[Long.BYTES];
    private final long stampBase;
    private long packets;
    private final int bitrateBps;
    private final int framesPerSecond;
    private final int keyframeEveryFrames;
    private final int frameBytes;
    private long frames;
    private boolean keyframe;
    private boolean parametersDue;
    private int leftBytes;
    private int parts;
    private int part;

    SyntheticVideo(int bitrateBps, int framesPerSecond, int keyframeEveryFrames, RandomGenerator random) {
        random.nextBytes(noise);
        stampBase = random.nextLong();
        this.bitrateBps = bitrateBps;
        this.framesPerSecond = framesPerSecond;
        this.keyframeEveryFrames = keyframeEveryFrames;
        int perFrame = bitrateBps / 8 / framesPerSecond;
        // A key frame's surplus is taken from the others, so that the rate is what was asked for.
        frameBytes = keyframeEveryFrames < KEYFRAME_FACTOR * 2
                ? perFrame
                : (int) ((long) perFrame * keyframeEveryFrames / (keyframeEveryFrames + KEYFRAME_FACTOR - 1));
    }

    @Override
    public long bitrateBps() {
        return bitrateBps;
    }

    @Override
    public long dueNs() {
        return frames * SECOND_NS / framesPerSecond;
    }

    @Override
    public void nextFrame(boolean keyWanted) {
        boolean regular = keyframeEveryFrames > 0 && frames % keyframeEveryFrames == 0;
        keyframe = keyWanted || regular || frames == 0;
        parametersDue = keyframe;
        leftBytes = Math.max(16, keyframe ? frameBytes * KEYFRAME_FACTOR : frameBytes);
        parts = (leftBytes + MAX_PAYLOAD_BYTES - 1) / MAX_PAYLOAD_BYTES;
        part = 0;
        frames++;
    }

    @Override
    public int rtpTime() {
        return (int) ((frames - 1) * CLOCK_RATE / framesPerSecond);
    }

    @Override
    public boolean hasMore() {
        return part < parts;
    }

    @Override
    public void writeNext(RtpWriter out) {
        if (parametersDue) {
            parametersDue = false;
            writeParameters(out);
            return;
        }
        int size = leftBytes / (parts - part);
        leftBytes -= size;
        byte[] head = head();
        out.payload(head, 0, head.length);
        // No two packets alike, as with an encoder's: a viewer knows them again by their first bytes.
        BigEndian.put64(stamp, 0, stampBase + packets++ * STAMP_STEP);
        out.payload(stamp, 0, stamp.length);
        out.payload(noise, part % 4 * MAX_PAYLOAD_BYTES, size - head.length - stamp.length);
        part++;
        out.marker(part == parts);
    }

    private static void writeParameters(RtpWriter out) {
        out.payload(new byte[] {NAL_STAP_A}, 0, 1);
        out.payload16(SPS.length).payload(SPS, 0, SPS.length);
        out.payload16(PPS.length).payload(PPS, 0, PPS.length);
    }

    /** NAL header and the first slice bits: first_mb 0, an I or P slice; or the fragment's two bytes before them. */
    private byte[] head() {
        int nal = keyframe ? NAL_IDR : NAL_P;
        byte sliceStart = (byte) (keyframe ? 0x88 : 0x9a);
        if (parts == 1) {
            return new byte[] {(byte) nal, sliceStart};
        }
        int fragment = (part == 0 ? 0x80 : 0) | (part == parts - 1 ? 0x40 : 0) | (nal & 0x1f);
        byte indicator = (byte) ((nal & 0xe0) | FU_A);
        return part == 0
                ? new byte[] {indicator, (byte) fragment, sliceStart}
                : new byte[] {indicator, (byte) fragment};
    }
}
