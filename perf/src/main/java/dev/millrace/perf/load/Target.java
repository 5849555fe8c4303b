package dev.millrace.perf.load;

import java.net.URI;
import java.util.Map;

/**
 * The server under load, and what gets one in.
 *
 * @param server its shape, as on the command line
 * @param addresses templates of {@code {stream}}
 * @param streams the name of the one stream, or what numbered names begin with
 * @param watchToken Bearer of viewers, empty for none; may hold {@code {stream}}
 * @param publishToken Bearer of publishers, as that
 * @param headers that go with every request
 */
record Target(
        String server,
        Addresses addresses,
        String streams,
        String watchToken,
        String publishToken,
        Map<String, String> headers) {

    /** Templates of addresses; empty where the server has no such thing. */
    record Addresses(String whip, String whep, String hls, String dash) {}

    /** The stream of the n-th publisher of so many, and of the viewers that are assigned to it. */
    String stream(int index, int publishers) {
        return publishers <= 1 ? streams : streams + "-" + (index + 1);
    }

    URI whip(String stream) {
        return of(addresses.whip(), stream);
    }

    URI whep(String stream) {
        return of(addresses.whep(), stream);
    }

    URI hls(String stream) {
        return of(addresses.hls(), stream);
    }

    URI dash(String stream) {
        return of(addresses.dash(), stream);
    }

    private static URI of(String template, String stream) {
        return ServerShape.uri(template.replace("{stream}", stream));
    }

    String watchToken(String stream) {
        return watchToken.replace("{stream}", stream);
    }

    String publishToken(String stream) {
        return publishToken.replace("{stream}", stream);
    }
}
