package dev.millrace.signaling.cli;

import dev.millrace.signaling.config.Settings;
import java.util.ArrayList;
import java.util.List;

/** What is said once everything listens: where to go, and who can. */
final class Greeting {
    private Greeting() {}

    static List<String> lines(Settings settings, int httpPort, int mediaPort, int rtmpPort) {
        Settings.Http http = settings.http();
        boolean everywhere = http.host().equals("0.0.0.0") || http.host().equals("::");
        boolean local = http.loopback();
        String host = local ? "localhost" : everywhere ? "<this machine>" : http.host();
        String base = (http.tls().isPresent() ? "https" : "http") + "://" + bracketed(host) + ":" + httpPort;
        List<String> lines = new ArrayList<>();
        lines.add("Millrace listens: HTTP on port " + httpPort + ", media on UDP and TCP port " + mediaPort
                + (rtmpPort == 0 ? "" : ", RTMP on port " + rtmpPort));
        lines.add("  go live   " + base + "/studio/my-stream");
        lines.add("  watch     " + base + "/watch/my-stream");
        lines.add("  OBS, WHIP " + base + "/whip/my-stream");
        if (rtmpPort != 0) {
            lines.add("  OBS, RTMP " + rtmp(settings, rtmpPort) + "/live and the stream key my-stream");
        }
        lines.add("  HLS, DASH " + base + "/live/my-stream/index.m3u8 and manifest.mpd");
        if (local && http.proxies().isEmpty()) {
            lines.add("Only this machine can reach it: browsers give camera and microphone only to HTTPS or localhost."
                    + " For others set http.host, http.certificate and http.key (docs/configuration.md).");
        } else if (http.tls().isEmpty() && http.proxies().isEmpty()) {
            lines.add("Browsers give camera and microphone only to HTTPS or localhost: the studio will not work from"
                    + " other machines until http.certificate and http.key are set.");
        }
        if (settings.auth().anybodyPublishes()) {
            lines.add("Anybody who reaches it may publish; auth.publish sets a key.");
        }
        return lines;
    }

    private static String rtmp(Settings settings, int port) {
        String host = settings.rtmp().host();
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        String shown = settings.rtmp().loopback() ? "localhost" : everywhere ? "<this machine>" : host;
        return (settings.http().tls().isPresent() ? "rtmps" : "rtmp") + "://" + bracketed(shown) + ":" + port;
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
