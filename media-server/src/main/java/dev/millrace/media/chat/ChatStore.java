package dev.millrace.media.chat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * What rooms remember: H2's MVStore, in one file or, without one, in memory. Few maps for all streams, since ten
 * thousand of them must not cost a map each: a stream has a number, and its rows' keys begin with it.
 *
 * <p>Owned by the chat thread, which also commits; the store's own thread is off. What {@link #commit} wrote survives
 * the process being killed. Whether it survives a power cut is the file system's word: see docs/chat.md.
 */
final class ChatStore implements AutoCloseable {
    /** Low bits of a message's key: its number; 2^40 messages a stream, 2^23 streams ever. */
    private static final int SEQ_BITS = 40;

    private static final int SECRET_BYTES = 32;

    /** Of streams that are remembered; publishers choose the names, so that somebody has to set a bound. */
    static final int MOST_STREAMS = 10_000;

    /** A commit leaves about 15 KiB of the file unused, most of which is reused by itself; this gathers the rest. */
    private static final int COMMITS_A_TIDYING = 500;

    /** Stretches of the file of which less is in use are written anew. */
    private static final int TIDY_FILL_PERCENT = 50;

    /** At most so much a time, a few milliseconds of work, since messages wait meanwhile. */
    private static final int TIDY_BYTES = 128 * 1024;

    private final MVStore store;
    private final MVMap<String, byte[]> about;
    private final MVMap<String, Long> streams;
    private final MVMap<String, Long> slow;
    private final MVMap<String, byte[]> verdicts;
    private final MVMap<Long, byte[]> messages;
    private final MVMap<Long, Long> removals;
    private final MVMap<String, Long> said;
    private boolean dirty;
    private int commits;

    ChatStore(MVStore store, RandomGenerator random) {
        this.store = store;
        about = map("about", StringDataType.INSTANCE, ByteArrayDataType.INSTANCE);
        streams = map("streams", StringDataType.INSTANCE, LongDataType.INSTANCE);
        slow = map("slow", StringDataType.INSTANCE, LongDataType.INSTANCE);
        verdicts = map("verdicts", StringDataType.INSTANCE, ByteArrayDataType.INSTANCE);
        messages = map("messages", LongDataType.INSTANCE, ByteArrayDataType.INSTANCE);
        removals = map("removals", LongDataType.INSTANCE, LongDataType.INSTANCE);
        said = map("said", StringDataType.INSTANCE, LongDataType.INSTANCE);
        store.setVersionsToKeep(0); // nobody reads the past
        if (about.get("secret") == null) {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            about.put("secret", secret);
            dirty = true;
        }
    }

    /** Keeps everything until the process ends, and nothing longer. */
    static ChatStore inMemory(RandomGenerator random) {
        return new ChatStore(new MVStore.Builder().autoCommitDisabled().open(), random);
    }

    /** Keeps everything in a file of this directory; see {@link ChatFile} for what may be wrong with it. */
    static ChatStore in(@Nullable Path directory, RandomGenerator random) {
        return directory == null ? inMemory(random) : new ChatStore(ChatFile.open(directory), random);
    }

    private <K, V> MVMap<K, V> map(String name, DataType<K> keys, DataType<V> values) {
        return store.openMap(name, new MVMap.Builder<K, V>().keyType(keys).valueType(values));
    }

    /** Signs what participants resume with; the same as long as the store lives. */
    byte[] secret() {
        byte[] secret = about.get("secret");
        if (secret == null) {
            throw new IllegalStateException("the chat store has lost its secret");
        }
        return secret;
    }

    /** Whether something was put since the last commit. */
    boolean dirty() {
        return dirty;
    }

    /** Makes durable what was put since the last time. */
    void commit() {
        store.commit();
        dirty = false;
        commits++;
    }

    /** From time to time: gives back the file's space, and forgets the streams nobody was in for longest. */
    void tidy(Predicate<String> inUse) {
        if (commits < COMMITS_A_TIDYING) {
            return;
        }
        commits = 0;
        if (streams.size() > MOST_STREAMS) {
            forgetStreams(streams.size() - MOST_STREAMS + MOST_STREAMS / 100, inUse);
        }
        store.compact(TIDY_FILL_PERCENT, TIDY_BYTES);
    }

    /**
     * Puts away what was not committed and closes. Without making the file smaller: after a kill, moving its parts fails
     * an assertion of MVStore 2.4.240 ({@code FreeSpaceBitSet.allocate}), and what is free is used again anyway.
     */
    @Override
    public void close() {
        store.close();
    }

    /** Lets go of the file after a failure, as it is. */
    void abandon() {
        store.closeImmediately();
    }

    private void forgetStreams(int count, Predicate<String> inUse) {
        record Idle(String stream, long number, long atEpochMs) {}
        List<Idle> idle = new ArrayList<>();
        for (Map.Entry<String, Long> stream : streams.entrySet()) {
            if (!inUse.test(stream.getKey())) {
                Message last = message(stream.getValue(), last(stream.getValue()));
                idle.add(new Idle(stream.getKey(), stream.getValue(), last == null ? 0 : last.atEpochMs()));
            }
        }
        idle.sort(Comparator.comparingLong(Idle::atEpochMs));
        for (Idle one : idle.subList(0, Math.min(count, idle.size()))) {
            forgetBefore(one.number(), last(one.number()) + 1);
            slowSeconds(one.number(), 0);
            verdicts(one.number()).forEach(verdict -> drop(one.number(), verdict));
            streams.remove(one.stream());
        }
    }

    /** A stream's number in the keys, 0 for none yet. */
    long number(String stream) {
        Long number = streams.get(stream);
        return number == null ? 0 : number;
    }

    /** A stream's number, given now if it has none. */
    long numbered(String stream) {
        long number = number(stream);
        if (number == 0) {
            byte[] last = about.get("last-number");
            number = last == null ? 1 : Long.parseLong(new String(last, StandardCharsets.US_ASCII)) + 1;
            about.put("last-number", Long.toString(number).getBytes(StandardCharsets.US_ASCII));
            streams.put(stream, number);
            dirty = true;
        }
        return number;
    }

    private static long key(long stream, long seq) {
        return stream << SEQ_BITS | seq;
    }

    private static long seq(long key) {
        return key & (1L << SEQ_BITS) - 1;
    }

    /** Number of the oldest message kept, 0 without any. */
    long first(long stream) {
        Long key = messages.ceilingKey(key(stream, 0));
        return key == null || key >= key(stream + 1, 0) ? 0 : seq(key);
    }

    /** Number of the newest message kept, 0 without any. */
    long last(long stream) {
        Long key = messages.lowerKey(key(stream + 1, 0));
        return key == null || key < key(stream, 0) ? 0 : seq(key);
    }

    @Nullable
    Message message(long stream, long seq) {
        byte[] row = messages.get(key(stream, seq));
        return row == null ? null : MessageRow.read(seq, row);
    }

    /** What is kept from one number to another, both included, in order. */
    List<Message> messages(long stream, long fromSeq, long toSeq) {
        List<Message> found = new ArrayList<>();
        if (fromSeq <= toSeq) {
            Cursor<Long, byte[]> rows = messages.cursor(key(stream, fromSeq), key(stream, toSeq), false);
            while (rows.hasNext()) {
                long seq = seq(rows.next());
                found.add(MessageRow.read(seq, rows.getValue()));
            }
        }
        return found;
    }

    void add(long stream, Message message) {
        messages.put(key(stream, message.seq()), MessageRow.write(message));
        if (message.clientId() != null) {
            said.put(saidKey(stream, message.from(), message.clientId()), message.seq());
        }
        dirty = true;
    }

    /** The number under which a participant's own message was taken, 0 for never. */
    long said(long stream, String participant, String clientId) {
        Long seq = said.get(saidKey(stream, participant, clientId));
        return seq == null ? 0 : seq;
    }

    private static String saidKey(long stream, String participant, String clientId) {
        return stream + "/" + participant + "/" + clientId;
    }

    /** The row stays, so that its number is not given again and its sender does not say it twice; the text goes. */
    void remove(long stream, Message message, long epochMs) {
        messages.put(key(stream, message.seq()), MessageRow.write(message.removed()));
        removals.put(key(stream, message.seq()), epochMs);
        dirty = true;
    }

    /** The newest removed messages up to a number, at most so many, ascending. */
    List<Long> removed(long stream, long upToSeq, int most) {
        List<Long> found = new ArrayList<>();
        Cursor<Long, Long> rows = removals.cursor(key(stream, upToSeq), key(stream, 0), true);
        while (found.size() < most && rows.hasNext()) {
            found.add(seq(rows.next()));
        }
        return found.reversed();
    }

    /** Forgets everything before a number. */
    void forgetBefore(long stream, long seq) {
        for (Message old : messages(stream, 0, seq - 1)) {
            messages.remove(key(stream, old.seq()));
            removals.remove(key(stream, old.seq()));
            if (old.clientId() != null) {
                said.remove(saidKey(stream, old.from(), old.clientId()));
            }
        }
        dirty = true;
    }

    long slowSeconds(long stream) {
        Long seconds = slow.get(Long.toString(stream));
        return seconds == null ? 0 : seconds;
    }

    void slowSeconds(long stream, long seconds) {
        if (seconds == 0) {
            slow.remove(Long.toString(stream));
        } else {
            slow.put(Long.toString(stream), seconds);
        }
        dirty = true;
    }

    Collection<Verdict> verdicts(long stream) {
        List<Verdict> found = new ArrayList<>();
        String prefix = stream + "/";
        Iterator<String> keys = verdicts.keyIterator(prefix);
        while (keys.hasNext()) {
            String key = keys.next();
            if (!key.startsWith(prefix)) {
                break;
            }
            byte[] row = verdicts.get(key);
            String[] parts = key.split("/", 3);
            if (row != null && parts.length == 3) {
                found.add(Verdict.of(Verdict.Kind.valueOf(parts[1]), parts[2], row));
            }
        }
        return found;
    }

    void put(long stream, Verdict verdict) {
        verdicts.put(verdictKey(stream, verdict), verdict.row());
        dirty = true;
    }

    void drop(long stream, Verdict verdict) {
        verdicts.remove(verdictKey(stream, verdict));
        dirty = true;
    }

    private static String verdictKey(long stream, Verdict verdict) {
        return stream + "/" + verdict.kind() + "/" + verdict.who();
    }
}
