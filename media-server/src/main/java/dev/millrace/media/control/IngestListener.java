package dev.millrace.media.control;

/** Is told how a publication of elementary streams fares. Called on any thread, must not block. */
public interface IngestListener {
    /**
     * It is over, by us: taken over, kicked, stopped. Called once at most, and not after {@link IngestSession#close}.
     *
     * @param detail a sentence for whoever broadcasts
     */
    void onClosed(CloseReason reason, String detail);

    /** Something is not as it should be, in a sentence that says what to set otherwise; it goes on. */
    void onWarning(String sentence);

    /** What {@link IngestSession} held back may come now. */
    void onResume();
}
