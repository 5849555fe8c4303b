package dev.millrace.media.control;

/**
 * What signaling asks of the chat: for participants without a data channel, its guests on WebSockets, and for operators.
 * Answered by {@link MediaReply.Done} or {@link MediaReply.Refused} where nothing else is said; what a guest is told
 * comes as {@link ChatEvent}s.
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

    /**
     * One binary message of a guest for an application's channel.
     *
     * @param base64 the payload, without the envelope it came in
     */
    record SendBinary(String guest, String label, String base64) implements ChatCommand {}

    /** The guest's connection is gone. */
    record Leave(String guest) implements ChatCommand {}

    /**
     * An operator reads the log: answered by {@link MediaReply.ChatHistory}.
     *
     * @param before messages with smaller numbers, the newest of them; {@link Long#MAX_VALUE} for the end of the log
     */
    record History(String stream, long before, int limit) implements ChatCommand {}

    /** An operator looks at the room: answered by {@link MediaReply.RoomDescribed}, also when nobody is there. */
    record DescribeRoom(String stream) implements ChatCommand {}

    /**
     * An operator moderates without being in the room; heard by all as if they were.
     *
     * @param text the message a moderator would send: remove, mute, unmute, ban, unban or slow
     */
    record Moderate(String stream, String text, Identity by) implements ChatCommand {}

    /** The chat's counters: answered by {@link MediaReply.ChatCounted}. */
    record CountChat() implements ChatCommand {}
}
