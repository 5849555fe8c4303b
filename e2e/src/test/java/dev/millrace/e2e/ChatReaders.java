package dev.millrace.e2e;

import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * The chats of many light clients of one loop, for figures: says hello on each, checks that numbers follow each other and
 * times messages whose text is the {@link System#nanoTime} of their sending. The loop's, but for what is atomic.
 */
final class ChatReaders implements LightChannelListener {
    private static final byte[] SAID = bytes("{\"type\":\"said\",\"seq\":");
    private static final byte[] TEXT = bytes("\"text\":\"");
    private static final byte[] WELCOME = bytes("{\"type\":\"welcome\"");

    private static final Pattern COUNT = Pattern.compile("\":(\\d+)");

    /** Of delays, a tenth of a millisecond each; the last one holds everything longer. */
    private static final int BUCKETS = 100_000;

    private static final double BUCKET_NS = 100_000;

    /** What one client has. */
    static final class Reader {
        long first;
        long last;
        long said;
        long reactions;
        long reactionMessages;
        long disorders;
    }

    private final Map<LightClient, Reader> readers = new HashMap<>();
    private final long[] delays = new long[BUCKETS];
    private final AtomicInteger welcomed = new AtomicInteger();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong reactions = new AtomicLong();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    int welcomed() {
        return welcomed.get();
    }

    /** Messages that reached somebody, all readers together. */
    long delivered() {
        return delivered.get();
    }

    /** Messages with reactions that reached somebody. */
    long reactionMessages() {
        return reactions.get();
    }

    /** Channels that opened. */
    int opened() {
        return opened.get();
    }

    int closed() {
        return closed.get();
    }

    int failed() {
        return failed.get();
    }

    /** When the loop is at rest. */
    List<Reader> readers() {
        return new ArrayList<>(readers.values());
    }

    double delayMs(double percent) {
        long all = 0;
        for (long count : delays) {
            all += count;
        }
        long rank = (long) Math.ceil(all * percent / 100);
        for (int i = 0; i < BUCKETS; i++) {
            rank -= delays[i];
            if (rank <= 0) {
                return (i + 1) * BUCKET_NS / 1e6;
            }
        }
        return BUCKETS * BUCKET_NS / 1e6;
    }

    @Override
    public void onOpen(LightClient client, String label, long nowNs) {
        opened.incrementAndGet();
        if (label.equals("chat")) {
            var unused = client.send("chat", "{\"type\":\"hello\"}");
        }
    }

    @Override
    public void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
        Reader reader = readers.computeIfAbsent(client, any -> new Reader());
        if (label.equals("reactions")) {
            reader.reactionMessages++;
            reader.reactions += sum(new String(b, off, len, StandardCharsets.UTF_8));
            reactions.incrementAndGet();
        } else if (startsWith(SAID, b, off, len)) {
            said(reader, b, off, len);
        } else if (startsWith(WELCOME, b, off, len)) {
            welcomed.incrementAndGet();
        }
    }

    private void said(Reader reader, byte[] b, int off, int len) {
        long seq = number(b, off + SAID.length);
        if (reader.said == 0) {
            reader.first = seq;
        } else if (seq != reader.last + 1) {
            reader.disorders++;
        }
        reader.last = seq;
        reader.said++;
        delivered.incrementAndGet();
        for (int i = off + len - TEXT.length; i > off; i--) {
            if (startsWith(TEXT, b, i, TEXT.length)) {
                long sentNs = number(b, i + TEXT.length);
                if (sentNs > 0) {
                    delays[(int) Math.clamp((System.nanoTime() - sentNs) / BUCKET_NS, 0, BUCKETS - 1)]++;
                }
                return;
            }
        }
    }

    /** Of all emoji. */
    private static long sum(String reactions) {
        return COUNT.matcher(reactions)
                .results()
                .mapToLong(count -> Long.parseLong(count.group(1)))
                .sum();
    }

    private static long number(byte[] b, int at) {
        long number = 0;
        for (int i = at; i < b.length && b[i] >= '0' && b[i] <= '9'; i++) {
            number = number * 10 + b[i] - '0';
        }
        return number;
    }

    private static boolean startsWith(byte[] words, byte[] b, int off, int len) {
        if (len < words.length) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            if (b[off + i] != words[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void onClosed(LightClient client, String label, long nowNs) {
        closed.incrementAndGet();
    }

    @Override
    public void onFailed(LightClient client, String why) {
        failed.incrementAndGet();
    }
}
