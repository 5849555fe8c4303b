package dev.millrace.signaling.config;

import dev.millrace.signaling.config.Settings.Auth;
import dev.millrace.signaling.config.Settings.Bucket;
import dev.millrace.signaling.config.Settings.Chat;
import dev.millrace.signaling.config.Settings.Dvr;
import dev.millrace.signaling.config.Settings.Hls;
import dev.millrace.signaling.config.Settings.Http;
import dev.millrace.signaling.config.Settings.Ice;
import dev.millrace.signaling.config.Settings.Limits;
import dev.millrace.signaling.config.Settings.Log;
import dev.millrace.signaling.config.Settings.Media;
import dev.millrace.signaling.config.Settings.Recording;
import dev.millrace.signaling.config.Settings.Rtmp;
import dev.millrace.signaling.config.Settings.Srt;
import dev.millrace.signaling.config.Settings.Tls;
import dev.millrace.signaling.config.Settings.Transcode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes the records, and refuses what is unsafe unless it was said aloud. */
final class Checker {
    /** An HS256 key shorter than its hash weakens it (RFC 7518 section 3.2). */
    private static final int SECRET_MIN_BYTES = 32;

    /** Characters a Bearer may have (RFC 6750 section 2.1, b64token); the publish key is sent as one. */
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/:-]+=*");

    private static final Pattern ENDPOINT = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+/?");

    private static final Pattern ICE_SERVER = Pattern.compile("(stuns?|turns?):[^\\s<>\"]+");

    /** Each rung is an encoder that runs all the time. */
    private static final int MAX_RUNGS = 8;

    /** Smaller pictures nobody can see, and some encoders refuse. */
    private static final int MIN_HEIGHT = 64;

    private final SettingsReader in;
    private final Path base;

    Checker(SettingsReader in, Path base) {
        this.in = in;
        this.base = base;
    }

    Settings settings() {
        Settings settings = new Settings(
                http(),
                new Media(
                        in.number("media.port"),
                        in.list("media.announce"),
                        in.number("media.loops"),
                        in.flag("media.tcp"),
                        in.word("media.crypto")),
                ice(),
                auth(),
                new Limits(
                        in.number("limits.joins"),
                        in.number("metrics.streams"),
                        in.number("limits.guests"),
                        in.number("limits.address"),
                        in.number("limits.webrtc")),
                chat(),
                new Log(in.word("log.format").equals("json"), in.word("log.level")),
                dataDir(),
                new Rtmp(in.text("rtmp.host"), in.number("rtmp.port")),
                hls(),
                new Recording(
                        dataDir().resolve("recordings"),
                        in.flag("record.enabled"),
                        in.duration("record.keep"),
                        in.number("record.free")),
                dvr(),
                transcode(),
                new PullKeys(in, base, dataDir()).pull(),
                new RestreamKeys(in).restream(),
                srt());
        refuseUnsafe(settings);
        return settings;
    }

    private Http http() {
        boolean certificate = in.isSet("http.certificate");
        if (certificate != in.isSet("http.key")) {
            String there = certificate ? "http.certificate" : "http.key";
            String missing = certificate ? "http.key" : "http.certificate";
            throw in.wrong(there, "needs " + missing + " beside it");
        }
        Optional<Tls> tls =
                certificate ? Optional.of(new Tls(file("http.certificate"), file("http.key"))) : Optional.empty();
        return new Http(
                in.text("http.host"), in.number("http.port"), tls, in.flag("http.insecure"), in.list("http.proxies"));
    }

    private Path file(String name) {
        Path path = base.resolve(in.text(name));
        if (!Files.isReadable(path)) {
            throw in.wrong(name, path + " cannot be read");
        }
        return path;
    }

    private Ice ice() {
        List<String> servers = in.list("ice.servers");
        for (String server : servers) {
            if (!ICE_SERVER.matcher(server).matches()) {
                throw in.wrong(
                        "ice.servers", "\"" + server + "\" is not stun:host:port or turn:host:port?transport=udp");
            }
        }
        boolean turn = servers.stream().anyMatch(server -> server.startsWith("turn"));
        if (turn && !(in.isSet("ice.username") && in.isSet("ice.credential"))) {
            throw in.wrong("ice.servers", "a turn: server needs ice.username and ice.credential");
        }
        return new Ice(servers, in.text("ice.username"), in.text("ice.credential"));
    }

    private Auth auth() {
        Optional<String> publish = in.isSet("auth.publish") ? Optional.of(in.text("auth.publish")) : Optional.empty();
        if (publish.isPresent() && !BEARER.matcher(publish.get()).matches()) {
            throw in.wrong("auth.publish", "may have only letters, digits and . _ ~ + / : - (it is sent as a Bearer)");
        }
        Optional<String> secret = in.isSet("auth.secret") ? Optional.of(in.text("auth.secret")) : Optional.empty();
        if (secret.isPresent() && secret.get().getBytes(StandardCharsets.UTF_8).length < SECRET_MIN_BYTES) {
            throw in.wrong("auth.secret", "is shorter than 32 bytes; make one with: openssl rand -base64 33");
        }
        boolean watchNeedsToken = in.word("auth.watch").equals("token");
        if (watchNeedsToken && secret.isEmpty()) {
            throw in.wrong("auth.watch", "token needs auth.secret, which signs the tokens");
        }
        return new Auth(publish, secret, in.flag("auth.open"), watchNeedsToken);
    }

    private Chat chat() {
        Optional<Path> directory =
                in.word("chat.store").equals("disk") ? Optional.of(dataDir().resolve("chat")) : Optional.empty();
        Chat chat = new Chat(
                in.flag("chat.enabled"),
                directory,
                in.number("chat.history"),
                in.number("chat.keep"),
                in.number("chat.rate"),
                in.number("chat.length"));
        if (chat.history() > chat.keep()) {
            throw in.wrong("chat.history", "must not be more than chat.keep, which is " + chat.keep());
        }
        return chat;
    }

    private Path dataDir() {
        return base.resolve(in.text("data.dir"));
    }

    private Hls hls() {
        Hls hls = new Hls(
                in.duration("hls.part"),
                in.duration("hls.segment"),
                in.duration("hls.window"),
                in.word("hls.start").equals("always"),
                in.duration("hls.idle"),
                in.number("hls.held"),
                in.number("hls.address"));
        if (hls.part().isZero() || hls.part().multipliedBy(2).compareTo(hls.segment()) > 0) {
            throw in.wrong("hls.part", "must be above zero and not longer than half of hls.segment");
        }
        if (hls.segment().multipliedBy(3).compareTo(hls.window()) > 0) {
            throw in.wrong("hls.window", "must not be shorter than three times hls.segment");
        }
        if (hls.idle().compareTo(hls.window()) < 0) {
            throw in.wrong("hls.idle", "must not be shorter than hls.window, which players may have buffered");
        }
        return hls;
    }

    private Dvr dvr() {
        boolean s3 = in.word("dvr.store").equals("s3");
        if (s3) {
            for (String needed : List.of("dvr.endpoint", "dvr.bucket", "dvr.access", "dvr.secret")) {
                if (!in.isSet(needed)) {
                    throw in.wrong("dvr.store", "s3 needs " + needed);
                }
            }
            if (!ENDPOINT.matcher(in.text("dvr.endpoint")).matches()) {
                throw in.wrong("dvr.endpoint", "is not http://host:port or https://host");
            }
        }
        Optional<Bucket> bucket = s3
                ? Optional.of(new Bucket(
                        in.text("dvr.endpoint"),
                        in.text("dvr.bucket"),
                        in.text("dvr.region"),
                        in.text("dvr.prefix"),
                        in.text("dvr.access"),
                        in.text("dvr.secret")))
                : Optional.empty();
        return new Dvr(in.duration("dvr.window"), dataDir().resolve("dvr"), bucket);
    }

    private Transcode transcode() {
        List<Integer> heights = in.list("transcode.ladder").stream()
                .map(rung -> Integer.valueOf(rung.substring(0, rung.length() - 1)))
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        if (heights.size() > MAX_RUNGS || heights.stream().anyMatch(height -> height < MIN_HEIGHT)) {
            throw in.wrong("transcode.ladder", "may have up to 8 rungs, none below 64p");
        }
        return new Transcode(
                in.flag("transcode.enabled"),
                dataDir().resolve("transcoder"),
                heights,
                in.number("transcode.audio"),
                in.word("transcode.encoder"),
                in.word("transcode.preset"),
                in.number("transcode.streams"),
                in.word("transcode.bframes").equals("transcode"));
    }

    private void refuseUnsafe(Settings settings) {
        boolean nobodyKnown = settings.auth().isBare() && !settings.auth().open();
        if (!settings.http().loopback()) {
            if (nobodyKnown) {
                throw in.wrong(
                        "http.host",
                        settings.http().host()
                                + " is reachable from other machines and anybody could publish: set auth.publish (a key) or auth.secret (signs tokens), or say auth.open: true");
            }
            boolean plain =
                    settings.http().tls().isEmpty() && settings.http().proxies().isEmpty();
            if (plain && !settings.http().insecure()) {
                throw in.wrong(
                        "http.host",
                        settings.http().host()
                                + " is reachable from other machines without TLS, and browsers give no camera there: set http.certificate and http.key, name the proxy that ends TLS in http.proxies, or say http.insecure: true");
            }
        }
        if (!settings.rtmp().loopback()) {
            refuseUnsafeRtmp(settings, nobodyKnown);
        }
        if (settings.srt().enabled() && !settings.srt().loopback()) {
            refuseUnsafeSrt(settings.srt(), nobodyKnown);
        }
    }

    private Srt srt() {
        boolean enabled = in.isSet("srt.port");
        return new Srt(in.text("srt.host"), enabled ? in.number("srt.port") : 0, enabled, in.flag("srt.insecure"));
    }

    private void refuseUnsafeSrt(Srt srt, boolean nobodyKnown) {
        if (nobodyKnown) {
            throw in.wrong(
                    "srt.host",
                    srt.host()
                            + " is reachable from other machines and anybody could publish: set auth.publish (a key) or auth.secret (signs tokens), or say auth.open: true");
        }
        if (!srt.insecure()) {
            throw in.wrong(
                    "srt.host",
                    srt.host()
                            + " is reachable from other machines, and keys go there in the clear, since SRT's stream id is never encrypted: say srt.insecure: true, or use RTMPS or WHIP");
        }
    }

    private void refuseUnsafeRtmp(Settings settings, boolean nobodyKnown) {
        String host = settings.rtmp().host();
        if (nobodyKnown) {
            throw in.wrong(
                    "rtmp.host",
                    host
                            + " is reachable from other machines and anybody could publish: set auth.publish (a key) or auth.secret (signs tokens), or say auth.open: true");
        }
        boolean plain =
                settings.http().tls().isEmpty() && settings.http().proxies().isEmpty();
        if (plain && !settings.http().insecure()) {
            throw in.wrong(
                    "rtmp.host",
                    host
                            + " is reachable from other machines without TLS, and keys would go there in the clear: set http.certificate and http.key (they serve RTMPS as well), name the proxy that ends TLS in http.proxies, or say http.insecure: true");
        }
    }
}
