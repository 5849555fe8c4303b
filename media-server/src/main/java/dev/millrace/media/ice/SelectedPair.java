package dev.millrace.media.ice;

import dev.millrace.media.net.NetworkPath;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The pair in use, once ice4j is done: consent (RFC 7675), nominated address changes (RFC 8445 section 7.3.1), role
 * conflicts. One loop's thread; allocates nothing while nothing changes.
 */
final class SelectedPair {
    /** RFC 7675 section 5.1: every 5 s, ±20 %. */
    private static final long CONSENT_INTERVAL_NS = 5_000_000_000L;

    /** Checks under way: two consent checks, and those a change of address brings. */
    private static final int MAX_UNDER_WAY = 8;

    /** PRIORITY of a check: peer-reflexive type preference 110 (RFC 8445 section 5.1.2). */
    private static final int CHECK_PRIORITY = (110 << 24) | (65_535 << 8) | 255;

    enum Answer {
        NOT_OURS,
        CONSENT,
        /** The check of a nominated way succeeded: it is the pair now. */
        MOVED,
        REVOKED
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final IceGeneration generation;
    private final RandomGenerator jitter;
    private final long[] high = new long[MAX_UNDER_WAY];
    private final long[] low = new long[MAX_UNDER_WAY];
    private final @Nullable NetworkPath[] to = new NetworkPath[MAX_UNDER_WAY];
    private final long[] sentNs = new long[MAX_UNDER_WAY];
    private long roundTripNs = -1;
    private int next;
    private NetworkPath path;
    private boolean controlling;
    private long nextCheckNs;

    SelectedPair(IceGeneration generation, NetworkPath path, boolean controlling, RandomGenerator jitter, long nowNs) {
        this.generation = generation;
        this.path = path;
        this.controlling = controlling;
        this.jitter = jitter;
        scheduleCheck(nowNs);
    }

    NetworkPath path() {
        return path;
    }

    long nextCheckNs() {
        return nextCheckNs;
    }

    /** How long the last check that was answered took, to the cycle of the loop; -1 before. */
    long roundTripNs() {
        return roundTripNs;
    }

    void onDeadline(long nowNs, StunWriter writer, IceOutput output) {
        if (nowNs >= nextCheckNs) {
            scheduleCheck(nowNs);
            check(path, writer, output, nowNs);
        }
    }

    /** Answers an authenticated request, and looks into the way it came when the client nominates it. */
    void onRequest(StunMessage request, NetworkPath from, StunWriter writer, IceOutput output, long nowNs) {
        if (conflict(request, from, writer, output)) {
            return;
        }
        writer.begin(StunMessage.BINDING_SUCCESS, request.transactionHigh(), request.transactionLow())
                .mapped(from.remote())
                .seal(generation.localKey);
        output.send(from, writer.buffer, 0, writer.length());
        if (!controlling && request.useCandidate && !from.equals(path)) {
            check(from, writer, output, nowNs); // the source of a request alone may be forged: it must answer first
        }
    }

    boolean owns(long transactionHigh, long transactionLow) {
        return indexOf(transactionHigh, transactionLow) >= 0;
    }

    /** An authenticated response. */
    Answer onResponse(StunMessage response, NetworkPath from, long nowNs) {
        int index = indexOf(response.transactionHigh(), response.transactionLow());
        NetworkPath asked = index < 0 ? null : to[index];
        if (asked == null || !asked.remote().equals(from.remote())) {
            return Answer.NOT_OURS;
        }
        to[index] = null;
        roundTripNs = nowNs - sentNs[index];
        if (response.type() == StunMessage.BINDING_ERROR) {
            if (response.errorCode == 487) {
                controlling = !controlling;
            }
            return response.errorCode == 403 && asked.equals(path) ? Answer.REVOKED : Answer.CONSENT;
        }
        if (asked.remote().equals(path.remote()) && asked.transport() == path.transport()) {
            if (!from.equals(path) && asked.equals(from)) {
                path = from;
                return Answer.MOVED;
            }
            return Answer.CONSENT;
        }
        path = from;
        return Answer.MOVED;
    }

    /** RFC 8445 section 7.3.1.1; true when the request was refused. */
    private boolean conflict(StunMessage request, NetworkPath from, StunWriter writer, IceOutput output) {
        int at = controlling ? request.controllingAt : request.controlledAt;
        if (at == 0) {
            return false;
        }
        boolean oursIsLarger = Long.compareUnsigned(generation.tieBreaker, request.tieBreakerAt(at)) >= 0;
        if (oursIsLarger != controlling) {
            controlling = !controlling;
            return false;
        }
        writer.begin(StunMessage.BINDING_ERROR, request.transactionHigh(), request.transactionLow())
                .error(487, "Role Conflict")
                .seal(generation.localKey);
        output.send(from, writer.buffer, 0, writer.length());
        return true;
    }

    private void check(NetworkPath way, StunWriter writer, IceOutput output, long nowNs) {
        int slot = next;
        next = (next + 1) % MAX_UNDER_WAY;
        high[slot] = RANDOM.nextInt() & 0xFFFFFFFFL;
        low[slot] = RANDOM.nextLong();
        to[slot] = way;
        sentNs[slot] = nowNs;
        writer.begin(StunMessage.BINDING_REQUEST, high[slot], low[slot])
                .username(generation.outgoingUsername)
                .priority(CHECK_PRIORITY)
                .role(controlling, generation.tieBreaker);
        if (controlling) {
            writer.useCandidate();
        }
        writer.seal(generation.remoteKey);
        output.send(way, writer.buffer, 0, writer.length());
    }

    private int indexOf(long transactionHigh, long transactionLow) {
        for (int i = 0; i < MAX_UNDER_WAY; i++) {
            if (to[i] != null && high[i] == transactionHigh && low[i] == transactionLow) {
                return i;
            }
        }
        return -1;
    }

    private void scheduleCheck(long nowNs) {
        nextCheckNs = nowNs + (long) (CONSENT_INTERVAL_NS * (0.8 + 0.4 * jitter.nextDouble()));
    }
}
