package dev.millrace.signaling.srt;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A handshake of SRT (draft-sharabayko-srt-01 section 3.2.1), read where it lies; what answers it is made of it.
 *
 * <pre>
 * u16 0x8000 | u16 0 | u32 0 | u32 timestamp | u32 destination socket
 * | u32 version | u16 encryption | u16 extension | u32 first sequence | u32 MTU | u32 window | u32 type
 * | u32 socket | u32 cookie | 16 peer address | extensions, each: u16 type | u16 words | words
 * </pre>
 */
final class SrtHandshake {
    static final int INDUCTION = 1;
    static final int CONCLUSION = -1;

    /** Types from here on say no (section 3.2.1); the reasons are libsrt's, HTTP's plus 1000. */
    private static final int REJECTED = 1_000;

    private static final int VERSION = 16;
    private static final int ENCRYPTION = 20;
    private static final int EXTENSION = 22;
    private static final int TYPE = 36;
    private static final int SOCKET = 40;
    private static final int COOKIE = 44;
    private static final int END = 64;
    private static final int DESTINATION = 12;

    private static final int HANDSHAKE = 0x8000_0000;
    private static final int VERSION_4 = 4;
    private static final int VERSION_5 = 5;

    /** What a listener of version 5 says of itself in an induction (section 4.3.1.1). */
    private static final int MAGIC = 0x4a17;

    /** What a caller says of itself there: datagrams. */
    private static final int DGRAM = 2;

    private static final int STREAM_ID = 5;
    private static final int MAX_STREAM_ID = 512;

    private final Buffer packet;

    private SrtHandshake(Buffer packet) {
        this.packet = packet;
    }

    /** Null if it is none. */
    static @Nullable SrtHandshake read(Buffer packet) {
        return packet.length() >= END && packet.getInt(0) == HANDSHAKE ? new SrtHandshake(packet) : null;
    }

    int type() {
        return packet.getInt(TYPE);
    }

    boolean isConclusion() {
        return type() == CONCLUSION && packet.getInt(VERSION) == VERSION_5;
    }

    int socket() {
        return packet.getInt(SOCKET);
    }

    int cookie() {
        return packet.getInt(COOKIE);
    }

    /** Of a conclusion: what the caller asks for, empty if nothing. */
    String streamId() {
        int at = END;
        while (at + 4 <= packet.length()) {
            int bytes = 4 * packet.getUnsignedShort(at + 2);
            if (bytes > packet.length() - at - 4) {
                return "";
            }
            if (packet.getUnsignedShort(at) == STREAM_ID && bytes <= MAX_STREAM_ID) {
                return text(packet.getBytes(at + 4, at + 4 + bytes));
            }
            at += 4 + bytes;
        }
        return "";
    }

    /** Words of four bytes, each turned around, zeros at the end. */
    private static String text(byte[] words) {
        byte[] text = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            text[i] = words[i / 4 * 4 + 3 - i % 4];
        }
        int length = text.length;
        while (length > 0 && text[length - 1] == 0) {
            length--;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** The listener's answer to an induction: the caller is to come again with that cookie. */
    Buffer inducted(int cookie) {
        return answer().setInt(VERSION, VERSION_5)
                .setShort(ENCRYPTION, (short) 0)
                .setShort(EXTENSION, (short) MAGIC)
                .setInt(COOKIE, cookie);
    }

    /** No, for a reason that libsrt has a word for. */
    Buffer rejected(SrtRejection why) {
        return answer().slice(0, END).copy().setInt(TYPE, REJECTED + why.code());
    }

    private Buffer answer() {
        return packet.copy().setInt(DESTINATION, socket());
    }

    /** The induction that the caller of this conclusion would have sent. */
    Buffer asInduction() {
        return packet.getBuffer(0, END)
                .copy()
                .setInt(VERSION, VERSION_4)
                .setShort(ENCRYPTION, (short) 0)
                .setShort(EXTENSION, (short) DGRAM)
                .setInt(TYPE, INDUCTION)
                .setInt(COOKIE, 0);
    }

    /** The same with another cookie. */
    Buffer withCookie(int cookie) {
        return packet.copy().setInt(COOKIE, cookie);
    }
}
