package dev.millrace.media.control;

import java.util.List;
import java.util.function.Consumer;

/** What a fetch comes to. */
public sealed interface OriginReply {

    /** How long caches may keep a text (rfc8216bis section 6.2.1 and appendix B). */
    enum Freshness {
        /** The multivariant playlist: for seconds. */
        MULTIVARIANT,
        /** A playlist or manifest as it is now: for less than a part. */
        NOW,
        /** A playlist that was asked for by number, and never changes below that: for long. */
        NUMBERED,
        /** Of a broadcast that is over: for a moment, since the name may be used again. */
        FINAL
    }

    /** A playlist or manifest; the same object as long as it says the same. */
    record Text(StoredText text, Freshness freshness) implements OriginReply {}

    /**
     * An init segment, a segment or a part; never changes.
     *
     * @param pieces one after the other; shared by all who are sent them
     */
    record Whole(String mediaType, List<byte[]> pieces) implements OriginReply {
        public Whole {
            pieces = List.copyOf(pieces);
        }

        /** In bytes. */
        public long length() {
            long length = 0;
            for (byte[] piece : pieces) {
                length += piece.length;
            }
            return length;
        }
    }

    /** A still; another one is there in a few seconds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Still(String mediaType, byte[] bytes) implements OriginReply {}

    /** A segment that is being made: what there is and what comes, part by part. */
    record Growing(String mediaType, GrowingObject object) implements OriginReply {}

    /** No. */
    record Refused(OriginRefusal kind, String detail) implements OriginReply {}

    /** The parts of an object that is not over. */
    interface GrowingObject {
        /**
         * Hands over every part there is and will be, in order, then {@code end} with whether it is complete; calls come
         * on any thread, one at a time.
         *
         * @return ends the subscription
         */
        Runnable subscribe(Consumer<byte[]> part, Consumer<Boolean> end);
    }
}
