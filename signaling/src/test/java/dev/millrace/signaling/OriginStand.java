package dev.millrace.signaling;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginReply.Freshness;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.control.StoredText;
import dev.millrace.signaling.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP side alone in a process of its own, with answers that are ready: for what it costs (OriginCost). Arguments: a
 * port and a folder of files to serve under their names. Held requests
 * ({@code held.m3u8}) are answered together, five times a second, with the file {@code video.m3u8}.
 */
final class OriginStand implements Origin {
    private static final long PART_MS = 200;

    private final Map<String, OriginReply> objects = new java.util.HashMap<>();
    private final Queue<CompletableFuture<OriginReply>> held = new ConcurrentLinkedQueue<>();

    private OriginStand(Path folder) throws java.io.IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                byte[] bytes = Files.readAllBytes(file);
                if (name.endsWith(".m3u8")) {
                    String text = Files.readString(file);
                    objects.put(
                            name,
                            new OriginReply.Text(
                                    new StoredText("application/vnd.apple.mpegurl", text), Freshness.NUMBERED));
                } else {
                    objects.put(name, new OriginReply.Whole("video/mp4", List.of(bytes)));
                }
            }
        }
    }

    public static void main(String[] arguments) throws java.io.IOException {
        OriginStand stand = new OriginStand(Path.of(arguments[1]));
        var timer = Executors.newSingleThreadScheduledExecutor();
        var unused = timer.scheduleAtFixedRate(stand::answer, PART_MS, PART_MS, TimeUnit.MILLISECONDS);
        FakeMedia media = new FakeMedia();
        Millrace.withoutMedia(
                Settings.of(Map.of("http.port", arguments[0], "hls.held", "0", "hls.address", "0")),
                media::attach,
                stand,
                new FakeRecorded());
    }

    private void answer() {
        OriginReply reply = Objects.requireNonNull(objects.get("video.m3u8"));
        for (CompletableFuture<OriginReply> each = held.poll(); each != null; each = held.poll()) {
            each.complete(reply);
        }
    }

    @Override
    public CompletionStage<OriginReply> fetch(OriginRequest request) {
        if (request.object().equals("held.m3u8")) {
            CompletableFuture<OriginReply> later = new CompletableFuture<>();
            held.add(later);
            return later;
        }
        return CompletableFuture.completedFuture(objects.getOrDefault(
                request.object(), new OriginReply.Refused(OriginRefusal.NOT_FOUND, "There is no such object.")));
    }
}
