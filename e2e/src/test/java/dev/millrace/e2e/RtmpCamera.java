package dev.millrace.e2e;

import dev.millrace.e2e.film.Barcodes;
import dev.millrace.media.rtmp.PushConnection;
import dev.millrace.media.rtmp.PushEnd;
import dev.millrace.media.rtmp.PushSink;
import dev.millrace.media.rtmp.PushTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An encoder that pushes pictures which tell when they were painted, at once and by RTMP, with silence in AAC beside them. */
final class RtmpCamera implements AutoCloseable {
    /** Not 33.33: see {@code sources.js}. */
    private static final long FRAME_NS = 33_440_000;

    private static final long SOUND_NS = 1024L * 1_000_000_000 / 48_000;

    /** AAC-LC, 48 kHz, two channels (ISO/IEC 14496-3 section 1.6.2.1). */
    private static final byte[] AAC_CONFIGURATION = {0x11, (byte) 0x90};

    private static final byte[] SILENCE = {0x21, 0x00, 0x49, (byte) 0x90, 0x02, 0x19, 0x00, 0x23, (byte) 0x80};
    private static final int IDR = 5;
    private static final int SPS = 7;
    private static final int PPS = 8;

    private final Socket socket;
    private final OutputStream out;
    private final PushConnection connection;
    private final Barcodes pictures;
    private final Thread thread;
    private final long beginNs = System.nanoTime();
    private volatile boolean publishing;
    private volatile boolean closed;
    private volatile String ended = "";
    private long encodingNs;
    private volatile int encoded;

    RtmpCamera(int port, String stream, int width, int height, int groupPictures) {
        pictures = new Barcodes(width, height, groupPictures);
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PushTarget target = new PushTarget("live", "rtmp://127.0.0.1:" + port + "/live", stream);
        connection = new PushConnection(new Sink(), target, new Random(1), beginNs);
        thread = Thread.ofPlatform().name("rtmp-camera").start(this::run);
    }

    private final class Sink implements PushSink {
        @Override
        public void send(byte[] bytes) {
            RtmpCamera.this.send(bytes);
        }

        @Override
        public void onPublishing() {
            publishing = true;
        }

        @Override
        public void onWarning(String sentence) {}

        @Override
        public void onEnd(PushEnd why, String detail) {
            ended = why + ": " + detail;
        }
    }

    private void send(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        try {
            byte[] received = new byte[4096];
            while (!publishing && !closed) {
                int n = socket.getInputStream().read(received);
                if (n < 0) {
                    return;
                }
                connection.onBytes(ByteBuffer.wrap(received, 0, n), System.nanoTime());
            }
            film();
        } catch (IOException | RuntimeException gone) {
            ended = gone.toString();
        }
    }

    private void film() {
        send(connection.aacConfiguration(0, AAC_CONFIGURATION));
        long nextNs = System.nanoTime();
        long soundNs = nextNs;
        boolean configured = false;
        int made = 0;
        while (!closed) {
            long nowNs = System.nanoTime();
            for (; soundNs <= nowNs; soundNs += SOUND_NS) {
                send(connection.aac(ms(soundNs), SILENCE));
            }
            if (nowNs >= nextNs) {
                List<byte[]> units = units(pictures.picture(ms(nowNs), epochTenthsMs()));
                encodingNs += System.nanoTime() - nowNs;
                encoded = ++made;
                if (!configured) {
                    configured = true;
                    send(connection.avcConfiguration(0, configuration(units)));
                }
                boolean key = units.stream().anyMatch(unit -> type(unit) == IDR);
                send(connection.avc(ms(nowNs), 0, key, lengths(units)));
                nextNs += FRAME_NS;
            }
            LockSupport.parkNanos(Math.max(0, Math.min(nextNs, soundNs) - System.nanoTime()));
        }
    }

    /** What {@code performance.timeOrigin + performance.now()} is in a browser. */
    private static long epochTenthsMs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 10_000 + now.getNano() / 100_000;
    }

    private int ms(long atNs) {
        return (int) TimeUnit.NANOSECONDS.toMillis(atNs - beginNs);
    }

    private static int type(byte[] unit) {
        return unit[0] & 0x1f;
    }

    /** NAL units of a picture in annex B. */
    private static List<byte[]> units(byte[] annexB) {
        List<byte[]> units = new ArrayList<>();
        int begin = -1;
        for (int i = 0; i + 2 < annexB.length; i++) {
            if (annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1) {
                if (begin >= 0) {
                    units.add(unit(annexB, begin, i));
                }
                begin = i + 3;
            }
        }
        units.add(unit(annexB, begin, annexB.length));
        return units;
    }

    private static byte[] unit(byte[] annexB, int from, int to) {
        int end = to;
        while (end > from && annexB[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOfRange(annexB, from, end);
    }

    private static byte[] lengths(List<byte[]> units) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(unit.length).array());
            bytes.writeBytes(unit);
        }
        return bytes.toByteArray();
    }

    /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1). */
    private static byte[] configuration(List<byte[]> units) {
        byte[] sps =
                units.stream().filter(unit -> type(unit) == SPS).findFirst().orElseThrow();
        byte[] pps =
                units.stream().filter(unit -> type(unit) == PPS).findFirst().orElseThrow();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {1, sps[1], sps[2], sps[3], (byte) 0xff, (byte) 0xe1});
        bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) sps.length).array());
        bytes.writeBytes(sps);
        bytes.write(1);
        bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) pps.length).array());
        bytes.writeBytes(pps);
        return bytes.toByteArray();
    }

    /** What painting and encoding a picture takes, in the mean, ms; once it is closed. */
    double encodingMs() {
        return encodingNs / 1e6 / Math.max(1, encoded);
    }

    /** How many pictures it has made. */
    int encoded() {
        return encoded;
    }

    /** Why it is over; empty while it is not. */
    String ended() {
        return ended;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            socket.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pictures.close();
    }
}
