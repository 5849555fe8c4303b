package dev.millrace.media.ice;

import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * Puts into an authenticated check, before ice4j sees it, what RFC 8445 requires and FFmpeg's whip muxer leaves out:
 * PRIORITY in a request (section 7.1.1), XOR-MAPPED-ADDRESS in an answer (RFC 8489 section 7.3.2). Neither decides
 * anything here: the client has one way only, and the address ice4j knows us by is the one it came to. Stateless; one
 * loop's thread.
 */
final class CompletedCheck {
    /** Of a peer-reflexive candidate (RFC 8445 section 5.1.2.1), the least of its kind: below all that were announced. */
    private static final int PRIORITY = (110 << 24) | 255;

    /** A check is 120 bytes or so; a longer one is no client that forgets attributes, and goes on as it is. */
    private static final int MAX_BYTES = 900;

    private CompletedCheck() {}

    /** A copy of the request, with a PRIORITY if it has none. */
    static byte[] request(StunMessage request) {
        if (request.priorityAt != 0 || request.length > MAX_BYTES) {
            return copy(request);
        }
        return finished(request, begun(request).priority(PRIORITY));
    }

    /** A copy of the response; a success without the address we are seen as says {@code ours}. */
    static byte[] response(StunMessage response, InetSocketAddress ours) {
        boolean complete = response.mappedAt != 0 || response.type() != StunMessage.BINDING_SUCCESS;
        if (complete || response.length > MAX_BYTES) {
            return copy(response);
        }
        return finished(response, begun(response).mapped(ours));
    }

    private static byte[] copy(StunMessage message) {
        return Arrays.copyOfRange(message.buffer, message.offset, message.offset + message.length);
    }

    private static StunWriter begun(StunMessage message) {
        return new StunWriter().begin(message.type(), message.transactionHigh(), message.transactionLow());
    }

    /** All of the message's own attributes up to its MESSAGE-INTEGRITY, which has been checked and would be wrong now. */
    private static byte[] finished(StunMessage message, StunWriter begun) {
        int from = message.offset + StunMessage.HEADER;
        return begun.attributes(message.buffer, from, message.integrityAt - 4 - from)
                .toBytes();
    }
}
