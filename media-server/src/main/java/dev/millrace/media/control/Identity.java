package dev.millrace.media.control;

import org.jspecify.annotations.Nullable;

/**
 * Who a participant of a chat is, as signaling vouches for it.
 *
 * @param name what the token calls them, null when nobody said; otherwise they name themselves
 * @param token names the token without being one (a hash), so that mutes and bans follow it; null without a token
 */
public record Identity(
        ChatRole role, @Nullable String name, @Nullable String token) {
    /** Somebody who came without a token to watch. */
    public static final Identity VIEWER = new Identity(ChatRole.VIEWER, null, null);

    /** Whoever publishes without a token. */
    public static final Identity BROADCASTER = new Identity(ChatRole.BROADCASTER, null, null);
}
