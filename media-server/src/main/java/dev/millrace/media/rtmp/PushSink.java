package dev.millrace.media.rtmp;

/** What a {@link PushConnection} wants done. Called within its methods, on whichever thread calls those. */
public interface PushSink {
    /** To the server; the array is not used again. */
    void send(byte[] bytes);

    /** The server takes media from now on. */
    void onPublishing();

    /** The server says something in words, and it goes on. */
    void onWarning(String sentence);

    /**
     * It is over: the connection is to be closed. Said once, the last that is said.
     *
     * @param detail a sentence, without the key
     */
    void onEnd(PushEnd why, String detail);
}
