package dev.millrace.perf.load;

import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.load.DelayMeter.Quantiles;
import dev.millrace.perf.load.Report.ChatFigures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Viewers who talk (docs/chat.md, over the data channel): one after the other says when it is, so that whoever hears it knows
 * how long it took. Safe for any thread.
 */
final class ChatTalk implements Side, LightChannelListener {
    static final String LABEL = "chat";

    /** What makes a message one of ours, before the time it was said at. */
    private static final String MARK = "load at ";

    private static final long MOST_US = 60_000_000;

    private final double perS;
    private final LongSupplier clockNs;
    private final List<LightClient> welcomed = new CopyOnWriteArrayList<>();
    private final Map<LightClient, Long> since = new ConcurrentHashMap<>();
    private final ConcurrentHistogram delays = new ConcurrentHistogram(1, MOST_US, 2);
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder received = new LongAdder();
    private long said;
    private long due;

    ChatTalk(double perS, LongSupplier clockNs) {
        this.perS = perS;
        this.clockNs = clockNs;
    }

    @Override
    public boolean tick(double sinceRampBeganS) {
        long wanted = (long) (sinceRampBeganS * perS);
        for (; due < wanted; due++) {
            if (!welcomed.isEmpty()) {
                say(welcomed.get((int) (due % welcomed.size())));
            }
        }
        return true;
    }

    private void say(LightClient client) {
        said++;
        String text = "{\"type\":\"say\",\"id\":\"c" + said + "\",\"text\":\"" + MARK + clockNs.getAsLong() + "\"}";
        var unused = client.send(LABEL, text);
    }

    @Override
    public void onOpen(LightClient client, String label, long nowNs) {
        if (label.equals(LABEL)) {
            var unused = client.send(LABEL, "{\"type\":\"hello\",\"name\":\"load\"}");
        }
    }

    @Override
    public void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
        String text = new String(b, off, len, StandardCharsets.UTF_8);
        if (text.contains("\"type\":\"said\"")) {
            onSaid(client, text, nowNs);
        } else if (text.contains("\"type\":\"ack\"")) {
            acknowledged.increment();
        } else if (text.contains("\"type\":\"refused\"")) {
            refused.increment();
        } else if (text.contains("\"type\":\"welcome\"") && since.putIfAbsent(client, nowNs) == null) {
            welcomed.add(client);
        }
    }

    /** A newcomer is told what was said before; that tells nothing of how long it takes. */
    private void onSaid(LightClient client, String text, long nowNs) {
        int mark = text.indexOf(MARK);
        int end = mark < 0 ? -1 : text.indexOf('"', mark);
        Long from = since.get(client);
        if (end < 0 || from == null) {
            return;
        }
        long saidNs = Long.parseLong(text.substring(mark + MARK.length(), end));
        if (saidNs > from) {
            received.increment();
            delays.recordValue(Math.clamp((nowNs - saidNs) / 1000, 0, MOST_US));
        }
    }

    @Override
    public void onClosed(LightClient client, String label, long nowNs) {
        welcomed.remove(client);
    }

    ChatFigures figures() {
        return new ChatFigures(said, acknowledged.sum(), refused.sum(), received.sum(), Quantiles.of(delays));
    }
}
