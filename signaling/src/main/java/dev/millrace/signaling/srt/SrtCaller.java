package dev.millrace.signaling.srt;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.SrtReceiver;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller and its listener: datagrams go to and fro as they are, but for the cookie, since the listener made another one
 * than we did. Owned by the SRT context.
 */
final class SrtCaller {
    private static final String LOOPBACK = "127.0.0.1";

    /** What comes until our own socket is open. */
    private static final int MOST_EARLY = 16;

    /** Who it is. */
    record Who(String stream, String participant, SocketAddress from) {}

    private final Vertx vertx;
    private final SrtReceiver receiver;
    private final Consumer<Buffer> outside;
    private final Who who;
    private final Deque<Buffer> early = new ArrayDeque<>();
    private @Nullable DatagramSocket inside;
    private @Nullable SrtHandshake conclusion;
    private @Nullable Integer cookie;
    private boolean closed;

    SrtCaller(Vertx vertx, SrtReceiver receiver, Consumer<Buffer> outside, Who who) {
        this.vertx = vertx;
        this.receiver = receiver;
        this.outside = outside;
        this.who = who;
    }

    Who who() {
        return who;
    }

    /** What it sends is published. */
    void begin() {
        receiver.publish(new IngestRequest(
                who.stream(),
                who.participant(),
                "srt",
                "",
                who.from().hostAddress() + ":" + who.from().port()));
        DatagramSocket opening = vertx.createDatagramSocket();
        opening.handler(packet -> fromInside(packet.data()));
        opening.listen(0, LOOPBACK).onSuccess(open -> {
            if (closed) {
                open.close();
                return;
            }
            inside = open;
            early.forEach(this::fromOutside);
            early.clear();
        });
    }

    /** From the caller to its listener. */
    void fromOutside(Buffer data) {
        if (inside == null) {
            if (early.size() < MOST_EARLY) {
                early.add(data);
            }
            return;
        }
        SrtHandshake handshake = SrtHandshake.read(data);
        if (handshake == null || !handshake.isConclusion()) {
            toListener(data);
            return;
        }
        conclusion = handshake;
        toListener(cookie == null ? handshake.asInduction() : handshake.withCookie(cookie));
    }

    /** From the listener to its caller. */
    private void fromInside(Buffer data) {
        SrtHandshake handshake = SrtHandshake.read(data);
        SrtHandshake waiting = conclusion;
        if (handshake != null && handshake.type() == SrtHandshake.INDUCTION && waiting != null) {
            cookie = handshake.cookie();
            toListener(waiting.withCookie(handshake.cookie()));
        } else if (!closed) {
            outside.accept(data);
        }
    }

    private void toListener(Buffer data) {
        DatagramSocket open = inside;
        if (open != null) {
            open.send(data, receiver.port(), LOOPBACK);
        }
    }

    void close(CloseReason reason) {
        if (!closed) {
            closed = true;
            receiver.close(reason);
            DatagramSocket open = inside;
            if (open != null) {
                open.close();
            }
        }
    }
}
