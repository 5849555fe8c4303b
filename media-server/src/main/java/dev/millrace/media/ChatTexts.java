package dev.millrace.media;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/** The one message of the chat's protocol that no room writes. */
final class ChatTexts {
    private ChatTexts() {}

    /** The server closes this channel, why in words. */
    static byte[] end(String why) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(why));
        return ("{\"type\":\"end\",\"detail\":\"" + quoted + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}
