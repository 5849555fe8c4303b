package dev.millrace.media.rtmp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A connection in virtual time and all that it said, one line each; accepts every publication unless told. */
final class Heard implements RtmpSink {
    static final long MS = 1_000_000;

    final List<String> lines = new ArrayList<>();
    final StringBuilder sent = new StringBuilder();
    final List<byte[]> pictures = new ArrayList<>();
    final RtmpConnection connection;

    @Nullable
    RtmpEnd ended;

    @Nullable
    String refusal;

    @Nullable
    PublishRequest request;

    int sentBytes;
    long nowNs;

    Heard() {
        connection = new RtmpConnection(this, new Random(1), 0);
    }

    /** A publication that is on. */
    static Heard publishing() {
        Heard heard = new Heard();
        heard.feed(
                new EncoderBytes().handshake().connect("live").publish("show").take());
        heard.lines.clear();
        return heard;
    }

    void feed(byte[] bytes) {
        connection.onBytes(ByteBuffer.wrap(bytes), nowNs);
    }

    /** The same bytes, cut as badly as can be. */
    void drip(byte[] bytes, int most) {
        for (int at = 0; at < bytes.length; at += most) {
            connection.onBytes(ByteBuffer.wrap(bytes, at, Math.min(most, bytes.length - at)), nowNs);
        }
    }

    void pass(long ms) {
        for (long left = ms; left > 0; left -= 100) {
            nowNs += 100 * MS;
            connection.onDeadline(nowNs);
        }
    }

    @Override
    public void send(byte[] bytes) {
        sentBytes += bytes.length;
        sent.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Override
    public @Nullable String refusesApplication(String application) {
        return application.equals("live") ? null : "no such application";
    }

    @Override
    public void onPublish(PublishRequest asked) {
        request = asked;
        String no = refusal;
        if (no == null) {
            connection.accept();
        } else {
            connection.refuse(false, no);
        }
    }

    @Override
    public void onConfiguration(int track, FlvCodec codec, byte[] record) {
        lines.add("configuration " + numbered(track) + codec + " " + record.length);
    }

    @Override
    public void onVideo(int track, FlvCodec codec, long decodeNs, long presentNs, boolean key, byte[] data) {
        pictures.add(data);
        lines.add("video " + numbered(track) + codec + " " + at(decodeNs) + " +" + (presentNs - decodeNs) / MS
                + (key ? " key " : " ") + data.length);
    }

    @Override
    public void onAudio(FlvCodec codec, long presentNs, byte[] data) {
        lines.add("audio " + codec + " " + at(presentNs) + " " + data.length);
    }

    private static String numbered(int track) {
        return track == 0 ? "" : "#" + track + " ";
    }

    private static String at(long ns) {
        return ns % MS == 0 ? Long.toString(ns / MS) : ns / MS + "." + ns % MS;
    }

    @Override
    public void onMetadata(Map<String, @Nullable Object> metadata) {
        lines.add("metadata " + metadata);
    }

    @Override
    public void onDrop(TagDrop reason) {
        lines.add("drop " + reason.label());
    }

    @Override
    public void onEnd(RtmpEnd why, String detail) {
        if (ended != null) {
            throw new AssertionError("ended twice");
        }
        ended = why;
        lines.add("end " + why.label() + ": " + detail);
    }
}
