package dev.millrace.media.ice;

import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ice4j.ResponseCollector;
import org.ice4j.StunException;
import org.ice4j.StunMessageEvent;
import org.ice4j.StunResponseEvent;
import org.ice4j.StunTimeoutEvent;
import org.ice4j.TransportAddress;
import org.ice4j.message.Indication;
import org.ice4j.message.Message;
import org.ice4j.message.Request;
import org.ice4j.message.Response;
import org.ice4j.socket.IceSocketWrapper;
import org.ice4j.stack.RawMessage;
import org.ice4j.stack.RequestListener;
import org.ice4j.stack.StunStack;
import org.ice4j.stack.TransactionID;
import org.jspecify.annotations.Nullable;

/**
 * ice4j's STUN stack without sockets, threads or clocks: what it sends goes to an {@link AgentOutput}, what comes in is
 * handed over already authenticated. Called by ice4j's threads and the agent's executor.
 */
final class AgentStunStack extends StunStack {
    private record Transaction(
            TransactionID id, Request request, ResponseCollector collector, TransportAddress local) {}

    private static final SecureRandom RANDOM = new SecureRandom();

    private final AgentOutput output;
    private final Map<TransactionKey, Transaction> transactions = new ConcurrentHashMap<>();
    private volatile @Nullable RequestListener listener;

    AgentStunStack(AgentOutput output) {
        this.output = output;
    }

    @Override
    public TransactionID sendRequest(
            Request request,
            TransportAddress sendTo,
            TransportAddress sendThrough,
            ResponseCollector collector,
            TransactionID suggested,
            int originalWaitInterval,
            int maxWaitInterval,
            int maxRetransmissions) {
        byte[] bytes = new byte[TransactionID.RFC5389_TRANSACTION_ID_LENGTH];
        RANDOM.nextBytes(bytes);
        TransactionID id = TransactionID.createTransactionID(this, bytes);
        id.setApplicationData(suggested.getApplicationData());
        setTransactionId(request, bytes);
        TransactionKey key = TransactionKey.of(bytes);
        transactions.put(key, new Transaction(id, request, collector, sendThrough));
        output.request(key, request.encode(this), sendThrough, sendTo);
        return id;
    }

    @Override
    public void sendResponse(byte[] id, Response response, TransportAddress sendThrough, TransportAddress sendTo) {
        setTransactionId(response, id);
        output.response(response.encode(this), sendThrough, sendTo);
    }

    /** Keep-alives by indication: consent checks are ours. */
    @Override
    public void sendIndication(Indication indication, TransportAddress sendTo, TransportAddress sendThrough) {}

    /** No more retransmissions, but an answer still counts (RFC 8445 section 7.3.1.4). */
    @Override
    public void cancelTransaction(TransactionID id) {
        output.cancel(TransactionKey.of(id.getBytes()));
    }

    @Override
    public void addRequestListener(RequestListener requestListener) {
        listener = requestListener;
    }

    @Override
    public void addRequestListener(TransportAddress local, RequestListener requestListener) {
        listener = requestListener;
    }

    @Override
    public void removeRequestListener(RequestListener requestListener) {
        listener = null;
    }

    @Override
    public void addSocket(IceSocketWrapper socket) {}

    @Override
    public void addSocket(IceSocketWrapper socket, TransportAddress remote) {}

    @Override
    public void removeSocket(TransportAddress local) {}

    @Override
    public void removeSocket(TransportAddress local, TransportAddress remote) {}

    @Override
    public void shutDown() {
        listener = null;
        transactions.clear();
    }

    /** An authenticated request. */
    void onRequest(byte[] bytes, TransportAddress local, TransportAddress remote) throws StunException {
        RequestListener to = listener;
        if (to != null && Message.decode(bytes, 0, bytes.length) instanceof Request request) {
            RawMessage raw = RawMessage.build(bytes, bytes.length, remote, local);
            to.processRequest(new StunMessageEvent(this, raw, request));
        }
    }

    /** An authenticated response to one of {@link AgentOutput#request}. */
    void onResponse(TransactionKey key, byte[] bytes, TransportAddress remote) throws StunException {
        Transaction of = transactions.remove(key);
        if (of != null && Message.decode(bytes, 0, bytes.length) instanceof Response response) {
            RawMessage raw = RawMessage.build(bytes, bytes.length, remote, of.local());
            of.collector().processResponse(new StunResponseEvent(this, raw, response, of.request(), of.id()));
        }
    }

    void onTimeout(TransactionKey key, boolean tell) {
        Transaction of = transactions.remove(key);
        if (of != null && tell) {
            of.collector().processTimeout(new StunTimeoutEvent(this, of.request(), of.local(), of.id()));
        }
    }

    private static void setTransactionId(Message message, byte[] id) {
        try {
            message.setTransactionID(id);
        } catch (StunException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
