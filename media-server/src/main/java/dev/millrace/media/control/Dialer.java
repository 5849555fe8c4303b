package dev.millrace.media.control;

import java.nio.ByteBuffer;

/** Opens connections to other servers for the media server, which touches no sockets of its own but for its media's. */
public interface Dialer {
    /** Of a media server that has nobody who dials. */
    Dialer NONE = (host, port, tls, events) -> {
        events.onClosed("This server opens no connections.");
        return new Line() {
            @Override
            public void send(byte[] bytes) {}

            @Override
            public void close() {}
        };
    };

    /**
     * Begins to connect. From any thread; never waits.
     *
     * @param tls whether it is to be TLS, with a certificate that is valid for that host
     */
    Line dial(String host, int port, boolean tls, Events events);

    /** A connection, or one that is being opened. Any thread. */
    interface Line {
        /** Queues bytes in order; nothing changes them afterwards. Lost if the line is closed. */
        void send(byte[] bytes);

        /** Once what was queued is out, or can be sent no more; {@link Events#onClosed} follows. */
        void close();
    }

    /** Is told how it fares; on any thread, one at a time and in order, must not block. */
    interface Events {
        void onOpen();

        /** The buffer is the callee's for the call only. */
        void onBytes(ByteBuffer bytes);

        /** So many bytes of what was queued were taken by the system. */
        void onWritten(int bytes);

        /**
         * It is over, or was never opened; said once, the last that is said.
         *
         * @param why a sentence
         */
        void onClosed(String why);
    }
}
