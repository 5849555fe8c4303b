package dev.millrace.media.peer;

import dev.millrace.media.datachannel.DataChannelListener;
import dev.millrace.media.datachannel.DataChannels;
import dev.millrace.media.dtls.DtlsListener;
import dev.millrace.media.dtls.DtlsSession;
import dev.millrace.media.ice.IceCandidate;
import dev.millrace.media.ice.IceListener;
import dev.millrace.media.ice.IceParameters;
import dev.millrace.media.ice.IceSession;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.net.PathKey;
import dev.millrace.media.net.Timer;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sdp.LocalTransport;
import dev.millrace.media.sdp.RemoteSctp;
import dev.millrace.media.sdp.RemoteTransport;
import dev.millrace.media.sdp.TrickleFragment;
import dev.millrace.media.srtp.SrtpKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One remote end: ICE, DTLS and SRTP in front of what is done with its media. Owned by one loop; the constructor,
 * {@link #localTransport()}, {@link #discard()} and the plain getters may be used from any thread before
 * {@link #start}, everything else only on the loop.
 */
public final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    /** Not connected by then is given up: checks end earlier by themselves, but a peer may never send any. */
    private static final long CONNECT_TIMEOUT_NS = 30_000_000_000L;

    private final String id;
    private final EventLoop loop;
    private final PeerServices services;
    private final PeerListener listener;
    private final IceSession ice;
    private final Timer timer = new Timer(this::onDeadline);
    private final PeerPlaces places;
    private final PeerSrtp srtp;
    private volatile String etag;

    private @Nullable PeerMedia media;
    private @Nullable RemoteTransport remote;
    private @Nullable DtlsSession dtls;
    private @Nullable PeerData data;
    private @Nullable NetworkPath selected;
    private long connectByNs;
    private boolean closed;

    public Peer(String id, EventLoop loop, PeerTable table, PeerServices services, PeerListener listener) {
        this.id = id;
        this.loop = loop;
        this.services = services;
        this.listener = listener;
        this.ice = services.ice(loop, this::sendCheck, new FromIce());
        this.etag = ice.local().ufrag();
        this.srtp = new PeerSrtp(loop.sink(), loop.drops(), services.crypto());
        this.places = new PeerPlaces(this, table);
        places.named(etag);
    }

    public String id() {
        return id;
    }

    public EventLoop loop() {
        return loop;
    }

    /** Entity tag of the current ICE session: its user name fragment. */
    public String etag() {
        return etag;
    }

    /** Our end for the answer. */
    public LocalTransport localTransport() {
        IceParameters local = ice.local();
        return new LocalTransport(local.ufrag(), local.pwd(), services.fingerprint(), candidateLines());
    }

    private List<String> candidateLines() {
        return ice.localCandidates().stream().map(IceCandidate::toSdp).toList();
    }

    /** Gives back a peer that was never started. */
    public void discard() {
        places.unname();
        loop.execute(ice::close);
    }

    /**
     * Data channels were negotiated; before {@link #start}. Their association goes up after DTLS, before the media's
     * {@link PeerMedia#onConnected}, and down with the peer, of which the listener hears nothing.
     *
     * @param scratch {@link dev.millrace.media.sctp.Association#MTU} bytes or more, the loop's
     */
    public void carryData(RemoteSctp sctp, DataChannelListener channels, byte[] scratch) {
        data = new PeerData(sctp, channels, scratch);
    }

    /** The answer is about to go out: checks may begin. */
    public void start(RemoteTransport remote, PeerMedia what) {
        media = what;
        connectByNs = loop.nowNs() + CONNECT_TIMEOUT_NS;
        this.remote = remote;
        ice.setRemote(new IceParameters(remote.ufrag(), remote.pwd()), parsed(remote.candidates()), remote.iceLite());
        rearm();
    }

    /** Trickled candidates; those of an older generation of credentials are not for us any more. */
    public void addRemoteCandidates(String ufrag, List<String> candidates) {
        if (closed) {
            return;
        }
        for (IceCandidate candidate : parsed(candidates)) {
            ice.addRemoteCandidate(candidate);
        }
        rearm();
    }

    /** Restarts ICE with the peer's new credentials; answers our fragment, or null when the peer is gone. */
    public @Nullable String restartIce(TrickleFragment fragment) {
        if (closed) {
            return null;
        }
        IceParameters ours =
                ice.restart(new IceParameters(fragment.ufrag(), fragment.pwd()), parsed(fragment.candidates()));
        places.named(ours.ufrag());
        etag = ours.ufrag();
        String mid = fragment.sections().isEmpty()
                ? "0"
                : fragment.sections().getFirst().mid();
        rearm();
        return new TrickleFragment(
                        ours.ufrag(),
                        ours.pwd(),
                        List.of(new TrickleFragment.Section(mid, candidateLines(), true)),
                        false)
                .write();
    }

    private static List<IceCandidate> parsed(List<String> lines) {
        List<IceCandidate> candidates = new ArrayList<>(lines.size());
        for (String line : lines) {
            IceCandidate candidate = IceCandidate.parse(line);
            if (candidate != null) {
                candidates.add(candidate);
            }
        }
        return candidates;
    }

    // ---- in

    void onStun(byte[] buffer, int offset, int length, NetworkPath from, long nowNs) {
        if (closed) {
            loop.drops().count(DropReason.PEER_CLOSED);
            return;
        }
        try {
            ice.onStun(buffer, offset, length, from, nowNs);
            rearm();
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    void onDtls(byte[] buffer, int offset, int length, long nowNs) {
        DtlsSession association = dtls();
        if (association == null) {
            loop.drops().count(DropReason.PEER_CLOSED);
            return;
        }
        try {
            association.onDatagram(buffer, offset, length, nowNs);
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    /** The association, begun when a pair is chosen or the peer's first record comes, whichever is first. */
    private @Nullable DtlsSession dtls() {
        RemoteTransport to = remote;
        if (dtls == null && to != null && !closed) {
            dtls = services.dtls(loop, to, new FromDtls());
        }
        return closed ? null : dtls;
    }

    void onSrtp(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
        PeerMedia what = media;
        if (what == null || closed) {
            loop.drops().count(DropReason.SRTP_NOT_READY);
            return;
        }
        boolean rtcp = PeerSrtp.isRtcp(buffer, offset, length);
        int plain = srtp.unprotect(buffer, offset, length, rtcp);
        if (plain < 0) {
            return;
        }
        ice.heard(nowNs);
        try {
            if (rtcp) {
                what.onRtcp(buffer, offset, plain, nowNs);
            } else {
                what.onRtp(buffer, offset, plain, nowNs);
            }
            rearm();
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    /** A bug of ours costs this one session, and one entry in the log. */
    private void fault(RuntimeException e) {
        LOG.error("a session is closed because of a fault", e);
        close(PeerEnd.FAULT);
    }

    // ---- out

    /** Encrypts in place (32 bytes of room behind) and sends; dropped by name before the keys are there. */
    public void sendRtp(byte[] buffer, int offset, int length) {
        srtp.sendRtp(selected, buffer, offset, length);
    }

    /**
     * Sends a packet a second time under the sequence number it had; it has to be the same bytes, for the cipher's nonce
     * is made of that number (RFC 7714 section 8.4).
     */
    public void sendRtpAgain(byte[] buffer, int offset, int length) {
        srtp.sendRtpAgain(selected, buffer, offset, length);
    }

    /** As {@link #sendRtp}, for a compound RTCP packet. */
    public void sendRtcp(byte[] buffer, int offset, int length) {
        srtp.sendRtcp(selected, buffer, offset, length);
    }

    /** STUN of ours. */
    private void sendCheck(NetworkPath to, byte[] buffer, int offset, int length) {
        places.asking(to);
        loop.sink().send(to, buffer, offset, length);
    }

    /** Whether this STUN message answers a check of ours. */
    boolean asked(byte[] buffer, int offset, int length) {
        return ice.ownsTransaction(buffer, offset, length);
    }

    /** The peer's data channels; null when none were negotiated, and before and after DTLS is up. */
    public @Nullable DataChannels dataChannels() {
        PeerData with = data;
        return with == null ? null : with.channels();
    }

    /**
     * Sends what was queued on data channels, opened or closed; needed after all that was not done in a call of their
     * listener.
     */
    public void flushData() {
        PeerData with = data;
        if (with != null && !closed) {
            with.flush(loop.nowNs());
            rearm();
        }
    }

    // ---- time

    /** The media's next deadline may have come nearer. */
    public void rearm() {
        if (closed) {
            return;
        }
        long next = nextDeadlineNs();
        if (next < timer.deadlineNs()) {
            loop.timers().set(timer, next);
        }
    }

    private long nextDeadlineNs() {
        long next = ice.nextDeadlineNs();
        PeerMedia what = media;
        if (!srtp.isUp()) {
            next = Math.min(next, connectByNs);
        } else if (what != null) {
            next = Math.min(next, what.nextDeadlineNs());
        }
        PeerData with = data;
        if (with != null) {
            next = Math.min(next, with.nextDeadlineNs());
        }
        return next;
    }

    private void onDeadline(long nowNs) {
        try {
            doWhatIsDue(nowNs);
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    private void doWhatIsDue(long nowNs) {
        if (!srtp.isUp() && nowNs >= connectByNs) {
            close(selected == null ? PeerEnd.ICE_FAILED : PeerEnd.DTLS_FAILED);
            return;
        }
        ice.onDeadline(nowNs);
        PeerMedia what = media;
        if (what != null && srtp.isUp() && !closed) {
            what.onDeadline(nowNs);
        }
        PeerData with = data;
        if (with != null && !closed) {
            with.onDeadline(nowNs);
        }
        if (!closed) {
            loop.timers().set(timer, nextDeadlineNs());
        }
    }

    // ---- the end

    /** Ends the peer: goodbyes leave first, then nothing of it is left. */
    public void close(PeerEnd end) {
        if (closed) {
            return;
        }
        long nowNs = loop.nowNs();
        PeerMedia what = media;
        if (what != null) {
            what.onClosed(nowNs);
        }
        PeerData with = data;
        if (with != null) {
            with.close();
        }
        closed = true;
        DtlsSession handshake = dtls;
        if (handshake != null) {
            handshake.close();
        }
        loop.timers().cancel(timer);
        ice.close();
        places.clear();
        srtp.close();
        if (what != null) {
            listener.onClosed(this, end, what);
        }
    }

    private final class FromIce implements IceListener {
        @Override
        public void onPathVerified(NetworkPath path) {
            if (!closed) {
                places.verified(path);
            }
        }

        @Override
        public void onSelected(NetworkPath path) {
            if (closed) {
                return;
            }
            onPathVerified(path);
            boolean moved = selected != null && srtp.isUp();
            selected = path;
            dtls();
            if (moved) {
                listener.onPathChanged(Peer.this, path);
            }
            rearm();
        }

        @Override
        public void onRoundTrip(long roundTripNs) {
            PeerMedia what = media;
            if (what != null && !closed) {
                what.onRoundTrip(roundTripNs);
            }
        }

        @Override
        public void onConsentLost() {
            close(PeerEnd.SILENT);
        }

        @Override
        public void onFailed() {
            close(PeerEnd.ICE_FAILED);
        }

        @Override
        public void onDeadlineMoved() {
            rearm();
        }
    }

    private final class FromDtls implements DtlsListener {
        @Override
        public void send(byte[] buffer, int offset, int length) {
            NetworkPath to = selected != null ? selected : places.latest();
            if (to != null) {
                loop.sink().send(to, buffer, offset, length);
            }
        }

        @Override
        public void onConnected(SrtpKeys keys) {
            PeerMedia what = media;
            if (closed || what == null) {
                return;
            }
            // The peer may have chosen the pair and finished the handshake before ice4j told us: go where it is.
            NetworkPath path =
                    Objects.requireNonNull(selected != null ? selected : places.latest(), "DTLS came over a path");
            selected = path;
            srtp.onKeys(keys);
            long nowNs = loop.nowNs();
            ice.heard(nowNs);
            beginData(nowNs);
            listener.onConnected(Peer.this, path);
            what.onConnected(nowNs);
            rearm();
        }

        private void beginData(long nowNs) {
            PeerData with = data;
            RemoteTransport to = remote;
            if (with != null && to != null) {
                with.onConnected(to.setup(), this::sendData, loop.drops(), nowNs);
            }
        }

        private void sendData(byte[] buffer, int offset, int length) {
            DtlsSession association = dtls;
            if (association != null) {
                association.sendApplicationData(buffer, offset, length);
            }
        }

        @Override
        public void onFailed(String reason) {
            LOG.info("DTLS failed: {}", reason);
            close(PeerEnd.DTLS_FAILED);
        }

        @Override
        public void onApplicationData(byte[] buffer, int offset, int length) {
            long nowNs = loop.nowNs();
            ice.heard(nowNs);
            PeerData with = data;
            if (with == null || closed) {
                return;
            }
            try {
                with.onPacket(buffer, offset, length, nowNs);
                rearm();
            } catch (RuntimeException e) {
                fault(e);
            }
        }

        @Override
        public void onClosed() {
            close(PeerEnd.CLOSED_BY_PEER);
        }
    }
}
