package dev.millrace.media.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.FrameListener;
import dev.millrace.media.frames.VideoAssembly;
import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.KeyframeProbe;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is put into packets comes out of them as it was, whatever its sizes; who joins finds the keyframes. */
class PacketizersTest {
    private static final int SEED = 7;
    private static final int MAX_PAYLOAD = 1_188;

    private final Random random = new Random(SEED);
    private final List<VideoFrame> out = new ArrayList<>();
    private final DropCounters drops = new DropCounters();
    private final List<Integer> keyPackets = new ArrayList<>();
    private int packets;

    private final FrameListener listener = new FrameListener() {
        @Override
        public void onFrame(VideoFrame frame) {
            out.add(frame);
        }

        @Override
        public void onKeyframeWanted(long nowNs) {}
    };

    private void send(Packetizer packetizer, VideoAssembly assembly, VideoFrame frame) {
        KeyframeProbe probe = new KeyframeProbe();
        boolean[] ended = {false};
        packetizer.packetize(frame, (b, off, len, last) -> {
            assertThat(len).isBetween(2, MAX_PAYLOAD);
            assertThat(ended[0]).isFalse();
            ended[0] = last;
            if (probe.startsKeyframe(frame.config().codec(), b, off, len)) {
                keyPackets.add(packets);
                assertThat(probe.width()).isEqualTo(640);
                assertThat(probe.height()).isEqualTo(360);
            }
            packets++;
            assembly.onPayload(frame.rtpTime(), last, b.clone(), off, len, frame.arrivalNs());
        });
        assertThat(ended[0]).isTrue();
    }

    /** OBUs with sizes, any number of them, of any length. */
    private VideoFrame temporalUnit(int number, boolean key) {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(new byte[] {0x12, 0});
        if (key) {
            unit.writeBytes(Av1Bytes.SEQUENCE_HEADER);
        }
        int frames = 1 + random.nextInt(5);
        for (int i = 0; i < frames; i++) {
            boolean extended = random.nextBoolean();
            byte[] payload = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 20_000 : 400)];
            random.nextBytes(payload);
            payload[0] = (byte) (key && i == 0 ? 0x10 : 0x30);
            unit.write(extended ? 0x36 : 0x32);
            unit.writeBytes(extended ? new byte[] {0x20} : new byte[0]);
            Av1Bytes.leb128(payload.length, unit);
            unit.writeBytes(payload);
        }
        VideoConfig config = new VideoConfig.InBand(Codec.AV1, 640, 360);
        return new VideoFrame(unit.toByteArray(), number * 3_000L, key, false, config, number);
    }

    @Test
    void temporalUnitsOfAv1() {
        Packetizer packetizer = Packetizer.of(Codec.AV1, MAX_PAYLOAD);
        VideoAssembly assembly = VideoAssembly.of(Codec.AV1, listener, drops);
        List<byte[]> sent = new ArrayList<>();
        List<Integer> begins = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            VideoFrame frame = temporalUnit(i, i % 25 == 0);
            sent.add(frame.data());
            if (frame.key()) {
                begins.add(packets);
            }
            send(packetizer, assembly, frame);
        }
        assertThat(out.stream().map(VideoFrame::data)).containsExactlyElementsOf(sent);
        assertThat(out.stream().filter(VideoFrame::key)).hasSize(20);
        assertThat(keyPackets).isEqualTo(begins);
        assertThat(drops.total()).isZero();
    }

    @Test
    void framesOfVp9() {
        Packetizer packetizer = Packetizer.of(Codec.VP9, MAX_PAYLOAD);
        VideoAssembly assembly = VideoAssembly.of(Codec.VP9, listener, drops);
        VideoConfig config = new VideoConfig.InBand(Codec.VP9, 640, 360);
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] data = new byte[1 + random.nextInt(10_000)];
            random.nextBytes(data);
            sent.add(data);
            send(packetizer, assembly, new VideoFrame(data, i * 3_000L, i % 25 == 0, false, config, i));
        }
        assertThat(out.stream().map(VideoFrame::data)).containsExactlyElementsOf(sent);
        assertThat(out.stream().filter(VideoFrame::key)).hasSize(20);
        assertThat(keyPackets).hasSize(20);
        assertThat(drops.total()).isZero();
    }
}
