package dev.millrace.media.chat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How rooms behave.
 *
 * @param directory where messages are kept over a restart, null to keep them in memory only
 * @param history how many messages a newcomer is given
 * @param keep how many messages of a stream are kept
 * @param ratePerSecond messages one viewer may say in the long run; four seconds' worth at once
 * @param maxLength of a message, in characters (code points)
 */
public record ChatConfig(
        boolean enabled, @Nullable Path directory, int history, int keep, int ratePerSecond, int maxLength) {
    /** As shipped, but in memory. */
    public static final ChatConfig IN_MEMORY = new ChatConfig(true, null, 50, 10_000, 5, 2_000);
}
