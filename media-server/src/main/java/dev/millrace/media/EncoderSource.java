package dev.millrace.media;

import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.origin.FrameSink;
import dev.millrace.media.origin.FrameSource;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One encoder's pictures and sounds on their way to the stream's origin, with those since the last keyframe, so that who
 * comes between two that are far apart has something at once. Owned by the encoder's loop.
 */
final class EncoderSource implements FrameSource {
    /** Keyframes farther apart than that are not waited for with everything that was since. */
    private static final long KEPT_NS = 20_000_000_000L;

    /** Twenty seconds of 6 Mb/s. */
    private static final int KEPT_BYTES = 16 << 20;

    /** On their way to the origin's thread: all that is kept of 60 pictures a second, and seconds more. */
    private static final int MAX_WAITING = 4_000;

    /** Keyframes of one picture in several sizes are shown within that of each other. */
    private static final long TOGETHER_NS = 5_000_000L;

    private final EventLoop loop;
    private final @Nullable PublishedMedia audio;
    private final @Nullable PublishedMedia video;
    private final ArrayDeque<Item> kept = new ArrayDeque<>();
    private final int layers;
    private long keptSinceNs;
    private long keptBytes;
    private boolean keeps;
    private @Nullable Line line;

    EncoderSource(EventLoop loop, @Nullable PublishedMedia audio, @Nullable PublishedMedia video) {
        this.loop = loop;
        this.audio = audio;
        this.video = video;
        this.layers = video == null ? 0 : Math.max(1, video.layers().size());
        this.keeps = video == null;
    }

    @Override
    public @Nullable PublishedMedia audio() {
        return audio;
    }

    @Override
    public @Nullable PublishedMedia video() {
        return video;
    }

    @Override
    public void listen(FrameSink sink, Executor thread) {
        loop.execute(() -> {
            Line now = new Line(sink, thread);
            line = now;
            kept.forEach(each -> offer(now, each));
        });
    }

    @Override
    public void silence() {
        loop.execute(() -> line = null);
    }

    /** There is nobody to ask. */
    @Override
    public void requestKeyframe() {}

    /** @param layer 0 is the main one, with whose keyframes what is kept begins */
    void onPicture(int layer, VideoFrame frame, long shownNs, long nowNs) {
        if (layer >= layers) {
            return;
        }
        if (layer == 0 && frame.key()) {
            forgetBefore(shownNs - TOGETHER_NS);
            keeps = true;
            keptSinceNs = nowNs;
        }
        int bit = 1 << layer;
        hand(new Item(
                each -> each.onPicture(layer, frame, shownNs), bit, frame.key(), shownNs, frame.data().length, nowNs));
    }

    void onAac(TrackFormat.Aac format, byte[] data, long shownNs, long nowNs) {
        hand(new Item(each -> each.onAac(format, data, shownNs), 0, false, shownNs, data.length, nowNs));
    }

    void onOpus(AudioFrame frame, long shownNs, long nowNs) {
        hand(new Item(each -> each.onOpus(frame, shownNs), 0, false, shownNs, frame.data().length, nowNs));
    }

    private void hand(Item what) {
        Line now = line;
        if (now != null) {
            offer(now, what);
        }
        keptBytes += what.bytes();
        if (keptBytes > KEPT_BYTES || what.arrivalNs() - keptSinceNs > KEPT_NS) {
            forget();
        }
        if (keeps && video != null) {
            kept.add(what);
        }
    }

    /** The main layer begins anew: of the others, what belongs to the same keyframe may have come before. */
    private void forgetBefore(long ns) {
        kept.removeIf(each -> each.layer() == 1 || each.shownNs() < ns);
        keptBytes = 0;
        kept.forEach(each -> keptBytes += each.bytes());
    }

    private void offer(Line to, Item what) {
        if (!to.offer(what)) {
            loop.drops().count(DropReason.ORIGIN_BEHIND);
        }
    }

    private void forget() {
        kept.clear();
        keptBytes = 0;
        keeps = false;
    }

    /** @param layer a bit for the layer of a picture; 0 of sound */
    private record Item(Consumer<FrameSink> what, int layer, boolean key, long shownNs, int bytes, long arrivalNs) {}

    /** The way while the origin listens. */
    private static final class Line {
        private final FrameSink sink;
        private final Executor thread;
        private final AtomicInteger waiting = new AtomicInteger();

        /** Bits of layers. */
        private int needsKey;

        Line(FrameSink sink, Executor thread) {
            this.sink = sink;
            this.thread = thread;
        }

        /** False if it is dropped: there is no room, or there was none for what a picture refers to. */
        boolean offer(Item item) {
            needsKey &= item.key() ? ~item.layer() : -1;
            if (waiting.get() >= MAX_WAITING || (item.layer() & needsKey) != 0) {
                needsKey |= item.layer();
                return false;
            }
            waiting.incrementAndGet();
            thread.execute(() -> {
                waiting.decrementAndGet();
                item.what().accept(sink);
            });
            return true;
        }
    }
}
