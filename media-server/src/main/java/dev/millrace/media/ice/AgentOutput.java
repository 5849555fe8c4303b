package dev.millrace.media.ice;

import org.ice4j.TransportAddress;

/** What ice4j wants sent or says; called on its threads, so that each implementation goes to the loop first. */
interface AgentOutput {
    /** Send this and repeat it until the answer or the last timeout. */
    void request(TransactionKey key, byte[] message, TransportAddress local, TransportAddress remote);

    void response(byte[] message, TransportAddress local, TransportAddress remote);

    void cancel(TransactionKey key);

    /** A pair was nominated and works. */
    void completed(TransportAddress local, TransportAddress remote, boolean controlling);
}
