package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A message as bytes in the store: format (1 byte), role (1 byte), time (8 bytes), then sender, name, token, client id
 * and text, each a length (4 bytes, -1 for none) and UTF-8. Its number is the row's key.
 */
final class MessageRow {
    private static final int FORMAT = 1;

    private MessageRow() {}

    static byte[] write(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(FORMAT);
            out.writeByte(
                    switch (message.role()) {
                        case BROADCASTER -> 0;
                        case MODERATOR -> 1;
                        case VIEWER -> 2;
                    });
            out.writeLong(message.atEpochMs());
            write(out, message.from());
            write(out, message.name());
            write(out, message.token());
            write(out, message.clientId());
            write(out, message.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Message read(long seq, byte[] row) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(row));
        try {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalStateException("a chat message in format " + format + ", which only a later version"
                        + " of Millrace reads: run that one, or move the chat directory away");
            }
            ChatRole role =
                    switch (in.readByte()) {
                        case 0 -> ChatRole.BROADCASTER;
                        case 1 -> ChatRole.MODERATOR;
                        default -> ChatRole.VIEWER;
                    };
            long at = in.readLong();
            return new Message(seq, at, text(in), text(in), role, textOrNull(in), textOrNull(in), textOrNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String text(DataInputStream in) throws IOException {
        String text = textOrNull(in);
        if (text == null) {
            throw new IOException("a chat message without a sender");
        }
        return text;
    }

    private static @Nullable String textOrNull(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), java.nio.charset.StandardCharsets.UTF_8);
    }
}
