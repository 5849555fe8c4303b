package dev.millrace.perf;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The packets of Opus in an Ogg file (RFC 3533 section 6, RFC 7845): those of the one stream in it, without its two
 * headers.
 */
final class OggOpus {
    private static final int HEADER_BYTES = 27;
    private static final int SEGMENTS_AT = 26;
    private static final int FULL_SEGMENT = 255;
    private static final int HEADERS = 2;

    private OggOpus() {}

    static List<byte[]> packets(byte[] file) {
        List<byte[]> packets = new ArrayList<>();
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        int page = 0;
        while (page + HEADER_BYTES <= file.length) {
            int segments = file[page + SEGMENTS_AT] & 0xff;
            int at = page + HEADER_BYTES + segments;
            for (int i = 0; i < segments; i++) {
                int size = file[page + HEADER_BYTES + i] & 0xff;
                if (at + size > file.length) {
                    throw new IllegalArgumentException("an Ogg file that ends in a page");
                }
                packet.write(file, at, size);
                at += size;
                if (size < FULL_SEGMENT) {
                    packets.add(packet.toByteArray());
                    packet.reset();
                }
            }
            page = at;
        }
        return packets.size() <= HEADERS ? List.of() : List.copyOf(packets.subList(HEADERS, packets.size()));
    }
}
