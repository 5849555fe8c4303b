package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import org.jspecify.annotations.Nullable;

/**
 * One message of a stream's log as it is kept.
 *
 * @param seq its number in the stream, from 1, given once
 * @param atEpochMs when the server took it
 * @param from who said it, by participant id
 * @param name what they were called then
 * @param token the sender's token by its hash, so that a ban reaches it later
 * @param clientId what the sender called it, so that it is not said twice
 * @param text null once it is removed
 */
record Message(
        long seq,
        long atEpochMs,
        String from,
        String name,
        ChatRole role,
        @Nullable String token,
        @Nullable String clientId,
        @Nullable String text) {

    Message removed() {
        return new Message(seq, atEpochMs, from, name, role, token, clientId, null);
    }
}
