package dev.millrace.perf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.millrace.media.net.LinuxSockets;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import dev.millrace.media.srtp.SrtpSession;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What the harness itself costs: CPU per received packet of its sockets and viewers, without a server. Pictures of ten
 * packets go to each viewer over the loopback, together (UDP_SEGMENT, as Millrace sends) or one by one (as others do);
 * only the receiving half is on the clock, kinds of sockets take turns in one run, the least of the rounds counts. Linux.
 */
public final class ReceiveCost {
    private static final int VIEWERS = 100;
    private static final int PACKETS = 10;
    private static final int PAYLOAD_BYTES = 1_060;
    private static final int ROUNDS = 5;
    private static final int PICTURES = 30;
    private static final long PICTURE_NS = 33_333_333;
    private static final int SSRC = 0x1234;

    private static final String ANSWER = String.join(
            "\r\n",
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "m=video 9 UDP/TLS/RTP/SAVPF 102",
            "a=mid:0",
            "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
            "a=rtpmap:102 H264/90000",
            "");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoopCounts counts = new LoopCounts();
    private final LightSockets sockets;
    private final List<Pair> pairs = new ArrayList<>();
    private final byte[] scratch = new byte[2048];
    private final RtpWriter writer = new RtpWriter();
    private final byte[] burst = new byte[PACKETS * 1_200];
    private long bestNs = Long.MAX_VALUE;

    /** A viewer and who sends to it. */
    private record Pair(
            InetSocketAddress address, LightSockets.Socket socket, LightViewer viewer, SrtpSession server) {}

    private ReceiveCost(LightSockets sockets, LightOptions options, DatagramChannel server) throws IOException {
        this.sockets = sockets;
        Random random = new Random(5);
        for (int i = 0; i < VIEWERS; i++) {
            byte[] key = new byte[16];
            byte[] salt = new byte[12];
            random.nextBytes(key);
            SrtpKeys keys = new SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, key, salt, key, salt);
            SrtpSession theirs = SrtpSession.create(keys);
            SrtpSession ours = SrtpSession.create(keys);
            LightSockets.Socket[] socket = new LightSockets.Socket[1];
            InetSocketAddress to = (InetSocketAddress) server.getLocalAddress();
            JoinClock join = new JoinClock(new LightObserver() {}, 0);
            LightViewer viewer = new LightViewer(
                    (b, length) -> socket[0].send(to, b, 0, ours.protectRtcp(b, 0, length)),
                    LightAnswer.parse(ANSWER),
                    options,
                    counts,
                    scratch,
                    join,
                    i + 1);
            socket[0] = sockets.open(datagram -> viewer.onSrtp(datagram, ours), false);
            socket[0].send(to, new byte[1], 0, 1);
            ByteBuffer hello = ByteBuffer.allocate(1);
            pairs.add(new Pair((InetSocketAddress) server.receive(hello), socket[0], viewer, theirs));
        }
    }

    /** No arguments. */
    public static void main(String[] args) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Sender sender = new Sender(arena);
            measure(sender, true);
            measure(sender, false);
        }
    }

    private static void measure(Sender sender, boolean together) throws IOException {
        LightOptions all = LightOptions.defaults();
        LightOptions share = all.withDecryptEvery(32);
        try (DatagramChannel server = DatagramChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            List<ReceiveCost> kinds = List.of(
                    new ReceiveCost(new NioSockets(), all, server),
                    new ReceiveCost(new NioSockets(), share, server),
                    new ReceiveCost(new EpollSockets(false, true), all, server),
                    new ReceiveCost(new EpollSockets(false, true), share, server),
                    new ReceiveCost(new EpollSockets(false, true), share.withReports(true), server));
            for (int round = 0; round < ROUNDS; round++) {
                for (ReceiveCost kind : kinds) {
                    kind.round(sender, together, round * PICTURES * PACKETS);
                }
            }
            print(together, kinds);
            kinds.forEach(kind -> kind.sockets.close());
        }
    }

    private static void print(boolean together, List<ReceiveCost> kinds) {
        String[] names = {
            "a call a datagram, all decrypted",
            "a call a datagram, one of 32 decrypted",
            "epoll and GRO, all decrypted",
            "epoll and GRO, one of 32 decrypted",
            "the same with transport-wide feedback"
        };
        System.out.println(together ? "ten packets sent together:" : "one by one:");
        for (int i = 0; i < names.length; i++) {
            System.out.printf(Locale.ROOT, "  %-40s %5d ns a packet%n", names[i], kinds.get(i).bestNs);
        }
    }

    private void round(Sender sender, boolean together, int firstSequence) throws IOException {
        long spentNs = 0;
        long before = counts.videoPackets;
        for (int picture = 0; picture < PICTURES; picture++) {
            long nowNs = (long) (firstSequence / PACKETS + picture) * PICTURE_NS;
            for (Pair pair : pairs) {
                int size = write(pair.server(), firstSequence + picture * PACKETS, nowNs);
                sender.send(pair.address(), burst, size, together);
            }
            long startNs = THREADS.getCurrentThreadCpuTime();
            long wanted = before + (picture + 1L) * PACKETS * VIEWERS;
            for (int i = 0; i < 100_000 && counts.videoPackets < wanted; i++) {
                sockets.poll(1_000_000);
            }
            for (Pair pair : pairs) {
                if (nowNs >= pair.viewer().nextDeadlineNs()) {
                    pair.viewer().onDeadline(nowNs);
                }
            }
            spentNs += THREADS.getCurrentThreadCpuTime() - startNs;
        }
        long packets = counts.videoPackets - before;
        if (packets < (long) PICTURES * PACKETS * VIEWERS) {
            throw new IllegalStateException("only " + packets + " came");
        }
        bestNs = Math.min(bestNs, spentNs / packets);
    }

    /** A picture for one viewer, encrypted; answers the size of each packet. */
    private int write(SrtpSession server, int sequence, long nowNs) {
        if (sequence == 0) {
            pairs.forEach(pair -> pair.viewer().onConnected(0));
        }
        int size = 0;
        int at = 0;
        for (int i = 0; i < PACKETS; i++) {
            writer.begin(scratch, 0, 102, sequence + i & 0xffff, (int) (nowNs / 100_000 * 9), SSRC);
            writer.extension16(3, sequence + i & 0xffff).marker(i == PACKETS - 1);
            int payloadAt = writer.payloadPosition();
            scratch[payloadAt] = (byte) (sequence == 0 ? 0x7c : 0x5c);
            scratch[payloadAt + 1] = (byte) (sequence == 0 ? (i == 0 ? 0x85 : 5) : 1);
            int length = writer.advance(PAYLOAD_BYTES).finish();
            size = server.protectRtp(scratch, 0, length);
            System.arraycopy(scratch, 0, burst, at, size);
            at += size;
        }
        return size;
    }

    /** Sends as servers do. */
    private static final class Sender {
        private final MemorySegment errno;
        private final MemorySegment data;
        private final MemorySegment name;
        private final int plain;
        private final int segmenting;
        private final MemorySegment option;

        Sender(Arena arena) {
            errno = LinuxSockets.newErrno(arena);
            data = arena.allocate(1 << 16, 64);
            name = arena.allocate(16, 8);
            option = arena.allocate(8, 8);
            plain = LinuxSockets.socket(errno, LinuxSockets.AF_INET);
            segmenting = LinuxSockets.socket(errno, LinuxSockets.AF_INET);
        }

        void send(InetSocketAddress to, byte[] burst, int size, boolean together) {
            name.set(JAVA_BYTE, 0, (byte) LinuxSockets.AF_INET);
            name.set(JAVA_BYTE, 2, (byte) (to.getPort() >> 8));
            name.set(JAVA_BYTE, 3, (byte) to.getPort());
            MemorySegment.copy(to.getAddress().getAddress(), 0, name, JAVA_BYTE, 4, 4);
            MemorySegment.copy(burst, 0, data, JAVA_BYTE, 0, PACKETS * size);
            if (together) {
                option.set(JAVA_INT, 0, size);
                LinuxSockets.setsockopt(
                        errno, segmenting, LinuxSockets.SOL_UDP, LinuxSockets.UDP_SEGMENT, option.address(), 4);
                send(segmenting, 0, PACKETS * size);
            } else {
                for (int i = 0; i < PACKETS; i++) {
                    send(plain, i * size, size);
                }
            }
        }

        private void send(int fd, int at, int length) {
            if (LinuxCalls.sendto(errno, fd, data.address() + at, length, name.address(), 16) != length) {
                throw new IllegalStateException("not sent: errno " + LinuxSockets.errno(errno));
            }
        }
    }
}
