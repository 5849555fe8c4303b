package dev.millrace.perf.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server's processes hold at one moment, to be set beside the same of another moment.
 *
 * @param atS in seconds of the run; below 0 before anybody came
 * @param clients of ours that were connected, publishers and those who come and go included
 * @param sessions the server says it has; null when it does not say
 * @param threads the kernel's
 * @param descriptors open files and sockets
 * @param rssBytes resident
 * @param liveHeapBytes Java objects that a collection leaves; null when it is no JVM, or not one of ours
 * @param nativeBytes what else a JVM has committed, by its own book (-XX:NativeMemoryTracking=summary); null without that
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Census(
        double atS,
        int clients,
        @Nullable Long sessions,
        long threads,
        long descriptors,
        long rssBytes,
        @Nullable Long liveHeapBytes,
        @Nullable Long nativeBytes) {

    /** The live heap and what else is known to be committed, or null. */
    @Nullable
    Long heldBytes() {
        Long heap = liveHeapBytes;
        Long others = nativeBytes;
        return heap == null ? null : heap + (others == null ? 0 : others);
    }

    /** The one with the most clients, of those before the last; null when there are less than two. */
    static @Nullable Census fullest(List<Census> taken) {
        Census fullest = null;
        for (int i = 1; i < taken.size(); i++) {
            Census each = taken.get(i);
            fullest = fullest == null || each.clients() > fullest.clients() ? each : fullest;
        }
        return fullest;
    }
}
