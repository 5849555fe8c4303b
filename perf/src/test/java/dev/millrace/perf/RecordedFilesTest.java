package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files a recording is made of. */
class RecordedFilesTest {
    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void aStreamIsCutIntoPictures() {
        byte[] stream = bytes(
                0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x65, 0x88, 3, // a keyframe,
                0, 0, 1, 0x65, 0x44, 4, // its second slice,
                0, 0, 0, 1, 0x41, 0x9a, 5, // a picture behind it,
                0, 0, 0, 1, 0x06, 0x05, 0, 0, 1, 0x41, 0x9a, 6); // and one with SEI
        List<Clip.Picture> pictures = AnnexBStream.pictures(stream, 25);
        assertThat(pictures).hasSize(3);
        assertThat(pictures).extracting(Clip.Picture::key).containsExactly(true, false, false);
        assertThat(pictures).extracting(Clip.Picture::sentNs).containsExactly(0L, 40_000_000L, 80_000_000L);
        assertThat(pictures.get(0).annexB()).hasSize(24).endsWith(4);
        assertThat(pictures.get(1).annexB()).isEqualTo(bytes(0, 0, 0, 1, 0x41, 0x9a, 5));
        assertThat(pictures.get(2).annexB()).hasSize(12);
    }

    @Test
    void soundIsReadFromOgg() throws IOException {
        byte[] large = new byte[600];
        large[599] = 42;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        page(file, bytes(8), new byte[8]);
        page(file, bytes(16), new byte[16]);
        page(file, bytes(3, 255, 255), bytes(1, 2, 3), java.util.Arrays.copyOf(large, 510));
        page(file, bytes(90, 2), java.util.Arrays.copyOfRange(large, 510, 600), bytes(7, 8));
        assertThat(OggOpus.packets(file.toByteArray())).containsExactly(bytes(1, 2, 3), large, bytes(7, 8));
    }

    private static void page(ByteArrayOutputStream file, byte[] lacing, byte[]... parts) throws IOException {
        byte[] header = new byte[27];
        header[26] = (byte) lacing.length;
        file.write(header);
        file.write(lacing);
        for (byte[] part : parts) {
            file.write(part);
        }
    }

    @Test
    void withoutFfmpegThereIsASentence(@TempDir Path directory) {
        assertThatThrownBy(() -> Recording.in(directory, directory.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("FFmpeg made no clip");
    }
}
