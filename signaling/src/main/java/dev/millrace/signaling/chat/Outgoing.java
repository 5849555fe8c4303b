package dev.millrace.signaling.chat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A message on its way to guests, kept once however many get it.
 *
 * @param lossy whether a guest who reads slowly may miss it
 */
record Outgoing(Payload payload, boolean lossy) {

    /** What kind of frame it becomes. */
    sealed interface Payload {
        record Text(String text) implements Payload {}

        record Binary(Buffer bytes) implements Payload {}
    }

    static Outgoing text(String text, boolean lossy) {
        return new Outgoing(new Payload.Text(text), lossy);
    }

    static Outgoing binary(String base64, boolean lossy) {
        byte[] bytes = Base64.getDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
        return new Outgoing(new Payload.Binary(Buffer.buffer(bytes)), lossy);
    }

    /** About what it takes up, for limits. */
    int size() {
        return switch (payload) {
            case Payload.Text text -> text.text().length();
            case Payload.Binary binary -> binary.bytes().length();
        };
    }

    /** A frame for one guest: writing uses it up. */
    WebSocketFrame frame() {
        return switch (payload) {
            case Payload.Text text -> WebSocketFrame.textFrame(text.text(), true);
            case Payload.Binary binary ->
                WebSocketFrame.binaryFrame(binary.bytes().slice(), true);
        };
    }
}
