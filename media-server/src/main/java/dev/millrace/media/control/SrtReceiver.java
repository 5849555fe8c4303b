package dev.millrace.media.control;

/** A listener of SRT for one caller: MPEG-TS with H.264, AAC, Opus. Any thread; nothing waits. */
public interface SrtReceiver {
    /** The UDP port of loopback that it listens on, soon. */
    int port();

    /** Whose media will come; that they may publish was checked before. Once, and before media come. */
    void publish(IngestRequest request);

    /** The other side is gone, or is to go. */
    void close(CloseReason reason);

    /** Is told how it fares; on any thread, must not block. */
    interface Listener {
        /** Media come, and are published. */
        void onLive(String session);

        /** Something is not as it should be, in a sentence; it goes on. */
        void onWarning(String sentence);

        /** It is over, whoever ended it. */
        void onEnd(String detail);
    }
}
