package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.TransportFeedback;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import dev.millrace.media.srtp.SrtpSession;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A viewer in virtual time, with real SRTP. */
class LightViewerTest {
    private static final long MS = 1_000_000;
    private static final long STEP_NS = 4 * MS;
    private static final int SSRC = 0x7777;

    private static final String ANSWER = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            m=video 9 UDP/TLS/RTP/SAVPF 102 103
            a=mid:0
            a=sendonly
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
            a=rtpmap:102 H264/90000
            a=rtpmap:103 rtx/90000
            a=fmtp:103 apt=102
            """.replace("\n", "\r\n");

    private final byte[] ourKey = new byte[16];
    private final byte[] ourSalt = new byte[12];
    private final byte[] theirKey = new byte[16];
    private final byte[] theirSalt = new byte[12];
    private final SrtpSession server;
    private final SrtpSession client;
    private final LoopCounts counts = new LoopCounts();
    private final List<Long> delaysNs = new ArrayList<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final RtpWriter writer = new RtpWriter();
    private final Datagram datagram = new Datagram();
    private final byte[] payload = new byte[100];
    private final Random random = new Random(11);
    private int wide;

    LightViewerTest() {
        random.nextBytes(ourKey);
        random.nextBytes(theirKey);
        SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        server = SrtpSession.create(new SrtpKeys(profile, ourKey, ourSalt, theirKey, theirSalt));
        client = SrtpSession.create(new SrtpKeys(profile, theirKey, theirSalt, ourKey, ourSalt));
    }

    private LightViewer viewer(LightOptions options) {
        LightObserver observer = new LightObserver() {
            @Override
            public void onForwardDelay(long delayNs) {
                delaysNs.add(delayNs);
            }
        };
        JoinClock join = new JoinClock(observer, 0);
        LightViewer viewer = new LightViewer(
                (b, length) -> sent.add(Arrays.copyOf(b, length)),
                LightAnswer.parse(ANSWER),
                options.withObserver(observer),
                counts,
                new byte[2048],
                join,
                1);
        viewer.onConnected(0);
        return viewer;
    }

    /** A packet of a picture, encrypted; the first of them is a whole keyframe. */
    private byte[] packet(int number, long atNs, SendTimes times, long takesNs) {
        random.nextBytes(payload);
        payload[0] = (byte) (number == 0 ? 0x65 : 0x41);
        times.put(PayloadKey.of(payload, 0, payload.length), atNs - takesNs);
        byte[] packet = new byte[1_200];
        writer.begin(packet, 0, 102, number & 0xffff, (int) (atNs / MS * 90), SSRC);
        writer.extension16(3, wide++ & 0xffff);
        writer.marker(true).payload(payload, 0, payload.length);
        return Arrays.copyOf(packet, server.protectRtp(packet, 0, writer.finish()));
    }

    private void give(LightViewer viewer, byte[] packet, long atNs) {
        datagram.wrap(MemorySegment.ofArray(packet), 0, packet.length, atNs, null);
        viewer.onSrtp(datagram, client);
    }

    @Test
    void countsLossOfAllWhileItDecryptsAShare() {
        SendTimes times = new SendTimes();
        LightViewer viewer = viewer(LightOptions.defaults().withSendTimes(times).withDecryptEvery(16));
        int lost = 0;
        int packets = 70_000; // past the wrap of the sequence numbers
        for (int i = 0; i < packets; i++) {
            long atNs = i * STEP_NS;
            byte[] packet = packet(i, atNs, times, 3 * MS);
            if (i > 0 && i < packets - 1 && random.nextInt(50) == 0) {
                lost++;
            } else {
                give(viewer, packet, atNs);
            }
        }
        LightStats stats = viewer.stats(true, new LightJoin(0, 0, 0, 0, 0), packets * STEP_NS);
        assertThat(stats.video().missing()).isEqualTo(lost).isEqualTo(counts.missing);
        assertThat(stats.video().packets()).isEqualTo(packets - lost).isEqualTo(counts.videoPackets);
        assertThat(counts.undecryptable).isZero();
        assertThat(counts.decrypted).isBetween(packets / 16L - packets / 160, packets / 16L + packets / 160);
        assertThat(delaysNs).hasSize((int) counts.recognised).hasSize((int) counts.decrypted);
        assertThat(delaysNs).allMatch(delayNs -> delayNs == 3 * MS);
    }

    @Test
    void decryptsEverythingUntilTheFirstKeyframeIsWhole() {
        SendTimes times = new SendTimes();
        LightViewer viewer = viewer(LightOptions.defaults().withDecryptEvery(1_000_000));
        for (int i = 1; i <= 20; i++) {
            give(viewer, packet(i, i * MS, times, 0), i * MS);
        }
        assertThat(counts.decrypted).isEqualTo(20);
    }

    @Test
    void whatIsForgedIsNotCounted() {
        LightViewer viewer = viewer(LightOptions.defaults());
        byte[] packet = packet(0, 0, new SendTimes(), 0);
        packet[packet.length - 1]++;
        give(viewer, packet, 0);
        assertThat(counts.undecryptable).isEqualTo(1);
        assertThat(counts.videoPackets).isZero();
    }

    @Test
    void aPacketThatCameTwiceIsADuplicate() {
        LightViewer viewer = viewer(LightOptions.defaults());
        SendTimes times = new SendTimes();
        byte[] first = packet(0, 0, times, 0);
        give(viewer, first.clone(), 0);
        give(viewer, packet(1, MS, times, 0), MS);
        give(viewer, first, 2 * MS);
        assertThat(counts.duplicates).isEqualTo(1);
        assertThat(counts.videoPackets).isEqualTo(2);
        assertThat(counts.missing).isZero();
    }

    @Test
    void reportsArrivalsOfPacketsItDoesNotDecrypt() {
        LightViewer viewer = viewer(LightOptions.defaults().withReports(true).withDecryptEvery(100));
        SendTimes times = new SendTimes();
        int reported = 0;
        for (int i = 0; i < 250; i++) {
            long nowNs = i * STEP_NS;
            give(viewer, packet(i, nowNs, times, 0), nowNs);
            if (nowNs >= viewer.nextDeadlineNs()) {
                viewer.onDeadline(nowNs);
            }
        }
        viewer.onDeadline(1_100 * MS);
        for (byte[] message : sent) {
            reported += reportedIn(message);
        }
        assertThat(reported).isEqualTo(250);
    }

    private static int reportedIn(byte[] message) {
        RtcpReader rtcp = new RtcpReader();
        TransportFeedback feedback = new TransportFeedback();
        int received = 0;
        assertThat(rtcp.wrap(message, 0, message.length)).isTrue();
        while (rtcp.next()) {
            if (feedback.wrap(rtcp)) {
                while (feedback.next()) {
                    received += feedback.received() ? 1 : 0;
                }
            }
        }
        return received;
    }

    @Test
    void asksForWhatIsMissingOnce() {
        LightViewer viewer = viewer(LightOptions.defaults().withNack(true));
        SendTimes times = new SendTimes();
        for (int i = 0; i < 10; i++) {
            byte[] packet = packet(i, i * MS, times, 0);
            if (i != 4 && i != 5) {
                give(viewer, packet, i * MS);
            }
        }
        assertThat(sent).hasSize(1);
        assertThat(counts.missing).isEqualTo(2);
    }
}
