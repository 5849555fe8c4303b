package dev.millrace.signaling.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One configuration key: a line of the YAML file, an environment variable and a flag.
 *
 * @param name dotted, such as {@code http.port}
 * @param form what its value looks like
 * @param initial the default as text, empty for none
 */
public record Key(String name, Form<?> form, String initial) {

    /** {@code MILLRACE_HTTP_PORT} for {@code http.port}. */
    public String variable() {
        return "MILLRACE_" + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** All keys, in the order of the documentation. */
    public static final SequencedMap<String, Key> ALL = all(List.of(
            new Key("http.host", Form.TEXT, "127.0.0.1"),
            new Key("http.port", Form.PORT, "8080"),
            new Key("http.certificate", Form.TEXT, ""),
            new Key("http.key", Form.TEXT, ""),
            new Key("http.insecure", Form.FLAG, "false"),
            new Key("http.proxies", Form.LIST, ""),
            new Key("media.port", Form.PORT, "10000"),
            new Key("media.announce", Form.LIST, ""),
            new Key("media.loops", Form.COUNT, "0"),
            new Key("media.tcp", Form.FLAG, "true"),
            new Key("media.crypto", Form.oneOf("auto", "native", "java"), "auto"),
            new Key("ice.servers", Form.LIST, ""),
            new Key("ice.username", Form.TEXT, ""),
            new Key("ice.credential", Form.TEXT, ""),
            new Key("auth.publish", Form.TEXT, ""),
            new Key("auth.secret", Form.TEXT, ""),
            new Key("auth.open", Form.FLAG, "false"),
            new Key("auth.watch", Form.oneOf("open", "token"), "open"),
            new Key("limits.joins", Form.COUNT, "100"),
            new Key("limits.webrtc", Form.COUNT, "0"),
            new Key("limits.guests", Form.COUNT, "10000"),
            new Key("limits.address", Form.COUNT, "1000"),
            new Key("chat.enabled", Form.FLAG, "true"),
            new Key("chat.store", Form.oneOf("disk", "memory"), "disk"),
            new Key("chat.history", Form.between(0, 500), "50"),
            new Key("chat.keep", Form.between(1, 1_000_000), "10000"),
            new Key("chat.rate", Form.between(1, 100), "5"),
            new Key("chat.length", Form.between(1, 10_000), "2000"),
            new Key("metrics.streams", Form.COUNT, "200"),
            new Key("log.format", Form.oneOf("line", "json"), "line"),
            new Key("log.level", Form.oneOf("error", "warn", "info", "debug"), "info"),
            new Key("data.dir", Form.TEXT, "data"),
            new Key("record.enabled", Form.FLAG, "false"),
            new Key("record.keep", Form.DURATION, "0s"),
            new Key("record.free", Form.COUNT, "0"),
            new Key("dvr.window", Form.DURATION, "0s"),
            new Key("dvr.store", Form.oneOf("disk", "s3"), "disk"),
            new Key("dvr.endpoint", Form.TEXT, ""),
            new Key("dvr.bucket", Form.TEXT, ""),
            new Key("dvr.region", Form.TEXT, "us-east-1"),
            new Key("dvr.prefix", Form.TEXT, "millrace/"),
            new Key("dvr.access", Form.TEXT, ""),
            new Key("dvr.secret", Form.TEXT, ""),
            new Key("rtmp.host", Form.TEXT, "127.0.0.1"),
            new Key("rtmp.port", Form.PORT, "1935"),
            new Key("srt.host", Form.TEXT, "127.0.0.1"),
            new Key("srt.port", Form.PORT, ""),
            new Key("srt.insecure", Form.FLAG, "false"),
            new Key("pull.streams", Form.LIST, ""),
            new Key("pull.directory", Form.TEXT, ""),
            new Key("restream.streams", Form.LIST, ""),
            new Key("hls.part", Form.DURATION, "200ms"),
            new Key("hls.segment", Form.DURATION, "2s"),
            new Key("hls.window", Form.DURATION, "30s"),
            new Key("hls.start", Form.oneOf("demand", "always"), "demand"),
            new Key("hls.idle", Form.DURATION, "60s"),
            new Key("hls.held", Form.COUNT, "20000"),
            new Key("hls.address", Form.COUNT, "500"),
            new Key("transcode.enabled", Form.FLAG, "true"),
            new Key("transcode.ladder", Form.LADDER, "720p,480p,360p,144p"),
            new Key("transcode.audio", Form.between(24, 320), "128"),
            new Key("transcode.encoder", Form.oneOf("auto", "x264", "openh264", "nvenc", "vaapi"), "auto"),
            new Key(
                    "transcode.preset",
                    Form.oneOf("ultrafast", "superfast", "veryfast", "faster", "fast", "medium"),
                    "superfast"),
            new Key("transcode.streams", Form.between(1, 100), "4"),
            new Key("transcode.bframes", Form.oneOf("transcode", "drop"), "transcode")));

    private static SequencedMap<String, Key> all(List<Key> keys) {
        LinkedHashMap<String, Key> byName = new LinkedHashMap<>();
        keys.forEach(key -> byName.put(key.name(), key));
        return java.util.Collections.unmodifiableSequencedMap(byName);
    }

    /** The key an environment variable stands for, or null. */
    static @org.jspecify.annotations.Nullable Key ofVariable(String variable) {
        for (Map.Entry<String, Key> entry : ALL.entrySet()) {
            if (entry.getValue().variable().equals(variable)) {
                return entry.getValue();
            }
        }
        return null;
    }
}
