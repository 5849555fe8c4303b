package dev.millrace.signaling.chat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * A binary message for an application's channel: u16 length of the header, the header as JSON, the payload.
 *
 * @param label the channel, from the header
 */
record Envelope(String label, Buffer payload) {
    private static final int LENGTH_BYTES = 2;

    /** More is no header of ours. */
    private static final int MAX_HEADER_BYTES = 1024;

    /** Empty when it is none. */
    static Optional<Envelope> read(Buffer message) {
        if (message.length() < LENGTH_BYTES) {
            return Optional.empty();
        }
        int length = message.getUnsignedShort(0);
        int end = LENGTH_BYTES + length;
        if (length > MAX_HEADER_BYTES || end > message.length()) {
            return Optional.empty();
        }
        try {
            JsonObject header = new JsonObject(message.getBuffer(LENGTH_BYTES, end));
            return header.getValue("label") instanceof String label && "app".equals(header.getValue("type"))
                    ? Optional.of(new Envelope(label, message.getBuffer(end, message.length())))
                    : Optional.empty();
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }
}
