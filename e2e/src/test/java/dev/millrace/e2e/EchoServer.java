package dev.millrace.e2e;

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
import dev.millrace.media.sctp.Association;
import dev.millrace.media.sdp.AnswerOptions;
import dev.millrace.media.sdp.LocalSources;
import dev.millrace.media.sdp.PlayAnswerer;
import dev.millrace.media.sdp.PlayOutcome;
import dev.millrace.media.sdp.RemoteSctp;
import dev.millrace.media.srtp.SrtpCrypto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of data channels alone, made of the media server's own parts: takes WHEP offers, sends no media, and treats
 * the channels as {@link EchoChannels} says. One loop; independent of rooms and relays.
 */
final class EchoServer implements AutoCloseable {
    private static final LocalSources SOURCES = new LocalSources("echo", "echo", 1, 2, 3);

    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
    private final PeerTable table = new PeerTable();
    private final AtomicInteger nextId = new AtomicInteger();
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final byte[] scratch = new byte[Association.MTU];
    private final List<String> opens;
    private final MediaNetwork network;
    private final PeerServices services;
    private final HttpServer http;

    /** @param opens labels of the channels that the server opens as soon as a client is connected */
    EchoServer(String... opens) {
        this.opens = List.of(opens);
        try {
            network = MediaNetwork.open(NetworkConfig.loopback(), loop -> new Datagrams(new Demux(loop, table)));
            IceConfig ice =
                    new IceConfig(waiting, network.candidateAddresses(), network.port(), true, false, new Random());
            services = new PeerServices(ice, DtlsIdentity.create(Instant.now()), SrtpCrypto::java, waiting);
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        http.setExecutor(waiting);
        http.createContext("/", this::serve);
        http.start();
    }

    private record Datagrams(Demux demux) implements DatagramHandler {
        @Override
        public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
            demux.onDatagram(buffer, offset, length, from, nowNs);
        }

        @Override
        public void onBatchEnd(long nowNs) {
            // Nothing is forwarded here.
        }
    }

    /** Where offers go. */
    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/whep/echo";
    }

    EventLoop loop() {
        return network.loops().getFirst();
    }

    /** Clients that are connected or connecting. */
    int clients() {
        return peers.size();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "*");
            exchange.getResponseHeaders().set("Access-Control-Allow-Methods", "*");
            exchange.getResponseHeaders().set("Access-Control-Expose-Headers", "Location");
            switch (exchange.getRequestMethod()) {
                case "POST" -> offered(exchange);
                case "DELETE" -> deleted(exchange);
                default -> exchange.sendResponseHeaders(204, -1);
            }
        }
    }

    private void offered(HttpExchange exchange) throws IOException {
        String offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String id = Integer.toString(nextId.incrementAndGet());
        Peer peer = new Peer(id, loop(), table, services, new Ends());
        AnswerOptions options = AnswerOptions.DEFAULT.withDataChannels(true);
        PlayOutcome outcome = PlayAnswerer.answer(offer, peer.localTransport(), Optional.empty(), SOURCES, options);
        switch (outcome) {
            case PlayOutcome.Refused refused -> {
                peer.discard();
                answer(exchange, 400, refused.detail());
            }
            case PlayOutcome.Accepted accepted -> {
                peers.put(id, peer);
                loop().execute(() -> start(peer, accepted));
                exchange.getResponseHeaders().set("Location", "/session/" + id);
                exchange.getResponseHeaders().set("Content-Type", "application/sdp");
                answer(exchange, 201, accepted.answerSdp());
            }
        }
    }

    private void start(Peer peer, PlayOutcome.Accepted accepted) {
        RemoteSctp sctp = accepted.sctp();
        EchoChannels channels = new EchoChannels(peer);
        if (sctp != null) {
            peer.carryData(sctp, channels, scratch);
        }
        peer.start(accepted.remote(), new NoMedia(() -> channels.begin(opens)));
    }

    private void deleted(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Peer peer = peers.get(path.substring(path.lastIndexOf('/') + 1));
        if (peer != null) {
            loop().execute(() -> peer.close(PeerEnd.CLOSED));
        }
        answer(exchange, peer == null ? 404 : 200, "");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        http.stop(0);
        network.close();
        waiting.shutdownNow();
    }

    private final class Ends implements PeerListener {
        @Override
        public void onConnected(Peer peer, NetworkPath path) {
            // The channels tell.
        }

        @Override
        public void onPathChanged(Peer peer, NetworkPath path) {
            // Makes no difference here.
        }

        @Override
        public void onClosed(Peer peer, PeerEnd end, PeerMedia media) {
            peers.remove(peer.id());
        }
    }

    private record NoMedia(Runnable whenUp) implements PeerMedia {
        @Override
        public void onConnected(long nowNs) {
            whenUp.run();
        }

        @Override
        public void onRtp(byte[] buffer, int offset, int length, long nowNs) {
            // A player sends none.
        }

        @Override
        public void onRtcp(byte[] buffer, int offset, int length, long nowNs) {
            // There is nothing to report on.
        }

        @Override
        public long nextDeadlineNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onDeadline(long nowNs) {
            // Never asked for.
        }

        @Override
        public void onClosed(long nowNs) {
            // Nothing to say.
        }
    }
}
