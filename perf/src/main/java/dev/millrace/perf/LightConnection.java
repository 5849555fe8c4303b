package dev.millrace.perf;

import dev.millrace.media.dtls.DtlsListener;
import dev.millrace.media.dtls.DtlsSession;
import dev.millrace.media.net.Timer;
import dev.millrace.media.sdp.MediaSection;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpSession;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The transport of one client: ICE, then DTLS, then SRTP over a socket of its own. Owned by its loop's thread. */
final class LightConnection implements LightSockets.Receiver, RtcpOutput {
    /** ICE and DTLS together; a server that drops the handshake says nothing. */
    private static final long CONNECT_WITHIN_NS = 30_000_000_000L;

    /** A key frame's; that our own thread was late is not to be the server's fault. */
    private static final int MAX_EARLY = 256;

    /** A packet that came before its keys. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Early(byte[] packet, long arrivedNs) {}

    /** What becomes of the connection, on the loop's thread. */
    interface Listener {
        void onIce(long nowNs);

        void onConnected(long nowNs);

        /** It failed, or the server ended it; nothing comes afterwards. */
        void onEnded(String why);
    }

    private final LightLoop loop;
    private final Listener listener;
    private final String localUfrag;
    private final String localPwd;
    private @Nullable LightMedia media;
    private @Nullable LightRecords data;
    private final Timer timer = new Timer(this::onDeadline);
    private LightSockets.@Nullable Socket socket;
    private @Nullable ControllingAgent ice;
    private @Nullable LightAnswer answer;
    private @Nullable DtlsSession dtls;
    private @Nullable SrtpSession srtp;
    private final List<Early> early = new ArrayList<>();
    private long connectByNs;
    private boolean ended;

    LightConnection(LightLoop loop, String localUfrag, String localPwd, Listener listener) {
        this.loop = loop;
        this.localUfrag = localUfrag;
        this.localPwd = localPwd;
        this.listener = listener;
    }

    /** Offered data channels are that one's; before {@link #start}. */
    void carry(LightRecords records) {
        data = records;
    }

    /** The answer is here: opens the socket and begins checking. */
    void start(LightAnswer answer, LightMedia media, RandomGenerator random) {
        if (ended) {
            return;
        }
        this.answer = answer;
        this.media = media;
        long nowNs = loop.nowNs();
        connectByNs = nowNs + CONNECT_WITHIN_NS;
        List<InetSocketAddress> remotes = answer.remotes();
        if (remotes.isEmpty()) {
            end("the answer has no UDP candidate");
            return;
        }
        try {
            socket = loop.add(this, answer.ipv6());
        } catch (IOException e) {
            end("no socket: " + e.getMessage());
            return;
        }
        ice = new ControllingAgent(new FromIce(), localUfrag, localPwd, answer.ufrag(), answer.pwd(), remotes, random);
        ice.start(nowNs);
        arm();
    }

    boolean isUp() {
        return srtp != null;
    }

    /** One datagram; what goes wrong in here is a mistake of ours, and ends this connection alone. */
    @Override
    public void onDatagram(Datagram datagram) {
        try {
            take(datagram);
        } catch (RuntimeException e) {
            end("the client broke: " + e);
        }
    }

    private void take(Datagram datagram) {
        byte[] b = datagram.head();
        if (datagram.length() < 2) {
            return;
        }
        int first = b[0] & 0xff;
        if (first >= 128 && first <= 191) {
            int type = b[1] & 0xff;
            if (type < 192 || type > 223) {
                onSrtp(datagram);
                return;
            }
            onSrtcp(datagram);
        } else if (first <= 3) {
            onStun(datagram);
        } else if (first >= 20 && first <= 63) {
            DtlsSession association = dtls();
            if (association != null) {
                association.onDatagram(datagram.whole(), 0, datagram.length(), loop.nowNs());
            }
        }
        arm();
    }

    private void onStun(Datagram datagram) {
        ControllingAgent agent = ice;
        InetSocketAddress from = datagram.from();
        if (agent != null && from != null) {
            agent.onStun(datagram.whole(), datagram.length(), from, loop.nowNs());
        }
    }

    private void onSrtp(Datagram datagram) {
        SrtpSession keys = srtp;
        LightMedia what = media;
        if (keys != null && what != null) {
            what.onSrtp(datagram, keys);
        } else if (dtls != null && early.size() < MAX_EARLY) {
            early.add(new Early(Arrays.copyOf(datagram.whole(), datagram.length()), datagram.arrivedNs()));
        }
    }

    /** What overtook the end of our handshake, which is made by another thread. */
    private void onEarly() {
        Datagram datagram = new Datagram();
        for (Early each : early) {
            datagram.wrap(MemorySegment.ofArray(each.packet()), 0, each.packet().length, each.arrivedNs(), null);
            onSrtp(datagram);
        }
        early.clear();
    }

    private void onSrtcp(Datagram datagram) {
        SrtpSession keys = srtp;
        LightMedia what = media;
        if (keys != null && what != null) {
            int plain = keys.unprotectRtcp(datagram.whole(), 0, datagram.length());
            if (plain > 0) {
                what.onRtcp(datagram.whole(), plain, datagram.arrivedNs());
            }
        }
    }

    /** Encrypts in place and sends; needs {@link SrtpSession#MAX_TRAILER_LENGTH} bytes of room. */
    void sendRtp(byte[] b, int length) {
        SrtpSession keys = srtp;
        if (keys != null) {
            sendCipher(b, keys.protectRtp(b, 0, length));
        }
    }

    @Override
    public void sendRtcp(byte[] b, int length) {
        SrtpSession keys = srtp;
        if (keys != null) {
            sendCipher(b, keys.protectRtcp(b, 0, length));
        }
    }

    private void sendCipher(byte[] b, int length) {
        if (length > 0) {
            sendSelected(b, 0, length);
        }
    }

    private void sendSelected(byte[] b, int offset, int length) {
        ControllingAgent agent = ice;
        LightSockets.Socket out = socket;
        InetSocketAddress to = agent == null ? null : agent.selected();
        if (out != null && to != null) {
            out.send(to, b, offset, length);
        }
    }

    private @Nullable DtlsSession dtls() {
        LightAnswer from = answer;
        if (dtls == null && from != null && !ended) {
            dtls = new DtlsSession(
                    loop.identity(),
                    from.role(),
                    List.of(from.fingerprint()),
                    loop,
                    loop.handshakes(),
                    loop.drops(),
                    new FromDtls());
        }
        return dtls;
    }

    /** Some deadline may have moved. */
    private void arm() {
        loop.timers().set(timer, ended ? Long.MAX_VALUE : nextDeadlineNs());
    }

    private long nextDeadlineNs() {
        ControllingAgent agent = ice;
        LightMedia what = media;
        long next = agent == null ? Long.MAX_VALUE : agent.nextDeadlineNs();
        LightRecords records = data;
        if (srtp == null) {
            return Math.min(next, connectByNs);
        }
        if (records != null) {
            next = Math.min(next, records.nextDeadlineNs());
        }
        return what == null ? next : Math.min(next, what.nextDeadlineNs());
    }

    private void onDeadline(long nowNs) {
        try {
            look(nowNs);
        } catch (RuntimeException e) {
            end("the client broke: " + e);
        }
        arm();
    }

    private void look(long nowNs) {
        ControllingAgent agent = ice;
        if (srtp == null && nowNs >= connectByNs) {
            end("no DTLS handshake within " + CONNECT_WITHIN_NS / 1_000_000_000 + " s");
            return;
        }
        if (agent != null && nowNs >= agent.nextDeadlineNs()) {
            agent.onDeadline(nowNs);
        }
        LightMedia what = media;
        if (srtp != null && what != null && nowNs >= what.nextDeadlineNs()) {
            what.onDeadline(nowNs);
        }
        LightRecords records = data;
        if (srtp != null && records != null && nowNs >= records.nextDeadlineNs()) {
            records.onDeadline(nowNs);
        }
    }

    /** Something was done with the records from outside: their deadline may have come nearer. */
    void onDataTouched() {
        arm();
    }

    private void end(String why) {
        if (!ended) {
            vanish();
            listener.onEnded(why);
        }
    }

    /** Says goodbye by DTLS and is gone. */
    void close() {
        DtlsSession association = dtls;
        LightRecords records = data;
        if (srtp != null && records != null) {
            records.onClosing();
        }
        if (!ended && association != null) {
            association.close();
        }
        vanish();
    }

    /** Is gone without a word, like a machine whose power failed. */
    void vanish() {
        if (srtp != null) {
            loop.counts().up--;
        }
        ended = true;
        srtp = null;
        loop.timers().cancel(timer);
        loop.remove(this, socket);
        socket = null;
    }

    private final class FromIce implements ControllingAgent.Output {
        @Override
        public void send(InetSocketAddress to, byte[] buffer, int length) {
            LightSockets.Socket out = socket;
            if (out != null) {
                out.send(to, buffer, 0, length);
            }
        }

        @Override
        public void onSelected(InetSocketAddress remote) {
            listener.onIce(loop.nowNs());
            dtls();
        }

        @Override
        public void onLost(String why) {
            end(why);
        }
    }

    private final class FromDtls implements DtlsListener {
        @Override
        public void send(byte[] buffer, int offset, int length) {
            sendSelected(buffer, offset, length);
        }

        @Override
        public void onConnected(SrtpKeys keys) {
            LightMedia what = media;
            if (!ended && what != null) {
                long nowNs = loop.nowNs();
                srtp = SrtpSession.create(keys);
                loop.counts().up++;
                beginData(nowNs);
                what.onConnected(nowNs);
                arm();
                listener.onConnected(nowNs);
                onEarly();
            }
        }

        private void beginData(long nowNs) {
            LightRecords records = data;
            LightAnswer from = answer;
            if (records == null || from == null) {
                return;
            }
            MediaSection section = from.data();
            if (section == null) {
                records.onRefused();
                data = null;
                return;
            }
            records.onConnected(
                    from.role(),
                    number(section, "sctp-port"),
                    number(section, "max-message-size"),
                    this::record,
                    nowNs);
            onDataTouched();
        }

        private static int number(MediaSection section, String attribute) {
            String value = section.attribute(attribute);
            return value == null ? 0 : Integer.parseInt(value);
        }

        private void record(byte[] buffer, int offset, int length) {
            DtlsSession association = dtls;
            if (association != null) {
                association.sendApplicationData(buffer, offset, length);
            }
        }

        @Override
        public void onFailed(String reason) {
            end("DTLS: " + reason);
        }

        @Override
        public void onApplicationData(byte[] buffer, int offset, int length) {
            LightRecords records = data;
            if (records != null && !ended) {
                records.onRecord(buffer, offset, length, loop.nowNs());
                onDataTouched();
            }
        }

        @Override
        public void onClosed() {
            end("the server said goodbye");
        }
    }
}
