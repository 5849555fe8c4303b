package dev.millrace.perf.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say which server, and what gets one in. */
final class WhereOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the server's base address (default: that of --server on this machine)")
    String url = "";

    @Option(
            names = "--server",
            paramLabel = "NAME",
            description =
                    "where its endpoints are: millrace (default), mediamtx, broadcast-box, srs; janus and livekit with the"
                            + " fronts of perf/peers")
    String server = "millrace";

    @Option(
            names = "--whip",
            paramLabel = "TEMPLATE",
            description =
                    "the WHIP address instead, such as https://host/in/{stream}; {url} and {host} are filled in, too")
    String whip = "";

    @Option(names = "--whep", paramLabel = "TEMPLATE", description = "the WHEP address, as that")
    String whep = "";

    @Option(names = "--hls-url", paramLabel = "TEMPLATE", description = "the HLS multivariant playlist, as that")
    String hls = "";

    @Option(names = "--dash-url", paramLabel = "TEMPLATE", description = "the DASH manifest, as that")
    String dash = "";

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description =
                    "the stream's name, or with several publishers what NAME-1, NAME-2 … begin with (default: load)")
    String stream = "load";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Bearer of viewers and publishers; may hold {stream}")
    String token = "";

    @Option(names = "--publish-token", paramLabel = "TOKEN", description = "Bearer of publishers, if it is another")
    String publishToken = "";

    @Option(names = "--header", paramLabel = "'NAME: VALUE'", description = "goes with every request; may be repeated")
    List<String> headers = List.of();

    @Option(names = "--insecure", description = "takes any certificate over https")
    boolean insecure;

    Target target() {
        ServerShape shape = ServerShape.of(server);
        String watch = token.isEmpty() ? shape.token() : token;
        if (stream.isBlank()) {
            throw LoadException.usage("--stream is empty: a stream has a name");
        }
        return new Target(
                shape.word(),
                shape.addresses(url, whip, whep, hls, dash),
                stream,
                watch,
                publishToken.isEmpty() ? watch : publishToken,
                headers());
    }

    Map<String, String> headers() {
        Map<String, String> all = new LinkedHashMap<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw LoadException.usage("--header \"" + header + "\" is not like 'Name: value'");
            }
            all.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        return all;
    }
}
