package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import org.jspecify.annotations.Nullable;

/**
 * Somebody in a room, by their id: one person's connections, of two tabs or one after the other, share it. Owned by the
 * chat thread.
 */
final class Participant {
    /** Long run: a finger on a key. */
    private static final int REACTIONS_PER_SECOND = 10;

    private static final int REACTIONS_AT_ONCE = 20;

    /** So many seconds' worth may be said at once. */
    private static final int SAY_BURST_SECONDS = 4;

    /** Moderators and the broadcaster may say so many times as much. */
    private static final int TRUSTED_FACTOR = 4;

    private static final int APP_PER_SECOND = 20;

    /** The broadcaster's applications may send this much more: captions, scores, telemetry of every picture. */
    private static final int APP_BROADCASTER_FACTOR = 10;

    /** Not known to have said anything. */
    static final long NEVER = -1;

    private final String id;
    private final ChatRole role;
    private final @Nullable String token;
    private final TokenBucket says;
    private final TokenBucket reactions;
    private final TokenBucket apps;
    private String name;
    private boolean named;
    private int connections;
    private int welcomed;
    private long lastSaidEpochMs = NEVER;

    Participant(String id, ChatRole role, @Nullable String token, String name, ChatConfig config, long nowNs) {
        this.id = id;
        this.role = role;
        this.token = token;
        this.name = name;
        int rate = config.ratePerSecond() * (role == ChatRole.VIEWER ? 1 : TRUSTED_FACTOR);
        this.says = new TokenBucket(rate, (double) rate * SAY_BURST_SECONDS, nowNs);
        this.reactions = new TokenBucket(REACTIONS_PER_SECOND, REACTIONS_AT_ONCE, nowNs);
        int appRate = APP_PER_SECOND * (role == ChatRole.BROADCASTER ? APP_BROADCASTER_FACTOR : 1);
        this.apps = new TokenBucket(appRate, appRate, nowNs);
    }

    String id() {
        return id;
    }

    ChatRole role() {
        return role;
    }

    /** The token they came with, by its hash. */
    @Nullable
    String token() {
        return token;
    }

    String name() {
        return name;
    }

    /** Whether somebody chose the name; a made-up one is not announced. */
    boolean named() {
        return named;
    }

    void call(String chosen) {
        name = chosen;
        named = true;
    }

    TokenBucket says() {
        return says;
    }

    TokenBucket reactions() {
        return reactions;
    }

    TokenBucket apps() {
        return apps;
    }

    long lastSaidEpochMs() {
        return lastSaidEpochMs;
    }

    void saidAt(long epochMs) {
        lastSaidEpochMs = epochMs;
    }

    /** Connections that are this participant's now. */
    int connections() {
        return connections;
    }

    void connected() {
        connections++;
    }

    void disconnected() {
        connections--;
    }

    /** Of those, the ones that said hello; true for the first. */
    boolean arrive() {
        return welcomed++ == 0;
    }

    /** True for the last. */
    boolean leave() {
        return --welcomed == 0;
    }

    /** Who may do more: the broadcaster 2, moderators 1, viewers 0. */
    static int rank(ChatRole role) {
        return switch (role) {
            case BROADCASTER -> 2;
            case MODERATOR -> 1;
            case VIEWER -> 0;
        };
    }
}
