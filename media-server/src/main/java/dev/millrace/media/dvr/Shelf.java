package dev.millrace.media.dvr;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where segments are put; every call may take long and may fail. Names are made here, of letters, digits, {@code . _ - /}.
 * Any thread.
 */
interface Shelf {
    /**
     * Stores an object, in place of one of that name.
     *
     * @param pieces one after the other, they are the object
     */
    void put(String name, List<byte[]> pieces) throws IOException;

    /** Null if there is none of that name. */
    byte @Nullable [] get(String name) throws IOException;

    /** Nothing happens if there is none. */
    void delete(String name) throws IOException;

    /** All whose names begin so. */
    void deleteAll(String prefix) throws IOException;

    /** Where that is, for people. */
    String place();
}
