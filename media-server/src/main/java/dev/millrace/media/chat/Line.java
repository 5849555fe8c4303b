package dev.millrace.media.chat;

/** What leads from a seat to its reader: a data channel. Called on the loop of its audience. */
public interface Line {
    /** What became of a parcel. */
    enum Taken {
        /** On its way, or skipped for good. */
        TAKEN,
        /** The reader is slow: {@link Audience#onRoom} will be called once it is not. */
        LATER,
        /** The line is closed; nothing goes any more. */
        GONE
    }

    Taken send(Parcel parcel, long nowNs);

    /** What was taken leaves now. */
    void flush(long nowNs);

    /** Nothing more is to be sent, why in words; what was taken still goes. */
    void close(String why, long nowNs);
}
