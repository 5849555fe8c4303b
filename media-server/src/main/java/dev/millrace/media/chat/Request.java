package dev.millrace.media.chat;

import org.jspecify.annotations.Nullable;

/** What a client asks, read and in bounds; whether it may is not decided yet. {@code id} is echoed in the answer. */
sealed interface Request {
    /** Stands for an absent number. */
    long NONE = -1;

    record Hello(
            @Nullable String name, long after, @Nullable String resume) implements Request {}

    record Say(@Nullable String id, String text) implements Request {}

    record React(String emoji) implements Request {}

    /** What only some may, operators too. */
    sealed interface Moderation extends Request {
        @Nullable
        String id();
    }

    record Remove(@Nullable String id, long seq) implements Moderation {}

    /** {@code seconds}: {@link #NONE} until taken back. */
    record Mute(@Nullable String id, String who, long seconds) implements Moderation {}

    record Unmute(@Nullable String id, String who) implements Moderation {}

    record Ban(@Nullable String id, String who) implements Moderation {}

    record Unban(@Nullable String id, String who) implements Moderation {}

    record Slow(@Nullable String id, long seconds) implements Moderation {}

    record App(@Nullable String id, String label, String text) implements Request {}

    record Subscribe(@Nullable String id, String label, boolean on) implements Request {}

    /** What the connection plays without a session. */
    record Watching(Playing.Way way) implements Request {}

    /** A type nobody knows yet: ignored, so that the vocabulary may grow. */
    record Unknown() implements Request {}

    /** Cannot be read. */
    record Bad(@Nullable String id, Refusal code, String detail) implements Request {}
}
