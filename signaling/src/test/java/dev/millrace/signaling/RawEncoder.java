package dev.millrace.signaling;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An encoder that speaks RTMP over a socket, as little of it as tests need. */
final class RawEncoder implements AutoCloseable {
    private static final int HANDSHAKE_BYTES = 1536;

    /** No chunk of a test is longer. */
    private static final int CHUNK_BYTES = 65_536;

    private final Socket socket;
    private final StringBuilder read = new StringBuilder();

    RawEncoder(int port) {
        this(open(port));
    }

    RawEncoder(Socket socket) {
        this.socket = socket;
    }

    private static Socket open(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Up to the publish command, as OBS does it. */
    RawEncoder publish(String application, String name) {
        send(new byte[] {3});
        send(new byte[2 * HANDSHAKE_BYTES]);
        message(2, 1, 0, 0, ByteBuffer.allocate(4).putInt(CHUNK_BYTES).array());
        message(
                3,
                20,
                0,
                0,
                join(
                        text("connect"),
                        number(1),
                        new byte[] {3},
                        member("app", application),
                        member("flashVer", "Test/1"),
                        new byte[] {0, 0, 9}));
        message(3, 20, 0, 0, join(text("createStream"), number(2), new byte[] {5}));
        message(8, 20, 1, 0, join(text("publish"), number(3), new byte[] {5}, text(name), text("live")));
        return this;
    }

    RawEncoder configure() {
        message(6, 9, 1, 0, new byte[] {0x17, 0, 0, 0, 0, 1, 2, 3});
        return this;
    }

    RawEncoder picture(int timestampMs, int length) {
        byte[] tag = new byte[5 + length];
        tag[0] = 0x17;
        tag[1] = 1;
        message(6, 9, 1, timestampMs, tag);
        return this;
    }

    RawEncoder unpublish() {
        message(3, 20, 0, 0, join(text("deleteStream"), number(4), new byte[] {5}, number(1)));
        return this;
    }

    private void message(int chunkStream, int type, int stream, int timestampMs, byte[] payload) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + payload.length);
        chunk.put((byte) chunkStream);
        chunk.put((byte) (timestampMs >> 16)).putShort((short) timestampMs);
        chunk.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        chunk.put((byte) type).putInt(Integer.reverseBytes(stream)).put(payload);
        send(chunk.array());
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until this was said; what was said then, or all of it when the server closed first. */
    String until(String words) {
        try {
            socket.setSoTimeout(20_000);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8_192];
            while (read.indexOf(words) < 0) {
                int count = in.read(buffer);
                if (count < 0) {
                    return read + "<closed>";
                }
                read.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
            return read.toString();
        } catch (SocketTimeoutException e) {
            return read + "<nothing more>";
        } catch (IOException e) {
            return read + "<broken: " + e.getMessage() + ">";
        }
    }

    private static byte[] text(String text) {
        return join(new byte[] {2}, name(text));
    }

    private static byte[] name(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return join(ByteBuffer.allocate(2).putShort((short) bytes.length).array(), bytes);
    }

    private static byte[] member(String name, String value) {
        return join(name(name), text(value));
    }

    private static byte[] number(double number) {
        return ByteBuffer.allocate(9).put((byte) 0).putDouble(number).array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
