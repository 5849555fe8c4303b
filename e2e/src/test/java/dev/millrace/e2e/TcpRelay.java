package dev.millrace.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Listens on another address: passes connections on to a port on loopback, or lets clients download without an end. */
final class TcpRelay implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    /** What the kernel holds is counted as sent: keep it small beside what a download takes in seconds. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private interface Service {
        void serve(Socket client) throws IOException;
    }

    private final ServerSocket listening;
    private final AtomicLong downloaded = new AtomicLong();

    private TcpRelay(InetAddress here) {
        try {
            listening = new ServerSocket();
            listening.bind(new InetSocketAddress(here, 0));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Passes everything on to this port on loopback. */
    static TcpRelay to(int port, InetAddress here) {
        TcpRelay relay = new TcpRelay(here);
        relay.accept(client -> pass(client, port));
        return relay;
    }

    /** Sends every client bytes for as long as it takes them. */
    static TcpRelay endlessDownload(InetAddress here) {
        TcpRelay relay = new TcpRelay(here);
        relay.accept(relay::sendOn);
        return relay;
    }

    private void accept(Service service) {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket client = listening.accept();
                    Thread.ofVirtual().start(() -> serve(service, client));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private static void serve(Service service, Socket client) {
        try (client) {
            service.serve(client);
        } catch (IOException gone) {
            // A client that leaves ends its connection: nothing more to do.
            return;
        }
    }

    private static void pass(Socket client, int port) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread back = Thread.ofVirtual().start(() -> serve(from -> copy(from, client), server));
            copy(client, server);
            server.shutdownOutput();
            back.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        from.getInputStream().transferTo(to.getOutputStream());
    }

    private void sendOn(Socket client) throws IOException {
        client.setSendBufferSize(SEND_BUFFER_BYTES);
        OutputStream out = client.getOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        while (!listening.isClosed()) {
            out.write(chunk);
            downloaded.addAndGet(chunk.length);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    String host() {
        return listening.getInetAddress().getHostAddress();
    }

    String url(String path) {
        return "http://" + host() + ":" + port() + path;
    }

    /** Bytes that endless downloads took so far. */
    long downloadedBytes() {
        return downloaded.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
