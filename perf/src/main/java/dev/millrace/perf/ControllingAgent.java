package dev.millrace.perf;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A small controlling ICE agent (RFC 8445): checks every address of the server, nominates the first that answers,
 * answers the server's own checks, then keeps asking for consent (RFC 7675). Holds no socket and no clock; owned by its
 * connection's loop.
 */
final class ControllingAgent {
    /** RFC 8445 section 14.3 with what browsers do: quick at first, then doubling. */
    private static final long FIRST_RETRY_NS = 50_000_000;

    private static final long SLOWEST_RETRY_NS = 1_000_000_000;

    /** No answer from any address by then: failed. */
    private static final long GIVE_UP_NS = 20_000_000_000L;

    /** RFC 7675 section 5.1: every 5 s, give or take a fifth; lost after 30 s without an answer. */
    private static final long CONSENT_EVERY_NS = 5_000_000_000L;

    private static final long CONSENT_LOST_NS = 30_000_000_000L;

    /** Peer-reflexive, as a server sees us that got no candidates (RFC 8445 section 5.1.2.1). */
    private static final int PRIORITY = (110 << 24) | (0xffff << 8) | 255;

    /** Where datagrams go and what happened. */
    interface Output {
        void send(InetSocketAddress to, byte[] buffer, int length);

        void onSelected(InetSocketAddress remote);

        void onLost(String why);
    }

    private final Output output;
    private final List<InetSocketAddress> remotes;
    private final String username;
    private final Mac remoteKey;
    private final Mac localKey;
    private final long tieBreaker;
    private final RandomGenerator random;
    private final StunPacket packet = new StunPacket();
    private final List<Long> open = new ArrayList<>();
    private @Nullable InetSocketAddress valid;
    private @Nullable InetSocketAddress selected;
    private long startedNs;
    private long retryNs = FIRST_RETRY_NS;
    private long consentedNs;
    private long nextDeadlineNs = Long.MAX_VALUE;

    ControllingAgent(
            Output output,
            String localUfrag,
            String localPwd,
            String remoteUfrag,
            String remotePwd,
            List<InetSocketAddress> remotes,
            RandomGenerator random) {
        this.output = output;
        this.remotes = List.copyOf(remotes);
        this.username = remoteUfrag + ":" + localUfrag;
        this.remoteKey = StunPacket.key(remotePwd);
        this.localKey = StunPacket.key(localPwd);
        this.random = random;
        this.tieBreaker = random.nextLong();
    }

    void start(long nowNs) {
        startedNs = nowNs;
        check(nowNs);
    }

    @Nullable
    InetSocketAddress selected() {
        return selected;
    }

    long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    void onDeadline(long nowNs) {
        if (selected == null && nowNs - startedNs > GIVE_UP_NS) {
            end("no address of the server answers");
        } else if (selected != null && nowNs - consentedNs > CONSENT_LOST_NS) {
            end("the server no longer consents");
        } else {
            check(nowNs);
        }
    }

    private void end(String why) {
        nextDeadlineNs = Long.MAX_VALUE;
        output.onLost(why);
    }

    private void check(long nowNs) {
        InetSocketAddress to = selected != null ? selected : valid;
        if (to != null) {
            request(to, selected == null);
        } else {
            remotes.forEach(remote -> request(remote, false));
        }
        if (selected != null) {
            nextDeadlineNs = nowNs + (long) (CONSENT_EVERY_NS * (0.8 + 0.4 * random.nextDouble()));
        } else {
            nextDeadlineNs = nowNs + retryNs;
            retryNs = Math.min(2 * retryNs, SLOWEST_RETRY_NS);
        }
    }

    private void request(InetSocketAddress to, boolean nominate) {
        long transaction = random.nextLong() & Long.MAX_VALUE;
        if (open.size() == 64) {
            open.removeFirst();
        }
        open.add(transaction);
        packet.request(transaction, username, PRIORITY, tieBreaker, nominate, remoteKey);
        output.send(to, packet.buffer, packet.length());
    }

    void onStun(byte[] b, int length, InetSocketAddress from, long nowNs) {
        switch (StunPacket.typeOf(b, length)) {
            case StunPacket.BINDING_REQUEST -> {
                if (StunPacket.isGenuine(b, length, localKey)) {
                    packet.success(b, from, localKey);
                    output.send(from, packet.buffer, packet.length());
                }
            }
            case StunPacket.BINDING_SUCCESS -> {
                if (open.remove(StunPacket.transactionOf(b)) && StunPacket.isGenuine(b, length, remoteKey)) {
                    onAnswer(from, nowNs);
                }
            }
            default -> {}
        }
    }

    private void onAnswer(InetSocketAddress from, long nowNs) {
        consentedNs = nowNs;
        if (selected != null) {
            open.clear();
        } else if (valid == null) {
            valid = from;
            retryNs = FIRST_RETRY_NS;
            open.clear();
            check(nowNs);
        } else if (valid.equals(from)) {
            selected = from;
            open.clear();
            nextDeadlineNs = nowNs + CONSENT_EVERY_NS;
            output.onSelected(from);
        }
    }
}
