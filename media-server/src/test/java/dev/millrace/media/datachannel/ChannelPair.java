package dev.millrace.media.datachannel;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sctp.Association;
import dev.millrace.media.sctp.SctpConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Two connections' channels over a path that takes 10 ms and loses what it is told to, in virtual time. */
final class ChannelPair {
    static final long STEP_NS = 10_000_000L;

    final Random random;
    final Side client;
    final Side server;
    long nowNs = 1_000_000_000L;
    double loss;

    ChannelPair(long seed) {
        random = new Random(seed);
        client = new Side(true);
        server = new Side(false);
        client.peer = server;
        server.peer = client;
    }

    void run(int ms) {
        for (long untilNs = nowNs + ms * 1_000_000L; nowNs < untilNs; nowNs += STEP_NS) {
            List<byte[]> toServer = client.drain();
            List<byte[]> toClient = server.drain();
            toServer.forEach(server::receive);
            toClient.forEach(client::receive);
            client.tick();
            server.tick();
        }
    }

    /** One connection. */
    final class Side implements DataChannelListener {
        final DropCounters drops = new DropCounters();
        final ArrayDeque<byte[]> out = new ArrayDeque<>();
        final List<String> heard = new ArrayList<>();
        final List<DataChannel> opened = new ArrayList<>();
        final DataChannels channels;
        Side peer = this;

        Side(boolean dtlsClient) {
            channels = new DataChannels(
                    SctpConfig.of(SctpConfig.PORT, SctpConfig.MESSAGE_BYTES),
                    dtlsClient,
                    (b, off, len) -> out.add(Arrays.copyOfRange(b, off, off + len)),
                    this,
                    drops,
                    random,
                    new byte[Association.MTU]);
        }

        List<byte[]> drain() {
            List<byte[]> packets =
                    out.stream().filter(p -> random.nextDouble() >= loss).toList();
            out.clear();
            return packets;
        }

        void receive(byte[] packet) {
            channels.onPacket(packet, 0, packet.length, nowNs);
        }

        void tick() {
            if (channels.nextDeadlineNs() <= nowNs) {
                channels.onDeadline(nowNs);
            }
        }

        DataChannel open(String label, Reliability reliability) {
            return Objects.requireNonNull(channels.open(label, "", reliability, nowNs));
        }

        Association.Sent text(DataChannel channel, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Association.Sent sent = channel.sendText(bytes, 0, bytes.length, nowNs);
            channels.flush(nowNs);
            return sent;
        }

        @Override
        public void onOpen(DataChannel channel, long atNs) {
            opened.add(channel);
            heard.add("open " + channel.id() + " " + channel.label());
        }

        @Override
        public void onText(DataChannel channel, byte[] b, int off, int len, long atNs) {
            heard.add(channel.label() + ": " + new String(b, off, len, StandardCharsets.UTF_8));
        }

        @Override
        public void onBinary(DataChannel channel, byte[] b, int off, int len, long atNs) {
            heard.add(channel.label() + ": " + len + " bytes");
        }

        @Override
        public void onClosed(DataChannel channel, long atNs) {
            heard.add("closed " + channel.label());
        }

        @Override
        public void onRoom(DataChannel channel, long atNs) {
            heard.add("room " + channel.label());
        }

        @Override
        public void onFailed(String why, long atNs) {
            heard.add("failed: " + why);
        }
    }
}
