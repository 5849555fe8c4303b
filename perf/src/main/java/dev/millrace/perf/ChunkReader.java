package dev.millrace.perf;

import dev.millrace.media.rtp.BigEndian;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Finds the CMAF chunks in a segment as its bytes come in (ISO/IEC 14496-12 sections 4.2, 8.8). Owned by one loop. */
final class ChunkReader {
    private static final int HEAD_BYTES = 8;
    private static final int DURATION = 0x100;
    private static final int SIZE = 0x200;
    private static final int FLAGS = 0x400;
    private static final int COMPOSITION = 0x800;
    private static final int DATA_OFFSET = 0x1;

    /** Is told of a chunk when its last byte is there; both in ticks of the track. */
    interface Sink {
        void onChunk(long decodeTime, long duration);
    }

    private final Sink sink;
    private Buffer rest = Buffer.buffer();
    private long decodeTime;
    private long duration;

    ChunkReader(Sink sink) {
        this.sink = sink;
    }

    void onBytes(Buffer bytes) {
        byte[] b = rest.appendBuffer(bytes).getBytes();
        int at = 0;
        while (b.length - at >= HEAD_BYTES) {
            int size = BigEndian.i32(b, at);
            if (size < HEAD_BYTES || b.length - at < size) {
                break;
            }
            box(b, at, size);
            at += size;
        }
        rest = Buffer.buffer().appendBytes(b, at, b.length - at);
    }

    private void box(byte[] b, int at, int size) {
        switch (type(b, at)) {
            case "moof" -> moof(b, at + HEAD_BYTES, at + size);
            case "mdat" -> sink.onChunk(decodeTime, duration);
            default -> {}
        }
    }

    private void moof(byte[] b, int from, int end) {
        int at = from;
        while (end - at >= HEAD_BYTES) {
            int size = Math.max(HEAD_BYTES, BigEndian.i32(b, at));
            switch (type(b, at)) {
                case "traf" -> moof(b, at + HEAD_BYTES, Math.min(end, at + size));
                case "tfdt" -> decodeTime = BigEndian.i64(b, at + HEAD_BYTES + 4);
                case "trun" -> duration = duration(b, at + HEAD_BYTES);
                default -> {}
            }
            at += size;
        }
    }

    /** All samples of a trun box together. */
    private static long duration(byte[] b, int trun) {
        int flags = BigEndian.i32(b, trun);
        int samples = BigEndian.i32(b, trun + 4);
        int at = trun + 8 + ((flags & DATA_OFFSET) != 0 ? 4 : 0);
        int step = 4 * Integer.bitCount(flags & (DURATION | SIZE | FLAGS | COMPOSITION));
        long sum = 0;
        for (int i = 0; i < samples; i++, at += step) {
            sum += BigEndian.i32(b, at);
        }
        return sum;
    }

    private static String type(byte[] b, int at) {
        return new String(b, at + 4, 4, StandardCharsets.US_ASCII);
    }
}
