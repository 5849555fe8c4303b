package dev.millrace.e2e.decode;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.media.dtls.DtlsIdentity;
import dev.millrace.media.ice.IceConfig;
import dev.millrace.media.net.DatagramHandler;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.NetworkConfig;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import dev.millrace.media.peer.Demux;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerEnd;
import dev.millrace.media.peer.PeerListener;
import dev.millrace.media.peer.PeerMedia;
import dev.millrace.media.peer.PeerServices;
import dev.millrace.media.peer.PeerTable;
import dev.millrace.media.sdp.PublishAnswerer;
import dev.millrace.media.sdp.PublishOutcome;
import dev.millrace.media.srtp.SrtpCrypto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A WHIP endpoint that keeps what it is sent: the server's own parts up to the receive path, and a {@link CaptureTap}. */
public final class CaptureEndpoint implements AutoCloseable, PeerListener {
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final PeerTable peers = new PeerTable();
    private final MediaNetwork network;
    private final PeerServices services;
    private final HttpServer http;
    private volatile @Nullable CaptureTap tap;

    private record Shard(Demux demux) implements DatagramHandler {
        @Override
        public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
            demux.onDatagram(buffer, offset, length, from, nowNs);
        }

        @Override
        public void onBatchEnd(long nowNs) {}
    }

    public CaptureEndpoint() throws IOException {
        network = MediaNetwork.open(NetworkConfig.loopback().withTcp(false), loop -> new Shard(new Demux(loop, peers)));
        IceConfig ice =
                new IceConfig(waiting, network.candidateAddresses(), network.port(), false, false, new Random());
        services = new PeerServices(ice, DtlsIdentity.create(Instant.now()), SrtpCrypto::java, waiting);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(waiting);
        http.createContext("/whip", this::whip);
        http.start();
    }

    public String url() {
        return "http://localhost:" + http.getAddress().getPort() + "/whip";
    }

    /** What the last publisher sends. */
    public CaptureTap tap() {
        CaptureTap current = tap;
        if (current == null) {
            throw new IllegalStateException("nobody published");
        }
        return current;
    }

    /** How much is there, in milliseconds; 0 before the first packet. */
    public long recordedMs() {
        CaptureTap current = tap;
        return current == null ? 0 : current.recordedMs();
    }

    private void whip(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getResponseHeaders();
            headers.set("Access-Control-Allow-Origin", "*");
            headers.set("Access-Control-Allow-Headers", "*");
            headers.set("Content-Type", "application/sdp");
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            String offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] answer = publish(offer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String publish(String offer) {
        tap = null;
        EventLoop loop = network.loops().getFirst();
        Peer peer = new Peer("capture", loop, peers, services, this);
        return switch (PublishAnswerer.answer(offer, peer.localTransport())) {
            case PublishOutcome.Refused refused -> throw new IllegalStateException(refused.detail());
            case PublishOutcome.Accepted accepted -> {
                CaptureTap taking = new CaptureTap(peer, accepted.media());
                tap = taking;
                loop.execute(() -> peer.start(accepted.remote(), taking));
                yield accepted.answerSdp();
            }
        };
    }

    @Override
    public void onConnected(Peer peer, NetworkPath path) {}

    @Override
    public void onPathChanged(Peer peer, NetworkPath path) {}

    @Override
    public void onClosed(Peer peer, PeerEnd end, PeerMedia media) {}

    @Override
    public void close() {
        http.stop(0);
        network.close();
        waiting.shutdownNow();
    }

    /** Runs on the media loop and waits. */
    static <T> T on(EventLoop loop, java.util.function.Supplier<T> what) {
        var result = new java.util.concurrent.CompletableFuture<T>();
        loop.execute(() -> result.complete(what.get()));
        return result.join();
    }

    /** Copies what is there on the loop that writes it. */
    static List<Capture.Item> copy(EventLoop loop, List<Capture.Item> items) {
        return on(loop, () -> new ArrayList<>(items));
    }
}
