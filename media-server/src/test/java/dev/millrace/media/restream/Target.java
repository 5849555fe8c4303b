package dev.millrace.media.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.Dialer;
import dev.millrace.media.rtmp.FlvCodec;
import dev.millrace.media.rtmp.PublishRequest;
import dev.millrace.media.rtmp.RtmpConnection;
import dev.millrace.media.rtmp.RtmpEnd;
import dev.millrace.media.rtmp.RtmpSink;
import dev.millrace.media.rtmp.TagDrop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A server that is pushed to, one connection of it: what a real one does, as far as the test lets it. */
final class Target implements Dialer.Line, RtmpSink {
    /** A tag as it came. */
    record Tag(boolean video, boolean key, long ms, long capturedMs, long atNs) {}

    final List<Tag> tags = new ArrayList<>();
    final List<String> configurations = new ArrayList<>();
    final List<Map<String, @Nullable Object>> metadata = new ArrayList<>();
    private final Bench bench;
    private final Dialer.Events events;
    private final Random random;
    private final RtmpConnection connection;
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();

    @Nullable
    RtmpEnd ended;

    @Nullable
    PublishRequest request;

    boolean closed;

    Target(Bench bench, Dialer.Events events, Random random) {
        this.bench = bench;
        this.events = events;
        this.random = random;
        this.connection = new RtmpConnection(this, random, bench.nowNs);
    }

    @Override
    public void send(byte[] bytes) {
        if (sending) {
            events.onBytes(ByteBuffer.wrap(bytes)); // the server's own answer
            return;
        }
        unread.add(bytes);
        read(Long.MAX_VALUE);
    }

    private boolean sending;

    /** Reads what waits, up to so many bytes. */
    void read(long most) {
        long left = Math.min(most, bench.readBytes);
        while (!unread.isEmpty() && left > 0 && !closed) {
            byte[] bytes = unread.remove();
            left -= bytes.length;
            bench.readBytes -= bytes.length;
            int at = 0;
            while (at < bytes.length) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(3_000));
                sending = true;
                connection.onBytes(ByteBuffer.wrap(bytes, at, count), bench.nowNs);
                sending = false;
                at += count;
            }
            events.onWritten(bytes.length);
        }
    }

    /** Says something of its own. */
    void say(byte[] bytes) {
        events.onBytes(ByteBuffer.wrap(bytes));
    }

    /** The connection breaks. */
    void reset() {
        if (!closed) {
            closed = true;
            events.onClosed("The target closed the connection.");
        }
    }

    @Override
    public void close() {
        reset();
    }

    @Override
    public @Nullable String refusesApplication(String application) {
        return application.equals("live") ? null : "no such application";
    }

    @Override
    public void onPublish(PublishRequest asked) {
        request = asked;
        String no = bench.refusal;
        if (no == null) {
            connection.accept();
        } else {
            connection.refuse(false, no);
        }
    }

    @Override
    public void onConfiguration(int track, FlvCodec codec, byte[] record) {
        configurations.add(codec + " " + tags.size());
    }

    @Override
    public void onVideo(int track, FlvCodec codec, long decodeNs, long presentNs, boolean key, byte[] data) {
        add(new Tag(true, key, decodeNs / Bench.MS, ByteBuffer.wrap(data).getLong(), bench.nowNs));
    }

    @Override
    public void onAudio(FlvCodec codec, long presentNs, byte[] data) {
        add(new Tag(false, false, presentNs / Bench.MS, ByteBuffer.wrap(data).getLong(), bench.nowNs));
    }

    /** Every connection begins with a keyframe at 0, and the times of a kind never go back. */
    private void add(Tag tag) {
        if (tags.isEmpty()) {
            assertThat(tag.ms()).isZero();
            assertThat(tag.key()).isEqualTo(bench.pictures);
        }
        for (Tag last : tags.reversed()) {
            if (last.video() == tag.video()) {
                assertThat(tag.ms()).isGreaterThanOrEqualTo(last.ms());
                break;
            }
        }
        tags.add(tag);
    }

    List<Tag> pictures() {
        return tags.stream().filter(Tag::video).toList();
    }

    List<Tag> sounds() {
        return tags.stream().filter(tag -> !tag.video()).toList();
    }

    @Override
    public void onMetadata(Map<String, @Nullable Object> values) {
        metadata.add(values);
    }

    @Override
    public void onDrop(TagDrop reason) {
        throw new AssertionError("the target drops media: " + reason);
    }

    @Override
    public void onEnd(RtmpEnd why, String detail) {
        ended = why;
    }
}
