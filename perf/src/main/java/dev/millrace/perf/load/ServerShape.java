package dev.millrace.perf.load;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where known servers take WHIP and WHEP, as templates; of {@code {url}}, {@code {host}} and {@code {stream}}. */
enum ServerShape {
    MILLRACE(
            "http://127.0.0.1:8080",
            "{url}/whip/{stream}",
            "{url}/whep/{stream}",
            "{url}/live/{stream}/index.m3u8",
            "{url}/live/{stream}/manifest.mpd",
            ""),
    MEDIAMTX(
            "http://127.0.0.1:8889",
            "{url}/{stream}/whip",
            "{url}/{stream}/whep",
            "http://{host}:8888/{stream}/index.m3u8",
            "",
            ""),
    /** The stream is the Bearer token. */
    BROADCAST_BOX("http://127.0.0.1:8080", "{url}/api/whip", "{url}/api/whep", "", "", "{stream}"),
    SRS(
            "http://127.0.0.1:1985",
            "{url}/rtc/v1/whip/?app=live&stream={stream}",
            "{url}/rtc/v1/whep/?app=live&stream={stream}",
            "http://{host}:8080/live/{stream}.m3u8",
            "",
            ""),
    /** With the front of perf/peers, which speaks WHIP and WHEP for its VideoRoom. */
    JANUS("http://127.0.0.1:7080", "{url}/whip/{stream}", "{url}/whep/{stream}", "", "", ""),
    /** With the front of perf/peers, which makes a token for each participant. */
    LIVEKIT("http://127.0.0.1:7080", "{url}/whip/{stream}", "{url}/whep/{stream}", "", "", "");

    private final String url;
    private final String whip;
    private final String whep;
    private final String hls;
    private final String dash;
    private final String token;

    ServerShape(String url, String whip, String whep, String hls, String dash, String token) {
        this.url = url;
        this.whip = whip;
        this.whep = whep;
        this.hls = hls;
        this.dash = dash;
        this.token = token;
    }

    /** As written on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ServerShape of(String word) {
        return Arrays.stream(values())
                .filter(shape -> shape.word().equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> LoadException.usage("--server " + word + " is not known: one of "
                        + Arrays.stream(values()).map(ServerShape::word).collect(Collectors.joining(", "))
                        + "; any other by --whip and --whep"));
    }

    /** The addresses with all but {@code {stream}} filled in; a template given wins over the shape's. */
    Target.Addresses addresses(String base, String whip, String whep, String hls, String dash) {
        String at = stripped(base.isEmpty() ? url : base);
        URI uri = uri(at);
        return new Target.Addresses(
                fill(whip.isEmpty() ? this.whip : whip, at, uri),
                fill(whep.isEmpty() ? this.whep : whep, at, uri),
                fill(hls.isEmpty() ? this.hls : hls, at, uri),
                fill(dash.isEmpty() ? this.dash : dash, at, uri));
    }

    /** What goes as Bearer where nobody gave one. */
    String token() {
        return token;
    }

    private static String stripped(String base) {
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    private static String fill(String template, String at, URI uri) {
        return template.replace("{url}", at).replace("{host}", uri.getHost());
    }

    /** An address of HTTP, or a sentence. */
    static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // the same sentence
        }
        throw LoadException.usage("\"" + text + "\" is no address such as http://host:8080");
    }
}
