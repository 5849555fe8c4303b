package dev.millrace.media.frames;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpusPacketsTest {
    private static final long MS = 1_000_000;
    private static final byte[] PACKET = {(byte) 0x78, 1, 2, 3}; // hybrid, full band, 20 ms

    private final List<AudioFrame> frames = new ArrayList<>();
    private final OpusPackets packets = new OpusPackets(frames::add, new DropCounters());

    @Test
    void everyPacketIsAFrame() {
        packet(0, 0);
        packet(960, 20);
        assertThat(frames).extracting(AudioFrame::rtpTime).containsExactly(0L, 960L);
        assertThat(frames).extracting(AudioFrame::durationTicks).containsExactly(960, 960);
        assertThat(packets.filled()).isZero();
    }

    @Test
    void lossesAreSilence() {
        packet(0, 0);
        packet(4 * 960, 80 - 1);
        assertThat(frames).extracting(AudioFrame::rtpTime).containsExactly(0L, 960L, 1920L, 2880L, 3840L);
        assertThat(packets.filled()).isEqualTo(3);
    }

    @Test
    void aSenderThatFallsSilentIsHeardAsSilenceInTime() {
        packet(0, 0);
        assertThat(packets.nextDeadlineNs()).isEqualTo(80 * MS);
        packets.onDeadline(200 * MS);
        assertThat(packets.filled()).isEqualTo(7);
        assertThat(frames.getLast().endRtpTime()).isEqualTo(8 * 960);
        packet(7 * 960, 201); // silence has its place
        assertThat(frames).hasSize(8);
        packet(8 * 960, 202);
        assertThat(frames).hasSize(9);
    }

    @Test
    void aLongHoleIsANewBeginning() {
        packet(0, 0);
        packet(48_000 * 60, 50);
        assertThat(frames).hasSize(2);
        packets.stop();
        assertThat(packets.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void rubbishIsDropped() {
        packets.onPayload(0, true, new byte[] {3, 0}, 0, 2, 0);
        packets.onPayload(0, true, PACKET, 0, 0, 0);
        assertThat(frames).isEmpty();
    }

    private void packet(long rtpTime, long ms) {
        packets.onPayload(rtpTime, true, PACKET, 0, PACKET.length, ms * MS);
    }
}
