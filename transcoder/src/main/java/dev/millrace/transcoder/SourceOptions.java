package dev.millrace.transcoder;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How FFmpeg opens an address: which protocols it may use for it, and how long it waits. */
final class SourceOptions {
    /** Whoever says nothing for so long is gone. */
    private static final String PATIENCE_US = "10000000";

    /** What comes live is known by then, and waits meanwhile. */
    private static final String LIVE_LOOK_US = "2000000";

    private SourceOptions() {}

    static String scheme(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? "" : address.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    /**
     * A playlist or a description may name further addresses: of the same kind only, so that nothing that is fetched from
     * the network reads a file.
     */
    static Map<String, String> of(String address) {
        Map<String, String> options = new LinkedHashMap<>();
        switch (scheme(address)) {
            case "http", "https" -> {
                options.put("protocol_whitelist", "http,https,tls,tcp,crypto");
                options.put("rw_timeout", PATIENCE_US);
            }
            case "rtsp", "rtsps" -> {
                options.put("protocol_whitelist", "rtsp,rtsps,rtp,srtp,udp,tcp,tls");
                options.put("timeout", PATIENCE_US);
                options.put("rtsp_flags", "prefer_tcp");
                options.put("analyzeduration", LIVE_LOOK_US);
            }
            case "rtmp", "rtmps" -> {
                options.put("protocol_whitelist", "rtmp,rtmps,tcp,tls");
                options.put("rw_timeout", PATIENCE_US);
                options.put("analyzeduration", LIVE_LOOK_US);
            }
            case "srt" -> {
                options.put("protocol_whitelist", "srt");
                options.put("timeout", PATIENCE_US);
                options.put("analyzeduration", LIVE_LOOK_US);
            }
            case "udp" -> {
                options.put("protocol_whitelist", "udp");
                options.put("timeout", PATIENCE_US);
                options.put("analyzeduration", LIVE_LOOK_US);
            }
            case "file" -> options.put("protocol_whitelist", "file");
            default -> throw new MediaException("is not asked for addresses of this kind");
        }
        return options;
    }
}
