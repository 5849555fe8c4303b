package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.transcode.wire.Picture.Coded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemuxTest {
    private static final int CLOCK = 90_000;

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    private record Packet(int stream, double seconds, boolean key) {}

    /** A fragmented MP4 of a film at 30 pictures a second that begins there. */
    private String film(String name, List<Coded> film, double startS) throws IOException {
        AVFormatContext output = new AVFormatContext(null);
        String path = directory.resolve(name).toString();
        Av.check(avformat.avformat_alloc_output_context2(output, (AVOutputFormat) null, "mp4", path), "write");
        AVStream stream = Av.some(avformat.avformat_new_stream(output, null), "have a track");
        stream.codecpar().codec_type(avutil.AVMEDIA_TYPE_VIDEO).codec_id(avcodec.AV_CODEC_ID_H264);
        stream.codecpar().width(320).height(240).format(avutil.AV_PIX_FMT_YUV420P);
        byte[] sets = headers(film.getFirst());
        stream.codecpar().extradata(new BytePointer(avutil.av_mallocz(sets.length + 64L)));
        stream.codecpar().extradata().put(sets, 0, sets.length);
        stream.codecpar().extradata_size(sets.length);
        stream.time_base().num(1).den(CLOCK);
        AVIOContext io = new AVIOContext(null);
        Av.check(avformat.avio_open(io, path, avformat.AVIO_FLAG_WRITE), "write");
        output.pb(io);
        AVDictionary options = new AVDictionary(null);
        avutil.av_dict_set(options, "movflags", "+frag_keyframe+empty_moov+default_base_moof", 0);
        Av.check(avformat.avformat_write_header(output, options), "write");
        AVPacket packet = Av.packet();
        for (int i = 0; i < film.size(); i++) {
            Av.fill(packet, film.get(i).data());
            packet.pts(Math.round(i / 30.0 * CLOCK)).dts(packet.pts()).duration(CLOCK / 30);
            packet.flags(film.get(i).key() ? avcodec.AV_PKT_FLAG_KEY : 0);
            avcodec.av_packet_rescale_ts(
                    packet, avutil.av_make_q(1, CLOCK), output.streams(0).time_base());
            Av.check(avformat.av_interleaved_write_frame(output, packet), "write");
        }
        Av.check(avformat.av_write_trailer(output), "write");
        double ticks = (double) output.streams(0).time_base().den();
        avcodec.av_packet_free(packet);
        avformat.avio_closep(io);
        avformat.avformat_free_context(output);
        begin(Path.of(path), Math.round(startS * ticks));
        return path;
    }

    /** FFmpeg's own fragments begin at zero; those of a broadcast do not: all tfdt (version 1) are moved. */
    private static void begin(Path file, long ticks) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer boxes = ByteBuffer.wrap(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf("tfdt"); at >= 0; at = text.indexOf("tfdt", at + 1)) {
            boxes.putLong(at + 8, boxes.getLong(at + 8) + ticks);
        }
        Files.write(file, bytes);
    }

    /** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1. */
    private static byte[] headers(Coded key) {
        byte[] sps = key.sps().getFirst();
        byte[] pps = key.pps().getFirst();
        return ByteBuffer.allocate(11 + sps.length + pps.length)
                .put(new byte[] {1, sps[1], sps[2], sps[3], -1, (byte) 0xe1})
                .putShort((short) sps.length)
                .put(sps)
                .put((byte) 1)
                .putShort((short) pps.length)
                .put(pps)
                .array();
    }

    private static List<Packet> read(String path) {
        AVFormatContext input = new AVFormatContext(null);
        Av.check(avformat.avformat_open_input(input, path, (AVInputFormat) null, (AVDictionary) null), "read");
        AVPacket packet = Av.packet();
        List<Packet> packets = new ArrayList<>();
        while (avformat.av_read_frame(input, packet) >= 0) {
            AVStream stream = input.streams(packet.stream_index());
            packets.add(new Packet(
                    packet.stream_index(),
                    (double) packet.dts()
                            * stream.time_base().num()
                            / stream.time_base().den(),
                    (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0));
            avcodec.av_packet_unref(packet);
        }
        avcodec.av_packet_free(packet);
        avformat.avformat_close_input(input);
        return packets;
    }

    @Test
    void tracksOfSeveralFilesBecomeOneFileThatBeginsAtZero() throws IOException {
        List<Coded> film = Films.of(Codec.H264, 320, 240, 30, 10);
        assertThat(read(film("a.mp4", film, 100)).getFirst().seconds()).isCloseTo(100, within(0.001));
        String output = directory.resolve("out.mp4").toString();
        Remux.run(
                List.of(
                        List.of(film("a1.mp4", film, 100), film("a2.mp4", film, 103)),
                        List.of(film("b.mp4", film, 100.5))),
                output);

        List<Packet> packets = read(output);
        List<Packet> first = packets.stream().filter(each -> each.stream() == 0).toList();
        List<Packet> second =
                packets.stream().filter(each -> each.stream() == 1).toList();
        assertThat(first).hasSize(60);
        assertThat(second).hasSize(30);
        for (int i = 0; i < 30; i++) {
            assertThat(first.get(i).seconds()).isCloseTo(i / 30.0, within(0.001));
            assertThat(first.get(30 + i).seconds()).isCloseTo(3 + i / 30.0, within(0.001));
            assertThat(second.get(i).seconds()).isCloseTo(0.5 + i / 30.0, within(0.001));
            assertThat(first.get(i).key()).isEqualTo(i % 10 == 0);
        }
        String bytes = new String(Files.readAllBytes(Path.of(output)), StandardCharsets.ISO_8859_1);
        assertThat(bytes.indexOf("moov")).isLessThan(bytes.indexOf("mdat"));
        assertThat(directory.resolve("out.mp4.unfinished")).doesNotExist();
    }

    @Test
    void parameterSetsThatChangeComeWithTheirKeyframes() throws IOException {
        List<Coded> film = Films.of(Codec.H264, 320, 240, 10, 10);
        Coded key = film.getFirst();
        byte[] pps = key.pps().getFirst().clone();
        pps = java.util.Arrays.copyOf(pps, pps.length + 1); // a trailing zero: other bytes, the same meaning
        List<Coded> other = new ArrayList<>(film);
        other.set(0, new Coded(key.codec(), true, key.sps(), List.of(pps), key.data()));
        String output = directory.resolve("out.mp4").toString();
        Remux.run(List.of(List.of(film("a1.mp4", film, 0), film("a2.mp4", other, 1))), output);

        String bytes = new String(Files.readAllBytes(Path.of(output)), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains(new String(pps, StandardCharsets.ISO_8859_1));
        assertThat(read(output)).hasSize(20);
    }

    @Test
    void whatCannotBeReadIsToldAndLeavesNothing() throws IOException {
        Path garbage = directory.resolve("garbage.mp4");
        Files.write(garbage, new byte[5_000]);
        Path output = directory.resolve("out.mp4");
        assertThatThrownBy(() -> Remux.run(List.of(List.of(garbage.toString())), output.toString()))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("garbage.mp4");
        assertThatThrownBy(() -> Remux.run(List.of(List.of("/nowhere.mp4")), output.toString()))
                .hasMessageContaining("nowhere.mp4");
        assertThatThrownBy(() -> Remux.run(List.of(List.of()), output.toString()))
                .hasMessageContaining("no files");
        assertThat(directory.toFile().list()).containsExactly("garbage.mp4");
    }
}
