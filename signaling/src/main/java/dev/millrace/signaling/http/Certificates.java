package dev.millrace.signaling.http;

import dev.millrace.signaling.config.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's PEM certificate and key, read anew when the files change. Owned by the context of whoever watches them. */
public final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    /** A renewal is in use at once for people, and two stats a look cost nothing. */
    private static final long LOOK_EVERY_MS = 2_000;

    private final Settings.Tls tls;
    private String seen;

    public Certificates(Settings.Tls tls) {
        this.tls = tls;
        this.seen = stamp();
    }

    public PemKeyCertOptions pem() {
        return new PemKeyCertOptions()
                .addCertPath(tls.certificate().toString())
                .addKeyPath(tls.key().toString());
    }

    private ServerSSLOptions options() {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(pem());
        options.setUseAlpn(true);
        options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
        return options;
    }

    /** Looks now and then whether the files changed; a pair that cannot be used leaves the old one in place. */
    void watch(Vertx vertx, HttpServer server) {
        watch(vertx, () -> server.updateSSLOptions(options(), true)
                .onSuccess(changed -> LOG.info("certificate reloaded from {}", tls.certificate()))
                .onFailure(e -> LOG.warn(
                        "certificate {} cannot be used, the old one stays: {}", tls.certificate(), e.getMessage())));
    }

    /** Calls {@code changed} whenever the files did. */
    public void watch(Vertx vertx, Runnable changed) {
        vertx.setPeriodic(LOOK_EVERY_MS, timer -> {
            String now = stamp();
            if (!now.equals(seen)) {
                seen = now;
                changed.run();
            }
        });
    }

    private String stamp() {
        return stamp(tls.certificate()) + " " + stamp(tls.key());
    }

    private static String stamp(Path path) {
        try {
            return Files.getLastModifiedTime(path) + "/" + Files.size(path);
        } catch (IOException e) {
            return "absent";
        }
    }
}
