package dev.millrace.signaling.chat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Puts the frames of a WebSocket together to messages (RFC 6455 section 5.4). Owned by the HTTP context. */
final class MessageAssembler {
    /** As for a data channel. */
    static final int MAX_BYTES = 256 * 1024;

    /** What a frame has brought. */
    sealed interface Outcome {
        /** The message goes on in the next frame, or the frame was none of a message. */
        record Nothing() implements Outcome {}

        record Text(String text) implements Outcome {}

        record Binary(Buffer bytes) implements Outcome {}

        /** The message is longer than {@link #MAX_BYTES}. */
        record TooLong() implements Outcome {}

        /** A text that is not UTF-8 (section 8.1). */
        record NotUtf8() implements Outcome {}
    }

    private static final Outcome NOTHING = new Outcome.Nothing();

    private final ByteArrayOutputStream parts = new ByteArrayOutputStream(0);
    private boolean text;

    Outcome add(WebSocketFrame frame) {
        boolean first = frame.isText() || frame.isBinary();
        if (!first && !frame.isContinuation()) {
            return NOTHING;
        }
        byte[] bytes = frame.binaryData().getBytes();
        if (first) {
            parts.reset();
            text = frame.isText();
            if (frame.isFinal()) {
                return whole(bytes);
            }
        }
        if (parts.size() + bytes.length > MAX_BYTES) {
            parts.reset();
            return new Outcome.TooLong();
        }
        parts.writeBytes(bytes);
        if (!frame.isFinal()) {
            return NOTHING;
        }
        byte[] all = parts.toByteArray();
        parts.reset();
        return whole(all);
    }

    private Outcome whole(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return new Outcome.TooLong();
        }
        if (!text) {
            return new Outcome.Binary(Buffer.buffer(bytes));
        }
        try {
            return new Outcome.Text(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return new Outcome.NotUtf8();
        }
    }
}
