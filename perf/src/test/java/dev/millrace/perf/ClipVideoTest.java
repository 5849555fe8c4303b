package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.FrameListener;
import dev.millrace.media.frames.H264Assembler;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClipVideoTest {
    private static final long MS = 1_000_000;
    private static final long PICTURE_NS = 40 * MS;
    private static final byte[] SPS = {0x67, 0x42, (byte) 0xe0, 0x1f, (byte) 0xda, 0x01, 0x40, 0x16, (byte) 0xe4};
    private static final byte[] PPS = {0x68, (byte) 0xce, 0x3c, (byte) 0x80};

    private final Random random = new Random(20261121);
    private final List<VideoFrame> frames = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private final H264Assembler assembler = new H264Assembler(
            new FrameListener() {
                @Override
                public void onFrame(VideoFrame frame) {
                    frames.add(frame);
                }

                @Override
                public void onKeyframeWanted(long nowNs) {
                    throw new AssertionError("a picture was lost");
                }
            },
            drops);

    @Test
    void whatIsCutIsPutTogetherAgain() {
        List<byte[]> slices = new ArrayList<>();
        List<Clip.Picture> pictures = new ArrayList<>();
        for (int size : List.of(5_000, 1, 1_098, 1_099, 1_100, 1_101, 40, 2_197)) {
            boolean key = pictures.isEmpty();
            byte[] slice = slice(key ? 0x65 : 0x41, size);
            slices.add(slice);
            byte[] annexB = key ? annexB(new byte[] {9, 0x10}, SPS, PPS, slice) : annexB(slice);
            long atNs = pictures.size() * PICTURE_NS;
            pictures.add(new Clip.Picture(annexB, atNs, atNs, key));
        }
        ClipVideo video = new ClipVideo(new Clip(pictures, List.of(), 0, false));
        while (video.dueNs() < Long.MAX_VALUE) {
            video.nextFrame(false);
            send(video);
        }
        assertThat(frames).hasSameSizeAs(slices);
        for (int i = 0; i < slices.size(); i++) {
            assertThat(frames.get(i).data()).isEqualTo(lengthPrefixed(slices.get(i)));
            assertThat(frames.get(i).rtpTime()).isEqualTo(i * 3_600L);
        }
        assertThat(drops.total()).isZero();
    }

    @Test
    void beginsAgainAndGoesOnWithAKeyframeWhenOneIsWanted() {
        List<Clip.Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            boolean key = i % 3 == 0;
            pictures.add(new Clip.Picture(annexB(slice(key ? 0x65 : 0x41, 9)), i * PICTURE_NS, i * PICTURE_NS, key));
        }
        ClipVideo video = new ClipVideo(new Clip(pictures, List.of(), 240 * MS, true));
        assertThat(times(video, 7)).containsExactly(0L, 40L, 80L, 120L, 160L, 200L, 240L);
        video.nextFrame(true); // the 8th, which is the clip's second, skips to its fourth
        assertThat(video.rtpTime()).isEqualTo(280 * 90);
        assertThat(times(video, 3)).containsExactly(320L, 360L, 400L);
    }

    private static List<Long> times(ClipVideo video, int count) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            times.add(video.dueNs() / MS);
            video.nextFrame(false);
        }
        return times;
    }

    private void send(ClipVideo video) {
        RtpWriter writer = new RtpWriter();
        RtpPacket packet = new RtpPacket();
        byte[] out = new byte[1_200];
        while (video.hasMore()) {
            writer.begin(out, 0, 102, 0, 0, 1);
            video.writeNext(writer);
            assertThat(packet.wrap(out, 0, writer.finish())).isTrue();
            assembler.onPayload(
                    video.rtpTime(), packet.marker(), out, packet.payloadOffset(), packet.payloadLength(), 0);
        }
    }

    /** Begins with the first macroblock, and holds no start code. */
    private byte[] slice(int header, int size) {
        byte[] slice = new byte[1 + size];
        for (int i = 0; i < slice.length; i++) {
            slice[i] = (byte) (1 + random.nextInt(255));
        }
        slice[0] = (byte) header;
        slice[1] = (byte) 0x88;
        return slice;
    }

    private static byte[] annexB(byte[]... units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            out.writeBytes(out.size() == 0 ? new byte[] {0, 0, 0, 1} : new byte[] {0, 0, 1});
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }

    private static byte[] lengthPrefixed(byte[] unit) {
        byte[] all = new byte[4 + unit.length];
        BigEndian.put32(all, 0, unit.length);
        System.arraycopy(unit, 0, all, 4, unit.length);
        return all;
    }
}
