package dev.millrace.media.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What signaling passes on to its guests; messages are JSON texts, sent as they are. */
public sealed interface ChatEvent {

    String stream();

    /** From here on the guest gets what goes to all, after these. A guest may be welcomed anew. */
    record Welcome(String stream, String guest, List<String> messages) implements ChatEvent {}

    /** For one guest, welcomed or not. */
    record ToGuest(String stream, String guest, String message) implements ChatEvent {}

    /**
     * For all guests who were welcomed.
     *
     * @param label the application channel they must have subscribed to, null for the chat itself
     * @param lossy whether a guest who reads slowly may miss it
     */
    record ToAll(String stream, @Nullable String label, boolean lossy, String message) implements ChatEvent {}

    /**
     * A binary message of an application's channel, for all guests who subscribed to it.
     *
     * @param base64 the envelope: u16 length of a JSON header, the header, the payload
     */
    record BinaryToAll(String stream, String label, String base64) implements ChatEvent {}

    /** The same for one guest. */
    record BinaryToGuest(String stream, String guest, String label, String base64) implements ChatEvent {}

    /** The guest wants an application channel's messages, or no longer. */
    record Subscribed(String stream, String guest, String label, boolean on) implements ChatEvent {}

    /** The chat has done with the guest: close the connection. */
    record End(String stream, String guest, String why) implements ChatEvent {}
}
