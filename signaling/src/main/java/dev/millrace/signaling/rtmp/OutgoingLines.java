package dev.millrace.signaling.rtmp;

import dev.millrace.media.control.Dialer;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.TrustOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to other servers, by TCP or TLS, for what is pushed on to them. Any thread; each connection's events come on its
 * context.
 */
public final class OutgoingLines implements Dialer {
    private static final int CONNECT_MS = 10_000;

    /**
     * What the kernel may hold of ours, which a target that reads nothing fills first: enough for 25 Mb/s at a round trip of
     * 150 ms, and no more, so that it is noticed within seconds.
     */
    private static final int SEND_BUFFER_BYTES = 512 << 10;

    private final NetClient client;
    private final @Nullable TrustOptions trust;

    public OutgoingLines(Vertx vertx) {
        this(vertx, null);
    }

    /** @param trust what certificates have to be signed by; null for what Java trusts */
    OutgoingLines(Vertx vertx, @Nullable TrustOptions trust) {
        this.trust = trust;
        NetClientOptions options = new NetClientOptions()
                .setConnectTimeout(CONNECT_MS)
                .setTcpNoDelay(true)
                .setSendBufferSize(SEND_BUFFER_BYTES);
        this.client = vertx.createNetClient(options);
    }

    @Override
    public Line dial(String host, int port, boolean tls, Events events) {
        ConnectOptions to =
                new ConnectOptions().setHost(plain(host)).setPort(port).setSsl(tls);
        if (tls) {
            ClientSSLOptions options = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
            if (trust != null) {
                options.setTrustOptions(trust);
            }
            to.setSslOptions(options);
        }
        Outgoing line = new Outgoing(events);
        client.connect(to)
                .onSuccess(line::opened)
                .onFailure(e -> line.failed("The target cannot be reached: " + words(e) + "."));
        return line;
    }

    /** An address of IPv6 stands in brackets in a URL. */
    private static String plain(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static String words(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException unknown -> {
                    return "there is no host of that name";
                }
                case SSLException tls -> {
                    return "its certificate is not trusted, or there is no TLS (" + reason(tls) + ")";
                }
                case ConnectException refused -> {
                    return "nobody listens there";
                }
                default -> {}
            }
        }
        return String.valueOf(e.getMessage());
    }

    /** The innermost is what says whether it was the name, the signature or the date. */
    private static String reason(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return String.valueOf(last.getMessage());
    }

    /** One connection; what is sent before it is open waits. */
    private static final class Outgoing implements Line {
        private final Events events;
        private final List<byte[]> early = new ArrayList<>();
        private @Nullable NetSocket socket;
        private boolean closed;
        private boolean told;

        Outgoing(Events events) {
            this.events = events;
        }

        private void opened(NetSocket plain) {
            NetSocketInternal open = (NetSocketInternal) plain;
            open.messageHandler(this::read);
            open.exceptionHandler(e -> failed("The connection to the target broke: " + words(e) + "."));
            open.closeHandler(v -> failed("The target closed the connection."));
            boolean over;
            synchronized (this) {
                socket = open;
                over = closed;
                early.forEach(each -> write(open, each));
                early.clear();
            }
            if (over) {
                open.close();
            } else {
                events.onOpen();
            }
        }

        private void read(Object message) {
            try {
                if (message instanceof ByteBuf bytes) {
                    for (ByteBuffer part : bytes.nioBuffers()) {
                        events.onBytes(part);
                    }
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void send(byte[] bytes) {
            synchronized (this) {
                NetSocket open = socket;
                if (open != null && !closed) {
                    write(open, bytes);
                } else if (!closed) {
                    early.add(bytes);
                }
            }
        }

        private void write(NetSocket to, byte[] bytes) {
            to.write(Buffer.buffer(bytes)).onSuccess(v -> events.onWritten(bytes.length));
        }

        @Override
        public void close() {
            NetSocket open;
            synchronized (this) {
                closed = true;
                open = socket;
            }
            if (open != null) {
                open.close();
            } else {
                failed("It was not needed any more.");
            }
        }

        private void failed(String why) {
            synchronized (this) {
                closed = true;
                if (told) {
                    return;
                }
                told = true;
            }
            events.onClosed(why);
        }
    }
}
