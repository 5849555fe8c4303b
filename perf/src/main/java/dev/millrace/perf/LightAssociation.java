package dev.millrace.perf;

import dev.millrace.media.datachannel.DataChannel;
import dev.millrace.media.datachannel.DataChannelListener;
import dev.millrace.media.datachannel.DataChannels;
import dev.millrace.media.datachannel.Reliability;
import dev.millrace.media.dtls.DtlsRole;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sctp.Association.Sent;
import dev.millrace.media.sctp.SctpConfig;
import dev.millrace.media.sctp.SctpOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The data channels of a light client, found by their label: our own over its DTLS. Its loop's. */
final class LightAssociation implements LightRecords, DataChannelListener {
    private final LightClient client;
    private final LightChannelListener listener;
    private final List<String> wanted;
    private final DropCounters drops;
    private final RandomGenerator random;
    private final byte[] scratch;
    private final Map<String, DataChannel> byLabel = new HashMap<>(4);
    private @Nullable DataChannels channels;

    /** @param scratch the loop's, as {@link DataChannels} wants it */
    LightAssociation(
            LightClient client,
            LightChannelListener listener,
            List<String> wanted,
            DropCounters drops,
            RandomGenerator random,
            byte[] scratch) {
        this.client = client;
        this.listener = listener;
        this.wanted = wanted;
        this.drops = drops;
        this.random = random;
        this.scratch = scratch;
    }

    @Override
    public void onConnected(DtlsRole role, int sctpPort, int maxMessageBytes, SctpOutput output, long nowNs) {
        DataChannels up = new DataChannels(
                SctpConfig.of(sctpPort, maxMessageBytes),
                role == DtlsRole.CLIENT,
                output,
                this,
                drops,
                random,
                scratch);
        channels = up;
        up.connect(nowNs);
        wanted.forEach(label -> open(label, LightOptions.reliability(label), nowNs));
    }

    @Override
    public void onRefused() {
        listener.onFailed(client, "the answer accepts no data channels");
    }

    /** Whether the channel could be begun. */
    boolean open(String label, Reliability reliability, long nowNs) {
        DataChannels up = channels;
        DataChannel channel = up == null ? null : up.open(label, "", reliability, nowNs);
        if (channel != null) {
            byLabel.put(label, channel);
        }
        return channel != null;
    }

    Sent send(String label, byte[] message, boolean text, long nowNs) {
        DataChannels up = channels;
        DataChannel channel = byLabel.get(label);
        if (up == null || channel == null) {
            return Sent.CLOSED;
        }
        Sent sent = text
                ? channel.sendText(message, 0, message.length, nowNs)
                : channel.sendBinary(message, 0, message.length, nowNs);
        up.flush(nowNs);
        return sent;
    }

    boolean close(String label, long nowNs) {
        DataChannel channel = byLabel.get(label);
        if (channel != null) {
            channel.close(nowNs);
        }
        return channel != null;
    }

    @Override
    public void onRecord(byte[] b, int off, int len, long nowNs) {
        DataChannels up = channels;
        if (up != null) {
            up.onPacket(b, off, len, nowNs);
        }
    }

    @Override
    public long nextDeadlineNs() {
        DataChannels up = channels;
        return up == null ? Long.MAX_VALUE : up.nextDeadlineNs();
    }

    @Override
    public void onDeadline(long nowNs) {
        DataChannels up = channels;
        if (up != null) {
            up.onDeadline(nowNs);
        }
    }

    @Override
    public void onClosing() {
        DataChannels up = channels;
        if (up != null) {
            up.close();
        }
    }

    @Override
    public void onOpen(DataChannel channel, long nowNs) {
        byLabel.put(channel.label(), channel);
        listener.onOpen(client, channel.label(), nowNs);
    }

    @Override
    public void onText(DataChannel channel, byte[] b, int off, int len, long nowNs) {
        listener.onText(client, channel.label(), b, off, len, nowNs);
    }

    @Override
    public void onBinary(DataChannel channel, byte[] b, int off, int len, long nowNs) {
        listener.onBinary(client, channel.label(), b, off, len, nowNs);
    }

    @Override
    public void onClosed(DataChannel channel, long nowNs) {
        byLabel.remove(channel.label(), channel);
        listener.onClosed(client, channel.label(), nowNs);
    }

    @Override
    public void onFailed(String why, long nowNs) {
        listener.onFailed(client, why);
    }
}
