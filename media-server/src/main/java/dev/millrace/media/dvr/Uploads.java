package dev.millrace.media.dvr;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings objects to the shelf in the background: some at once, again and again while the shelf fails, and no more than fit
 * into memory. Owned by one thread and told the time; {@link #waiting} may be asked by any.
 */
final class Uploads {
    /** More at once do not make one store faster, but keep segments of many tracks from waiting for a slow answer. */
    private static final int AT_ONCE = 8;

    /** Deletions that are tried again when the shelf is back: a day of one stream with five tracks has some 200,000. */
    private static final int MAX_CHORES = 500_000;

    private static final long FIRST_PAUSE_NS = 500_000_000L;
    private static final long LONGEST_PAUSE_NS = 15_000_000_000L;

    /** Is told what became of an object; on the owner's thread. */
    interface Fate {
        void stored();

        void lost();
    }

    /** Something that is to be on the shelf. */
    private static final class Upload {
        final String name;
        final List<byte[]> pieces;
        final long bytes;
        final Fate fate;
        boolean dropped;

        Upload(String name, List<byte[]> pieces, Fate fate) {
            this.name = name;
            this.pieces = pieces;
            this.bytes = pieces.stream().mapToLong(each -> each.length).sum();
            this.fate = fate;
        }
    }

    private final Shelf shelf;
    private final Executor owner;
    private final Executor working;
    private final LongSupplier nowNs;
    private final long maxBytes;
    private final Map<String, Upload> byName = new ConcurrentHashMap<>();
    private final ArrayDeque<Upload> queue = new ArrayDeque<>();
    private final List<Runnable> chores = new ArrayList<>();
    private int running;
    private long bytes;
    private long pauseNs;
    private long againNs = Long.MAX_VALUE;
    private long lost;
    private volatile String problem = "";

    /**
     * @param owner the thread that owns this
     * @param working runs what may block
     */
    Uploads(Shelf shelf, Executor owner, Executor working, LongSupplier nowNs, long maxBytes) {
        this.shelf = shelf;
        this.owner = owner;
        this.working = working;
        this.nowNs = nowNs;
        this.maxBytes = maxBytes;
    }

    /** What is still on its way, or being; any thread. */
    @Nullable
    List<byte[]> waiting(String name) {
        Upload upload = byName.get(name);
        return upload == null ? null : upload.pieces;
    }

    /** A sentence while the shelf fails, otherwise empty; any thread. */
    String problem() {
        return problem;
    }

    void put(String name, List<byte[]> pieces, Fate fate) {
        Upload upload = new Upload(name, pieces, fate);
        byName.put(name, upload);
        bytes += upload.bytes;
        queue.add(upload);
        while (bytes > maxBytes && !queue.isEmpty()) {
            drop(queue.remove());
        }
        next();
    }

    private void drop(Upload upload) {
        byName.remove(upload.name, upload);
        bytes -= upload.bytes;
        lost++;
        upload.fate.lost();
    }

    /** It is not wanted any more. */
    void delete(String name) {
        Upload upload = byName.remove(name);
        if (upload != null && queue.remove(upload)) {
            bytes -= upload.bytes;
            return;
        }
        if (upload != null) {
            upload.dropped = true; // deleted when it has arrived
            return;
        }
        chore(() -> shelf.delete(name));
    }

    /** Of a broadcast that is over; {@code done} runs where what blocks does. */
    void deleteAll(String prefix, Runnable done) {
        for (Iterator<Upload> each = queue.iterator(); each.hasNext(); ) {
            Upload upload = each.next();
            if (upload.name.startsWith(prefix)) {
                each.remove();
                byName.remove(upload.name, upload);
                bytes -= upload.bytes;
            }
        }
        byName.values().stream().filter(each -> each.name.startsWith(prefix)).forEach(each -> each.dropped = true);
        chore(() -> {
            shelf.deleteAll(prefix);
            done.run();
        });
    }

    private interface Chore {
        void run() throws IOException;
    }

    /** Once, and again when the shelf is back. */
    private void chore(Chore chore) {
        var unused = CompletableFuture.runAsync(
                        () -> {
                            try {
                                chore.run();
                            } catch (IOException e) {
                                owner.execute(() -> later(chore, e));
                            }
                        },
                        working)
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        owner.execute(() -> problem = sentence(fault));
                    }
                });
    }

    private void later(Chore chore, IOException why) {
        if (chores.size() < MAX_CHORES) {
            chores.add(() -> chore(chore));
        }
        pause(why);
    }

    private void next() {
        while (running < (pauseNs == 0 ? AT_ONCE : 1) && !queue.isEmpty() && againNs == Long.MAX_VALUE) {
            Upload upload = queue.remove();
            running++;
            var unused = CompletableFuture.supplyAsync(() -> tryPut(upload), working)
                    .whenComplete((failure, fault) ->
                            owner.execute(() -> done(upload, fault == null ? failure : new IOException(fault))));
        }
    }

    private @Nullable IOException tryPut(Upload upload) {
        try {
            shelf.put(upload.name, upload.pieces);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void done(Upload upload, @Nullable IOException failure) {
        running--;
        if (failure == null) {
            byName.remove(upload.name, upload);
            bytes -= upload.bytes;
            pauseNs = 0;
            problem = "";
            if (upload.dropped) {
                chore(() -> shelf.delete(upload.name));
            } else {
                upload.fate.stored();
            }
            List<Runnable> due = List.copyOf(chores);
            chores.clear();
            due.forEach(Runnable::run);
        } else if (upload.dropped) {
            bytes -= upload.bytes;
        } else if (bytes > maxBytes) {
            drop(upload);
            pause(failure);
        } else {
            queue.addFirst(upload);
            pause(failure);
        }
        next();
    }

    private void pause(IOException why) {
        problem = sentence(why);
        if (againNs == Long.MAX_VALUE) {
            pauseNs = Math.min(LONGEST_PAUSE_NS, Math.max(FIRST_PAUSE_NS, 2 * pauseNs));
            againNs = nowNs.getAsLong() + pauseNs;
        }
    }

    private String sentence(Throwable why) {
        String message = why.getMessage() == null ? why.toString() : why.getMessage();
        return "The DVR window is not kept, " + shelf.place() + " does not take segments (" + message
                + "); it is tried again.";
    }

    long nextDeadlineNs() {
        return againNs;
    }

    void onDeadline(long now) {
        if (now >= againNs) {
            againNs = Long.MAX_VALUE;
            if (queue.isEmpty()) {
                List<Runnable> due = List.copyOf(chores);
                chores.clear();
                due.forEach(Runnable::run);
            }
            next();
        }
    }

    /** Objects given up since the start. */
    long lost() {
        return lost;
    }

    long bytes() {
        return bytes;
    }
}
