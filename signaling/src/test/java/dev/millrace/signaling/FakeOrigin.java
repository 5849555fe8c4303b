package dev.millrace.signaling;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginReply.Freshness;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.control.StoredText;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What HTTP fetches from in tests: objects by name, some that come later, and some that grow. */
final class FakeOrigin implements Origin {
    static final String PLAYLIST = "#EXTM3U\n" + "#EXT-X-PART:DURATION=0.2,URI=\"part\"\n".repeat(50);

    final List<OriginRequest> requests = new CopyOnWriteArrayList<>();
    final Map<String, OriginReply> objects = new ConcurrentHashMap<>();

    /** Requests for {@code held.…}, until they are completed. */
    final List<CompletableFuture<OriginReply>> held = new CopyOnWriteArrayList<>();

    FakeOrigin() {
        objects.put("index.m3u8", text(PLAYLIST, Freshness.MULTIVARIANT));
        objects.put("video.m3u8", text(PLAYLIST, Freshness.NOW));
        objects.put("video.m3u8?_HLS_msn=7", text(PLAYLIST, Freshness.NUMBERED));
        objects.put("over.m3u8", text(PLAYLIST, Freshness.FINAL));
        objects.put(
                "manifest.mpd", new OriginReply.Text(new StoredText("application/dash+xml", "<MPD/>"), Freshness.NOW));
        objects.put("v-1.m4s", new OriginReply.Whole("video/mp4", List.of(bytes(600), bytes(400))));
        objects.put("big-1.m4s", new OriginReply.Whole("video/mp4", List.of(bytes(1_000_000), bytes(2_000_000))));
        objects.put("thumb.jpg", new OriginReply.Still("image/jpeg", bytes(500)));
        for (OriginRefusal kind : OriginRefusal.values()) {
            objects.put(kind.name(), new OriginReply.Refused(kind, "Because the test says so."));
        }
    }

    static OriginReply text(String text, Freshness freshness) {
        return new OriginReply.Text(new StoredText("application/vnd.apple.mpegurl", text), freshness);
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Override
    public CompletionStage<OriginReply> fetch(OriginRequest request) {
        requests.add(request);
        if (request.object().startsWith("held.")) {
            CompletableFuture<OriginReply> later = new CompletableFuture<>();
            held.add(later);
            return later;
        }
        List<String> number = request.query().getOrDefault("_HLS_msn", List.of());
        String name = number.isEmpty() ? request.object() : request.object() + "?_HLS_msn=" + number.getFirst();
        return CompletableFuture.completedFuture(
                objects.getOrDefault(name, new OriginReply.Refused(OriginRefusal.NOT_FOUND, "There is no such part.")));
    }

    OriginRequest last() {
        return requests.getLast();
    }

    /** A segment whose parts the test hands out. */
    static final class Growing implements OriginReply.GrowingObject {
        volatile @Nullable Consumer<byte[]> part;
        volatile @Nullable Consumer<Boolean> end;
        volatile boolean left;

        @Override
        public Runnable subscribe(Consumer<byte[]> toPart, Consumer<Boolean> toEnd) {
            part = toPart;
            end = toEnd;
            return () -> left = true;
        }

        void part(byte[] bytes) {
            Consumer<byte[]> to = part;
            if (to != null) {
                to.accept(bytes);
            }
        }

        void end(boolean complete) {
            Consumer<Boolean> to = end;
            if (to != null) {
                to.accept(complete);
            }
        }
    }
}
