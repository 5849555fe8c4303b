package dev.millrace.perf;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The UDP sockets of one loop, one a client: servers tell clients apart by their address. The loop's thread alone. */
interface LightSockets extends AutoCloseable {
    /** A key frame of a few hundred packets must fit while the thread looks after others. */
    int RECEIVE_BUFFER_BYTES = 1 << 20;

    /** Whose datagrams they are. */
    interface Receiver {
        /** One came; good for the call. */
        void onDatagram(Datagram datagram);
    }

    /** One client's socket. */
    interface Socket {
        /** Sends at once; what the socket does not take is lost, as on a network. */
        void send(InetSocketAddress to, byte[] b, int off, int len);

        void close();
    }

    /** Opens one, whose datagrams go to that one. */
    Socket open(Receiver owner, boolean ipv6) throws IOException;

    /** Waits until something comes, {@link #wake} or the time is over, then hands out what is there. */
    void poll(long timeoutNs) throws IOException;

    /** Ends the current or next {@link #poll}; any thread. */
    void wake();

    /** Datagrams the kernel dropped since a socket of ours was full: the loss is ours, not the server's. */
    long receiveDrops();

    @Override
    void close();
}
