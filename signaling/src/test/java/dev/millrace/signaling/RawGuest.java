package dev.millrace.signaling;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A WebSocket written by hand, to do what no library would. */
final class RawGuest implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int TIMEOUT_MS = 15_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A frame of the server. */
    record Frame(int opcode, boolean last, Buffer payload) {
        int closeCode() {
            return payload.getUnsignedShort(0);
        }
    }

    RawGuest(int port, int receiveBuffer) {
        try {
            socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(TIMEOUT_MS);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Upgraded already. */
    static RawGuest open(Server server, int receiveBuffer) {
        RawGuest guest = new RawGuest(server.millrace.httpPort(), receiveBuffer);
        String answer = guest.request(upgrade("?stream=show"));
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(answer);
        }
        return guest;
    }

    static String upgrade(String query, String... more) {
        return "GET /ws" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
                + String.join("", more) + "\r\n";
    }

    /** Sends a request; answers the head of what comes back, or "" when the connection ends. */
    String request(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return "";
                }
                head.append((char) c);
            }
            return head.toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Sends bytes as they are; false when the other side is gone. */
    boolean raw(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    boolean send(int opcode, boolean last, byte[] payload) {
        return raw(frame((last ? 0x80 : 0) | opcode, payload, true));
    }

    boolean text(String text) {
        return send(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code first} is the first byte: FIN, RSV and opcode. */
    static byte[] frame(int first, byte[] payload, boolean masked) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        int mask = masked ? 0x80 : 0;
        if (payload.length < 126) {
            frame.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(mask | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(mask | 127);
            frame.writeBytes(new byte[4]);
            frame.write(payload.length >> 24);
            frame.write(payload.length >> 16);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        if (masked) {
            frame.writeBytes(new byte[4]); // a mask of zeros is one
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first & 0x0f, (first & 0x80) != 0, Buffer.buffer(payload));
    }

    /** Reads until the server closes: "1009" and the like, or "ended" when it does so without a word. */
    String closed() {
        String how = "ended";
        try {
            while (true) {
                Frame frame = read();
                if (frame.opcode() == CLOSE) {
                    how = String.format(Locale.ROOT, "%d", frame.closeCode());
                    send(CLOSE, true, frame.payload().getBytes());
                }
            }
        } catch (EOFException | SocketException e) {
            return how;
        } catch (IOException e) {
            throw new UncheckedIOException("still open", e);
        }
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
