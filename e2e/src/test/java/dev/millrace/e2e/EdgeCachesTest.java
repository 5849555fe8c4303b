package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.perf.HlsStats;
import dev.millrace.perf.LightAudience;
import dev.millrace.perf.LightAudience.Way;
import dev.millrace.perf.LightOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The caches of docs/cdn.md, from the configurations that are shipped, in front of the whole server. */
class EdgeCachesTest {
    private static final Duration START = Duration.ofSeconds(40);
    private static final Duration WATCH = Duration.ofSeconds(150);
    private static final Pattern STAMPED = Pattern.compile("(?m)^(video-[^\\n]+?-(\\d+)\\.m4s)");

    /**
     * Pieces a viewer of another stream gets before figures are taken: for the first 15 s the compilers of the viewers' own
     * process, on the same two cores, are what is late, and afterwards nothing is.
     */
    private static final long WARM_PIECES = 200;

    @Test
    void manyLowLatencyViewersAreOneRequestAnObject() {
        int viewers = Figures.strict() ? 200 : 40;
        long pieces = viewers * (Figures.strict() ? 600L : 80L); // ten a second and viewer
        try (ServerProcess server = server();
                LightCrowd crowd = new LightCrowd();
                EdgeCache shield = EdgeCache.varnish("shield", server.httpPort())) {
            if (Figures.strict()) {
                crowd.publish(server.whip("others"), LightOptions.defaults());
                watch(shield.uri("/live/others/index.m3u8"), viewers, viewers * WARM_PIECES);
            }
            crowd.publish(server.whip("crowd"), LightOptions.defaults());
            HlsStats stats = watch(shield.uri("/live/crowd/index.m3u8"), viewers, pieces);
            Map<String, Integer> numbered = numbered(shield.asked());
            long twice = numbered.values().stream().filter(each -> each > 1).count();
            figures("edge-varnish-ll-hls", stats, numbered);
            assertThat(numbered).hasSizeGreaterThan(100);
            assertThat(twice).as("objects asked for more than once").isZero();
            assertThat(stats.errors()).isLessThan(pieces / 100);
            if (Figures.strict()) {
                assertThat(stats.late()).as("parts late by more than a part").isLessThan(0.05);
                assertThat(stats.stalls()).isZero();
            }
        }
    }

    /** So many viewers, one after the other, until they have got so many pieces together. */
    private static HlsStats watch(URI index, int viewers, long pieces) {
        try (LightAudience audience = new LightAudience(viewers)) {
            for (int i = 0; i < viewers; i++) {
                audience.start(index, Way.LL_HLS);
                Await.pause(20);
            }
            Await.until("all play", START, audience::stats, all -> all.playing() == viewers);
            return Await.until("they have watched", WATCH, audience::stats, all -> all.pieces() > pieces);
        }
    }

    /** Without a transcoder, which could not decode what light clients publish. */
    private static ServerProcess server(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("transcode.enabled=false");
        return ServerProcess.start(all.toArray(String[]::new));
    }

    /** Those that never change: parts, segments, init segments, playlists that were asked for by number. */
    private static Map<String, Integer> numbered(Map<String, Integer> asked) {
        return asked.entrySet().stream()
                .filter(each -> each.getKey().startsWith("200 "))
                .filter(each ->
                        each.getKey().contains("_HLS_msn=") || each.getKey().matches(".*\\.(m4s|mp4)$"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void figures(String name, HlsStats stats, Map<String, Integer> numbered) {
        Map<String, Number> figures = new TreeMap<>();
        figures.put("viewers", stats.viewers());
        figures.put("pieces", stats.pieces());
        figures.put("objects", numbered.size());
        figures.put(
                "requestsPerObject",
                numbered.values().stream().mapToInt(each -> each).sum() / (double) Math.max(1, numbered.size()));
        figures.put("lateShare", stats.late());
        figures.put("delayP50Ms", stats.delayMs(50));
        figures.put("delayP95Ms", stats.delayMs(95));
        figures.put("delayP99Ms", stats.delayMs(99));
        figures.put("stalls", stats.stalls());
        figures.put("behindS", stats.behindS());
        figures.put("errors", stats.errors());
        Figures.write(name, figures);
    }

    @Test
    void anEdgeBehindAShieldServesEveryWay() {
        try (ServerProcess server = server();
                LightCrowd crowd = new LightCrowd();
                EdgeCache shield = EdgeCache.varnish("shield", server.httpPort());
                EdgeCache edge = EdgeCache.varnish("edge", shield.port());
                LightAudience parts = new LightAudience(10);
                LightAudience chunks = new LightAudience(10);
                LightAudience segments = new LightAudience(10)) {
            crowd.publish(server.whip("edge"), LightOptions.defaults());
            for (int i = 0; i < 5; i++) {
                parts.start(edge.uri("/live/edge/index.m3u8"), Way.LL_HLS);
                chunks.start(edge.uri("/live/edge/manifest.mpd"), Way.LL_DASH);
                segments.start(edge.uri("/live/edge/index.m3u8"), Way.HLS);
            }
            Await.until("LL-HLS plays", START, parts::stats, all -> all.playing() == 5 && all.pieces() > 200);
            Await.until("LL-DASH plays", START, chunks::stats, all -> all.playing() == 5 && all.pieces() > 200);
            Await.until("HLS plays", START, segments::stats, all -> all.playing() == 5 && all.pieces() > 20);
            assertThat(numbered(shield.asked()).values()).allMatch(each -> each == 1);
        }
    }

    @Test
    void plainPlayersGoThroughNginx() {
        try (ServerProcess server = server();
                LightCrowd crowd = new LightCrowd();
                EdgeCache nginx = EdgeCache.nginx(server.httpPort());
                LightAudience segments = new LightAudience(30)) {
            crowd.publish(server.whip("plain"), LightOptions.defaults());
            for (int i = 0; i < 30; i++) {
                segments.start(nginx.uri("/live/plain/index.m3u8"), Way.HLS);
            }
            HlsStats stats =
                    Await.until("all play", START, segments::stats, all -> all.playing() == 30 && all.pieces() > 300);
            assertThat(stats.errors()).isZero();
            Map<String, Integer> numbered =
                    Await.until("its log", START, () -> numbered(nginx.asked()), some -> some.size() >= 10);
            assertThat(numbered.values()).as("each segment once").allMatch(each -> each == 1);
        }
    }

    @Test
    void whatIsNotThereIsThereAsSoonAsItIs() {
        try (ServerProcess server = server();
                LightCrowd crowd = new LightCrowd();
                EdgeCache shield = EdgeCache.varnish("shield", server.httpPort())) {
            URI index = shield.uri("/live/later/index.m3u8");
            assertThat(get(index).statusCode()).isEqualTo(404);
            crowd.publish(server.whip("later"), LightOptions.defaults());
            HttpResponse<String> there = Await.until(
                    "it is there", Duration.ofSeconds(20), () -> get(index), got -> got.statusCode() == 200);
            assertThat(there.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("*");
            assertThat(get(shield.uri("/api/v1/streams")).statusCode()).isEqualTo(404);
            assertThat(get(shield.uri("/live/later/no-such.m3u8")).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void tokensAreForPlaylistsAndSegmentsAreShared() {
        String secret = "a secret of thirty-two bytes or more";
        try (ServerProcess server = server("auth.secret=" + secret, "auth.watch=token");
                LightCrowd crowd = new LightCrowd();
                EdgeCache shield = EdgeCache.varnish("shield", server.httpPort())) {
            String publish = Token.mint(secret, "closed", "publish", "Ann");
            crowd.publish(server.whip("closed"), LightOptions.defaults().withToken(publish));
            String ann = Token.mint(secret, "closed", "watch", "Ann");
            String bob = Token.mint(secret, "closed", "watch", "Bob");
            URI without = shield.uri("/live/closed/video.m3u8");
            assertThat(get(without).statusCode()).isEqualTo(401);
            URI anns = URI.create(without + "?token=" + ann);
            HttpResponse<String> playlist =
                    Await.until("it plays", START, () -> get(anns), got -> STAMPED.matcher(got.body())
                            .find());
            assertThat(get(without).statusCode())
                    .as("what Ann may is no secret of others")
                    .isEqualTo(401);
            assertThat(get(URI.create(without + "?token=" + ann + "x")).statusCode())
                    .isEqualTo(401);
            Matcher named = STAMPED.matcher(playlist.body());
            assertThat(named.find()).isTrue();
            String segment = named.group(1);
            assertThat(get(shield.uri("/live/closed/" + segment + "?token=" + ann))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(shield.uri("/live/closed/" + segment + "?token=" + bob))
                            .headers()
                            .firstValue("X-Cache"))
                    .contains("HIT");
            assertThat(get(shield.uri("/live/closed/token/" + bob + "/" + segment))
                            .headers()
                            .firstValue("X-Cache"))
                    .contains("HIT");
            HttpResponse<String> byField = send(HttpRequest.newBuilder(without)
                    .header("Authorization", "Bearer " + bob)
                    .build());
            assertThat(byField.statusCode()).isEqualTo(200);
            assertThat(byField.headers().firstValue("X-Cache")).contains("MISS");
        }
    }

    @Test
    void aSegmentComesWhileItIsMade() throws IOException, InterruptedException {
        try (ServerProcess server = server();
                LightCrowd crowd = new LightCrowd();
                EdgeCache shield = EdgeCache.varnish("shield", server.httpPort());
                HttpClient client = HttpClient.newHttpClient()) {
            crowd.publish(server.whip("growing"), LightOptions.defaults());
            URI playlist = shield.uri("/live/growing/video.m3u8");
            HttpResponse<String> text =
                    Await.until("it plays", START, () -> get(playlist), got -> STAMPED.matcher(got.body())
                            .find());
            Matcher named = STAMPED.matcher(text.body());
            String last = "";
            long number = 0;
            while (named.find()) {
                last = named.group(1);
                number = Long.parseLong(named.group(2));
            }
            // The one after the one that is being made is held until its first part is there.
            URI next = shield.uri("/live/growing/" + last.replace("-" + number + ".m4s", "-" + (number + 2) + ".m4s"));
            HttpResponse<InputStream> growing =
                    client.send(HttpRequest.newBuilder(next).build(), BodyHandlers.ofInputStream());
            assertThat(growing.statusCode()).isEqualTo(200);
            try (InputStream in = growing.body()) {
                long firstNs = in.read() >= 0 ? System.nanoTime() : 0;
                in.readAllBytes();
                assertThat(System.nanoTime() - firstNs)
                        .as("its first bytes came long before its last")
                        .isGreaterThan(500_000_000L);
            }
        }
    }

    private static HttpResponse<String> get(URI uri) {
        return send(HttpPeer.request(uri.toString()).GET().build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        return HttpPeer.send(request);
    }
}
