package dev.millrace.media.restream;

import dev.millrace.media.control.Dialer;
import dev.millrace.media.control.RestreamTarget;
import dev.millrace.media.rtmp.PushConnection;
import dev.millrace.media.rtmp.PushEnd;
import dev.millrace.media.rtmp.PushSink;
import dev.millrace.media.rtmp.PushTarget;
import dev.millrace.media.segment.TrackFormat;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to a target, from being dialled to its end. Owned by the loop; what the line says is passed on to it. */
final class Sending implements PushSink {
    /** Whoever does not read for so long is cut. */
    static final long STUCK_NS = 10_000_000_000L;

    /** The dialer gives up before. */
    private static final long DIAL_NS = 20_000_000_000L;

    /** Told on the loop. */
    interface Owner {
        /** The target takes media: {@link #begin} may be called. */
        void onReady();

        void onWarning(String sentence);

        /** It is over, and closed. */
        void onOver(PushEnd why, String sentence);
    }

    private final Surroundings around;
    private final RestreamTarget target;
    private final Owner owner;
    private final Interleaver interleaver = new Interleaver();
    private final Outbox outbox = new Outbox();
    private final Dialer.Line line;
    private final long dialledNs;
    private @Nullable PushConnection connection;
    private @Nullable Tags tags;
    private TrackFormat.@Nullable Aac sound;
    private boolean over;
    private boolean needsKey = true;
    private boolean alone;
    private boolean slow;
    private long pictures;
    private long dropped;

    Sending(Surroundings around, RestreamTarget target, Owner owner, long nowNs) {
        this.around = around;
        this.target = target;
        this.owner = owner;
        this.dialledNs = nowNs;
        this.line = around.dialer().dial(target.host(), target.port(), target.tls(), new Told());
    }

    private void opened(long nowNs) {
        PushTarget to = new PushTarget(target.application(), target.url(), target.name());
        connection = new PushConnection(this, to, around.random(), nowNs);
    }

    /** Media may be {@link #begin begun} with. */
    boolean isReady() {
        PushConnection now = connection;
        return !over && now != null && now.isPublishing();
    }

    boolean isLive() {
        return !over && tags != null;
    }

    /**
     * Media go there from now on; these are the first of them.
     *
     * @param withoutPictures there are none to wait for
     */
    void begin(Collection<Media> first, boolean withoutPictures, TrackFormat.@Nullable Aac knownSound, long nowNs) {
        PushConnection to = connection;
        if (to == null || isLive()) {
            return;
        }
        alone = withoutPictures;
        sound = knownSound;
        tags = new Tags(to, this::queue);
        first.forEach(each -> interleaver.add(each, nowNs));
        pump(nowNs);
    }

    void onMedia(Media media, long nowNs) {
        if (isLive()) {
            interleaver.add(media, nowNs);
            pump(nowNs);
        }
    }

    private void pump(long nowNs) {
        Tags to = tags;
        for (Media next = interleaver.poll(nowNs);
                next != null && to != null && !over;
                next = interleaver.poll(nowNs)) {
            write(next, to);
        }
        if (!over) {
            outbox.flush(line, nowNs);
        }
    }

    private void write(Media media, Tags to) {
        if (media.format() instanceof TrackFormat.Aac aac) {
            sound = aac;
        }
        if (media.isVideo()) {
            if (needsKey && !media.isKey()) {
                dropped += slow ? 1 : 0;
                return;
            }
            needsKey = false;
            slow = false;
        } else if (!to.hasBegun() && !alone) {
            return;
        }
        to.write(media, sound);
    }

    private boolean queue(byte[] tag, int ms, boolean picture) {
        pictures += picture ? 1 : 0;
        if (outbox.add(tag, ms, picture)) {
            return true;
        }
        int lost = outbox.clear();
        pictures -= lost;
        dropped += lost;
        needsKey = true;
        slow = true;
        if (tags != null) {
            tags.tellAgain();
        }
        owner.onWarning("The target takes the stream more slowly than it comes: pictures are left out.");
        return false;
    }

    void onDeadline(long nowNs) {
        PushConnection now = connection;
        if (over) {
            return;
        }
        if (now == null) {
            if (nowNs >= dialledNs + DIAL_NS) {
                end(PushEnd.TIMEOUT, "The target cannot be reached.");
            }
            return;
        }
        now.onDeadline(nowNs);
        if (!over && isStuck(nowNs)) {
            end(PushEnd.TIMEOUT, "The target has read nothing for " + STUCK_NS / 1_000_000_000L + " s.");
        }
        if (isLive()) {
            pump(nowNs);
        }
    }

    private boolean isStuck(long nowNs) {
        long since = outbox.stuckSinceNs();
        return since != Long.MAX_VALUE && nowNs - since >= STUCK_NS;
    }

    long nextDeadlineNs() {
        PushConnection now = connection;
        if (over) {
            return Long.MAX_VALUE;
        }
        if (now == null) {
            return dialledNs + DIAL_NS;
        }
        long stuck = outbox.stuckSinceNs();
        long cutNs = stuck == Long.MAX_VALUE ? stuck : stuck + STUCK_NS;
        return Math.min(Math.min(now.nextDeadlineNs(), cutNs), isLive() ? interleaver.nextNs() : Long.MAX_VALUE);
    }

    /** By us, and politely; the owner is told nothing. */
    void finish() {
        if (over) {
            return;
        }
        over = true;
        PushConnection now = connection;
        byte[] farewell = now == null ? new byte[0] : now.farewell();
        if (farewell.length > 0) {
            line.send(farewell);
        }
        close();
    }

    private void end(PushEnd why, String sentence) {
        if (!over) {
            over = true;
            close();
            owner.onOver(why, sentence);
        }
    }

    private void close() {
        interleaver.clear();
        outbox.clear();
        line.close();
    }

    @Override
    public void send(byte[] message) {
        if (!over) {
            outbox.onSent(message.length, around.nowNs().getAsLong());
            line.send(message);
        }
    }

    @Override
    public void onPublishing() {
        owner.onReady();
    }

    @Override
    public void onWarning(String sentence) {
        owner.onWarning(sentence);
    }

    @Override
    public void onEnd(PushEnd why, String detail) {
        end(why, detail);
    }

    long bytes() {
        return outbox.sentBytes();
    }

    long pictures() {
        return pictures;
    }

    long dropped() {
        return dropped;
    }

    /** What waits to be sent, in bytes. */
    long waitingBytes() {
        return outbox.size();
    }

    /** What the line says, on any thread, passed on to the loop. */
    private final class Told implements Dialer.Events {
        @Override
        public void onOpen() {
            pass(Sending.this::opened);
        }

        @Override
        public void onBytes(ByteBuffer buffer) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(copy);
            pass(nowNs -> {
                PushConnection now = connection;
                if (now != null) {
                    now.onBytes(ByteBuffer.wrap(copy), nowNs);
                }
            });
        }

        @Override
        public void onWritten(int count) {
            pass(nowNs -> {
                outbox.onWritten(count, nowNs);
                outbox.flush(line, nowNs);
            });
        }

        @Override
        public void onClosed(String why) {
            pass(nowNs -> {
                PushConnection now = connection;
                boolean asked = now != null && now.hasAsked();
                String sentence =
                        asked ? "The target closes the connection once it is told the key: is it right?" : why;
                end(PushEnd.ENDED, sentence);
            });
        }

        private void pass(Consumer<Long> what) {
            around.loop().execute(() -> {
                if (!over) {
                    what.accept(around.nowNs().getAsLong());
                }
            });
        }
    }
}
