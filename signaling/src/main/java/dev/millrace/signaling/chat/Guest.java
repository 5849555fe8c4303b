package dev.millrace.signaling.chat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of the chat (RFC 6455). Reads no faster than the chat answers and the guest itself reads. Owned by the
 * HTTP context.
 */
final class Guest {
    /** Messages that the chat has not answered yet; then the socket is not read. */
    private static final int MAX_UNANSWERED = 16;

    /** A ping after so much silence keeps proxies from closing (60 s is common) and shows who is gone. */
    private static final long PING_NS = 20_000_000_000L;

    /** Three pings unanswered. */
    private static final long SILENT_NS = 65_000_000_000L;

    /** A close frame holds 123 bytes of reason (section 5.5); ours are in ASCII. */
    private static final int MAX_REASON = 120;

    private static final Buffer NOTHING = Buffer.buffer();

    /** What becomes of what a guest does. */
    interface Owner {
        /** A whole message; to be followed by one {@link #answered}. */
        void said(Guest guest, String text);

        /** A whole binary message; to be followed by one {@link #answered}. */
        void sent(Guest guest, Buffer envelope);

        /** Once, when nothing more can come of it; {@code why} is null when the guest went by itself. */
        void gone(Guest guest, @Nullable CloseCode why);
    }

    private final String id;
    private final String stream;
    private final String address;
    private final Vertx vertx;
    private final Owner owner;
    private final MessageAssembler assembler = new MessageAssembler();
    private final Set<String> labels = new HashSet<>();
    private final Allowance allowance;
    private final Backlog.Budget budget;
    private @Nullable ServerWebSocket socket;
    private @Nullable Backlog backlog;
    private boolean welcomed;
    private boolean gone;
    private boolean reading = true;
    private boolean throttled;
    private int unanswered;
    private long heardNs;
    private long pingedNs;

    Guest(String id, String stream, String address, Vertx vertx, Owner owner, Backlog.Budget budget, long nowNs) {
        this.id = id;
        this.stream = stream;
        this.address = address;
        this.vertx = vertx;
        this.owner = owner;
        this.budget = budget;
        this.allowance = new Allowance(nowNs);
        this.heardNs = nowNs;
        this.pingedNs = nowNs;
    }

    String id() {
        return id;
    }

    String stream() {
        return stream;
    }

    String address() {
        return address;
    }

    /** The upgrade is done. */
    void open(ServerWebSocket ws) {
        Backlog own = new Backlog(ws, budget);
        socket = ws;
        backlog = own;
        ws.frameHandler(frame -> heard(frame, System.nanoTime()));
        ws.drainHandler(v -> drained());
        ws.exceptionHandler(fault -> {}); // the connection is closed on it, and that is heard
        ws.closeHandler(v -> {
            own.clear();
            left(null);
        });
    }

    private void heard(WebSocketFrame frame, long nowNs) {
        heardNs = nowNs;
        allowance.take(nowNs);
        if (gone) {
            return;
        }
        switch (assembler.add(frame)) {
            case MessageAssembler.Outcome.Nothing n -> {}
            case MessageAssembler.Outcome.Text said -> {
                unanswered++;
                owner.said(this, said.text());
            }
            case MessageAssembler.Outcome.Binary sent -> {
                unanswered++;
                owner.sent(this, sent.bytes());
            }
            case MessageAssembler.Outcome.TooLong t -> close(CloseCode.TOO_LONG, "a message has at most 256 KiB");
            case MessageAssembler.Outcome.NotUtf8 t -> close(CloseCode.NOT_UTF8, "a text message is UTF-8");
        }
        readOn();
    }

    /** The chat has taken one message. */
    void answered() {
        unanswered--;
        readOn();
    }

    private void drained() {
        if (backlog != null && !gone) {
            backlog.drain();
            readOn();
        }
    }

    /** Reads on or waits, as things are: whoever does not read is not read either. */
    private void readOn() {
        ServerWebSocket ws = socket;
        if (ws == null || backlog == null || gone) {
            return;
        }
        long waitMs = allowance.waitMs();
        if (waitMs > 0 && !throttled) {
            throttled = true;
            vertx.setTimer(waitMs, t -> {
                throttled = false;
                allowance.take(System.nanoTime());
                readOn();
            });
        }
        boolean may = unanswered < MAX_UNANSWERED && !throttled && backlog.isEmpty();
        if (may != reading) {
            reading = may;
            if (may) {
                ws.resume();
            } else {
                ws.pause();
            }
        }
    }

    /** These first, and from here on what goes to all. */
    void welcome(List<Outgoing> first) {
        welcomed = true;
        if (backlog != null && !gone) {
            backlog.allow(first.size());
            first.forEach(this::send);
        }
    }

    /** A message to all, when this one gets them. */
    void sendToAll(@Nullable String label, Outgoing message) {
        if (label == null ? welcomed : labels.contains(label)) {
            send(message);
        }
    }

    void subscribed(String label, boolean on) {
        if (on) {
            labels.add(label);
        } else {
            labels.remove(label);
        }
    }

    void send(Outgoing message) {
        if (backlog == null || gone) {
            return;
        }
        switch (backlog.send(message)) {
            case SENT, SKIPPED -> {}
            case KEPT -> readOn();
            case TOO_FAR_BEHIND -> close(CloseCode.BEHIND, "you read too slowly; come back and resume with after");
        }
    }

    /** Pings whom nothing was heard of for a while, and gives up after a longer one. */
    void check(long nowNs) {
        ServerWebSocket ws = socket;
        if (ws == null || gone) {
            return;
        }
        if (nowNs - heardNs > SILENT_NS) {
            close(CloseCode.SILENT, "nothing was heard of you, not even a pong");
        } else if (nowNs - heardNs > PING_NS && nowNs - pingedNs > PING_NS && !ws.isClosed() && !ws.writeQueueFull()) {
            pingedNs = nowNs;
            ws.writePing(NOTHING);
        }
    }

    /** Says goodbye; what is told after this goes nowhere. */
    void close(CloseCode code, String why) {
        ServerWebSocket ws = socket;
        if (gone) {
            return;
        }
        left(code);
        if (ws != null && !ws.isClosed()) {
            if (ws.writeQueueFull()) {
                ws.pause(); // whoever does not read the close either is idle from now on, and cut for that
            }
            ws.close(code.code(), why.length() <= MAX_REASON ? why : why.substring(0, MAX_REASON));
        }
    }

    private void left(@Nullable CloseCode why) {
        if (!gone) {
            gone = true;
            if (backlog != null) {
                backlog.clear();
            }
            owner.gone(this, why);
        }
    }
}
