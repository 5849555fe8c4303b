package dev.millrace.media.frames;

import static dev.millrace.media.frames.H264Packets.PPS;
import static dev.millrace.media.frames.H264Packets.SPS;
import static dev.millrace.media.frames.H264Packets.fuA;
import static dev.millrace.media.frames.H264Packets.keyframe;
import static dev.millrace.media.frames.H264Packets.lengthPrefixed;
import static dev.millrace.media.frames.H264Packets.nal;
import static dev.millrace.media.frames.H264Packets.slice;
import static dev.millrace.media.frames.H264Packets.stapA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class H264AssemblerTest {
    private static final int FRAME = 3000;

    private final List<VideoFrame> frames = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private int wanted;
    private final H264Assembler assembler = new H264Assembler(
            new FrameListener() {
                @Override
                public void onFrame(VideoFrame frame) {
                    frames.add(frame);
                }

                @Override
                public void onKeyframeWanted(long nowNs) {
                    wanted++;
                }
            },
            drops);

    @Test
    void singleUnitsAggregatesAndFragmentsBecomePictures() {
        picture(0, keyframe(SPS, 2500));
        picture(FRAME, List.of(slice(false, 300)));
        picture(2 * FRAME, fuA(slice(false, 2500), 900));
        byte[] sei = {6, 5, 1, 0, (byte) 0x80};
        picture(3 * FRAME, List.of(stapA(new byte[] {9, 0x30}, sei, slice(false, 50))));

        assertThat(frames).extracting(VideoFrame::rtpTime).containsExactly(0L, 3000L, 6000L, 9000L);
        assertThat(frames).extracting(VideoFrame::key).containsExactly(true, false, false, false);
        assertThat(frames.get(0).data()).isEqualTo(lengthPrefixed(slice(true, 2500)));
        assertThat(frames.get(1).data()).isEqualTo(lengthPrefixed(slice(false, 300)));
        assertThat(frames.get(2).data()).isEqualTo(lengthPrefixed(slice(false, 2500)));
        assertThat(frames.get(3).data()).isEqualTo(lengthPrefixed(sei, slice(false, 50)));
        assertThat(frames.get(3).config()).isSameAs(frames.get(0).config());
        AvcConfig config = (AvcConfig) frames.getFirst().config();
        assertThat(config.codecString()).isEqualTo("avc1.42c00c");
        assertThat(config.sps()).containsExactly(SPS);
        assertThat(config.pps()).containsExactly(PPS);
        assertThat(wanted).isZero();
        assertThat(drops.total()).isZero();
    }

    @Test
    void nothingBeforeAKeyframe() {
        picture(0, List.of(slice(false, 300)));
        picture(FRAME, List.of(slice(true, 300))); // no parameter sets
        assertThat(frames).isEmpty();
        assertThat(wanted).isEqualTo(2);
        assertThat(assembler.isWaiting()).isTrue();
        picture(2 * FRAME, keyframe(SPS, 300));
        assertThat(frames).hasSize(1);
        assertThat(assembler.isWaiting()).isFalse();
    }

    @Test
    void parameterSetsMayComeOutOfBand() {
        assembler.outOfBand(List.of(SPS, PPS));
        picture(0, List.of(slice(true, 300)));
        assertThat(frames).hasSize(1);
    }

    @Test
    void aLossDropsUpToTheNextKeyframeAndWantsOne() {
        picture(0, keyframe(SPS, 2500));
        List<byte[]> fragments = fuA(slice(false, 2500), 1000);
        packet(FRAME, false, fragments.get(0));
        assembler.onLost(1, 0);
        packet(FRAME, true, fragments.get(2));
        picture(2 * FRAME, List.of(slice(false, 300)));
        assertThat(frames).hasSize(1);
        assertThat(wanted).isEqualTo(2);
        picture(3 * FRAME, keyframe(SPS, 300));
        picture(4 * FRAME, List.of(slice(false, 300)));
        assertThat(frames).extracting(VideoFrame::rtpTime).containsExactly(0L, 9000L, 12000L);
        assertThat(drops.get(DropReason.CODEC_MALFORMED)).isZero();
    }

    @Test
    void aKeyframeWhoseParameterSetsAreLostIsNone() {
        picture(0, keyframe(SPS, 300));
        assembler.onLost(1, 0);
        picture(FRAME, List.of(slice(true, 300)));
        assertThat(frames).hasSize(1);
        picture(2 * FRAME, keyframe(H264Packets.OTHER_SPS, 300));
        assertThat(frames).hasSize(2);
        assertThat(frames.get(1).config()).isNotSameAs(frames.get(0).config());
    }

    @Test
    void aPictureWhoseFirstSliceIsLostIsNone() {
        picture(0, keyframe(SPS, 300));
        picture(FRAME, List.of(nal(0x41, false, 300)));
        assertThat(frames).hasSize(1);
        assertThat(wanted).isEqualTo(1);
    }

    @Test
    void aMarkerThatLiesIsNotBelievedAgain() {
        picture(0, keyframe(SPS, 300));
        packet(FRAME, true, slice(false, 300));
        packet(FRAME, true, nal(0x41, false, 200)); // the rest of the same picture
        List<byte[]> key = new ArrayList<>(keyframe(SPS, 300));
        key.add(nal(0x65, false, 200));
        key.forEach(each -> packet(2 * FRAME, true, each));
        packet(3 * FRAME, true, slice(false, 300));
        assertThat(frames.getLast().rtpTime()).isEqualTo(2 * FRAME);
        assertThat(frames.getLast().data()).isEqualTo(lengthPrefixed(slice(true, 300), nal(0x65, false, 200)));
    }

    @Test
    void recoveryPointsAreNotPassedOn() {
        picture(0, keyframe(SPS, 300));
        byte[] bufferingAndRecovery = {6, 0, 2, 1, 2, 6, 1, (byte) 0xc4, (byte) 0x80};
        byte[] captions = {6, 4, 2, 1, 6, (byte) 0x80};
        picture(FRAME, List.of(bufferingAndRecovery, captions, slice(false, 50)));
        assertThat(frames.getLast().data()).isEqualTo(lengthPrefixed(captions, slice(false, 50)));
        assertThat(frames.getLast().key()).isFalse();
    }

    @Test
    void picturesNobodyRefersToAreDiscardable() {
        picture(0, keyframe(SPS, 300));
        picture(FRAME, List.of(nal(0x01, true, 100)));
        assertThat(frames).extracting(VideoFrame::discardable).containsExactly(false, true);
    }

    @Test
    void parameterSetsThatMakeNoSenseAreTold() {
        picture(0, List.of(stapA(H264Packets.hex("6742c0"), PPS), slice(true, 300)));
        assertThat(frames).isEmpty();
        for (int i = 1; i < 200; i++) {
            picture((long) i * FRAME, List.of(stapA(H264Packets.hex("6742c0"), PPS), slice(true, 300)));
        }
        assertThat(assembler.trouble(199 * FRAME * 11_111L)).contains(SourceTrouble.UNREADABLE_PARAMETERS);
        assertThat(wanted).isPositive();
    }

    @Test
    void aSourceWithoutFurtherKeyframesIsNamedAndAPauseIsNot() {
        picture(0, keyframe(SPS, 300));
        for (int i = 1; i < 150; i++) {
            picture((long) i * FRAME, List.of(slice(false, 300)));
            assertThat(assembler.trouble((long) i * FRAME * 11_111L)).isEmpty();
        }
        for (int i = 150; i < 160; i++) {
            picture((long) i * FRAME, List.of(slice(false, 300)));
        }
        assertThat(assembler.trouble(159 * FRAME * 11_111L)).contains(SourceTrouble.RARE_KEYFRAMES);
        picture(160L * FRAME, keyframe(SPS, 300));
        assertThat(assembler.trouble(160 * FRAME * 11_111L)).isEmpty();
        picture(400L * FRAME, List.of(slice(false, 300)));
        assertThat(assembler.trouble(400 * FRAME * 11_111L)).isEmpty();
    }

    @Test
    void whateverComesNothingBreaksAndWhatComesOutIsWhole() {
        Random random = new Random(20261121);
        List<byte[]> seeds = new ArrayList<>(keyframe(SPS, 2500));
        seeds.add(slice(false, 200));
        seeds.add(stapA(slice(false, 20), slice(false, 30)));
        for (int round = 0; round < 200_000; round++) {
            byte[] payload = seeds.get(random.nextInt(seeds.size())).clone();
            for (int i = random.nextInt(4); i > 0; i--) {
                payload[random.nextInt(Math.min(payload.length, 8))] = (byte) random.nextInt();
            }
            int len = random.nextInt(8) == 0 ? random.nextInt(payload.length + 1) : payload.length;
            if (random.nextInt(50) == 0) {
                assembler.onLost(1, round);
            }
            assembler.onPayload(round / 3 * 3000L, random.nextInt(3) == 0, payload, 0, len, round);
            frames.forEach(H264AssemblerTest::assertWhole);
            frames.clear();
        }
    }

    private static void assertWhole(VideoFrame frame) {
        byte[] data = frame.data();
        int at = 0;
        while (at < data.length) {
            int length = dev.millrace.media.rtp.BigEndian.i32(data, at);
            assertThat(length).isBetween(1, data.length - at - 4);
            at += 4 + length;
        }
    }

    private void picture(long time, List<byte[]> payloads) {
        for (int i = 0; i < payloads.size(); i++) {
            packet(time, i == payloads.size() - 1, payloads.get(i));
        }
    }

    private void packet(long time, boolean marker, byte[] payload) {
        assembler.onPayload(time, marker, payload, 0, payload.length, time * 11_111L);
    }
}
