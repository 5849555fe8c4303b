package dev.millrace.media.control;

/**
 * What signaling asks of the chat for participants without a data channel, its guests on WebSockets. Answered by
 * {@link MediaReply.Done} or {@link MediaReply.Refused}; what a guest is told comes as {@link ChatEvent}s.
 */
public sealed interface ChatCommand {

    /**
     * A guest came; what they say follows.
     *
     * @param guest signaling's name for this connection, unique among all nodes
     */
    record Join(String stream, String guest, Identity identity) implements ChatCommand {}

    /** One message of a guest, as it came: JSON that nobody looked into yet. */
    record Send(String guest, String text) implements ChatCommand {}

    /** The guest's connection is gone. */
    record Leave(String guest) implements ChatCommand {}
}
