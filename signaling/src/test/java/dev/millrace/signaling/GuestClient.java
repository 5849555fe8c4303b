package dev.millrace.signaling;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket that keeps what it hears; binary messages as "binary:" and their bytes one by one. */
final class GuestClient implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    GuestClient(URI uri, String... protocols) {
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        if (protocols.length > 0) {
            String[] more = new String[protocols.length - 1];
            System.arraycopy(protocols, 1, more, 0, more.length);
            builder.subprotocols(protocols[0], more);
        }
        socket = builder.buildAsync(uri, this).join();
    }

    static URI uri(Server server, String query) {
        return URI.create("ws://127.0.0.1:" + server.millrace.httpPort() + "/ws" + query);
    }

    static GuestClient of(Server server, String query) {
        return new GuestClient(uri(server, query));
    }

    /** The status that the upgrade was refused with. */
    static int refusal(Server server, String query) {
        try (GuestClient client = of(server, query)) {
            throw new AssertionError("was taken: " + client.socket);
        } catch (CompletionException e) {
            if (e.getCause() instanceof java.net.http.WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    String protocol() {
        return socket.getSubprotocol();
    }

    GuestClient say(String text) {
        socket.sendText(text, true).join();
        return this;
    }

    GuestClient send(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    GuestClient fragment(String text, boolean last) {
        socket.sendText(text, last).join();
        return this;
    }

    /** Reads on only when asked for. */
    void request(long messages) {
        socket.request(messages);
    }

    String next() {
        try {
            String message = heard.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came; closed: " + closed.getNow("no"));
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Nullable
    String poll() {
        return heard.poll();
    }

    /** Code and reason. */
    String closed() {
        return closed.orTimeout(15, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            heard.add(part.toString());
            part.setLength(0);
        }
        ws.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
        StringBuilder text = new StringBuilder("binary:");
        while (data.hasRemaining()) {
            text.append(' ').append(data.get() & 0xff);
        }
        heard.add(text.toString());
        ws.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
        closed.complete(code + " " + reason);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket ws, Throwable error) {
        closed.complete("broken " + error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
