package dev.millrace.media.record;

import java.nio.file.Path;

/**
 * How recordings are kept.
 *
 * @param directory all of them; made when the first begins
 * @param everything every broadcast is recorded, unless somebody says otherwise for its stream
 * @param keepMs finished ones older than this are deleted; 0 keeps them
 * @param freeBytes the oldest finished ones are deleted while the disk has less room than this; 0 deletes none
 * @param waitingBytes what may wait for the disk before parts are left out
 */
public record RecordConfig(Path directory, boolean everything, long keepMs, long freeBytes, long waitingBytes) {
    /** A disk that hesitates for 25 s at 20 Mb/s costs nothing. */
    public static final long WAITING_BYTES = 64L << 20;

    /** As shipped: none unless asked for, and never deleted. */
    public static RecordConfig in(Path directory) {
        return new RecordConfig(directory, false, 0, 0, WAITING_BYTES);
    }
}
