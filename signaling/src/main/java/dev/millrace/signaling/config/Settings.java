package dev.millrace.signaling.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All of the configuration, checked; {@link Key#ALL} lists its keys. */
public record Settings(
        Http http,
        Media media,
        Ice ice,
        Auth auth,
        Limits limits,
        Chat chat,
        Log log,
        Path dataDir,
        Rtmp rtmp,
        Hls hls,
        Recording record,
        Dvr dvr,
        Transcode transcode,
        Pull pull,
        Restream restream,
        Srt srt) {

    /**
     * The HTTP server.
     *
     * @param tls certificate and key, empty for plain HTTP
     * @param proxies addresses of proxies that end TLS and whose X-Forwarded-For is believed
     */
    public record Http(String host, int port, Optional<Tls> tls, boolean insecure, List<String> proxies) {
        public boolean loopback() {
            return Addresses.isLoopback(host);
        }
    }

    /** PEM files. */
    public record Tls(Path certificate, Path key) {}

    /**
     * Media's port and what serves it.
     *
     * @param crypto {@code auto}, {@code native} or {@code java}: what encrypts
     */
    public record Media(int port, List<String> announce, int loops, boolean tcp, String crypto) {}

    /** STUN and TURN servers told to clients (RFC 9725 section 4.6); name and credential are for the TURN ones. */
    public record Ice(List<String> servers, String username, String credential) {}

    /**
     * Who may do what.
     *
     * @param publishKey what publishes anywhere, and never more
     * @param secret signs tokens
     * @param open anybody may publish, said aloud
     * @param watchNeedsToken whether watching is only for tokens
     */
    public record Auth(Optional<String> publishKey, Optional<String> secret, boolean open, boolean watchNeedsToken) {
        /** Whether nothing was configured that could tell one person from another. */
        public boolean isBare() {
            return publishKey.isEmpty() && secret.isEmpty();
        }

        /** Whether anybody may publish. */
        public boolean anybodyPublishes() {
            return open || isBare();
        }

        @Override
        public String toString() {
            return "Auth[publishKey=" + (publishKey.isPresent() ? "set" : "none") + ", secret="
                    + (secret.isPresent() ? "set" : "none") + ", open=" + open + ", watchNeedsToken=" + watchNeedsToken
                    + "]";
        }
    }

    /**
     * What strangers may use up.
     *
     * @param joinsPerSecond new sessions one address may make a second, ten times that at once
     * @param metricStreams how many stream labels the metrics may have
     * @param guests chat connections by WebSocket at once, 0 for no limit
     * @param guestsOfAddress those that come from one address, 0 for no limit
     * @param webrtcViewers viewers by WebRTC at once, 0 for no limit; players of those beyond it take HLS or DASH
     */
    public record Limits(int joinsPerSecond, int metricStreams, int guests, int guestsOfAddress, int webrtcViewers) {}

    /**
     * The chat rooms.
     *
     * @param directory where messages are kept over a restart, empty to keep them in memory only
     * @param history messages a newcomer is given
     * @param keep messages of a stream that are kept
     * @param ratePerSecond messages one viewer may say in the long run
     * @param maxLength of a message, in characters
     */
    public record Chat(
            boolean enabled, Optional<Path> directory, int history, int keep, int ratePerSecond, int maxLength) {}

    public record Log(boolean json, String level) {}

    /**
     * Recordings.
     *
     * @param directory where they are
     * @param everything every broadcast is recorded
     * @param keep finished ones older than this are deleted, zero for never
     * @param freeMiB the oldest are deleted while the disk has less room, 0 for never
     */
    public record Recording(Path directory, boolean everything, Duration keep, int freeMiB) {}

    /**
     * How far back players may go.
     *
     * @param window zero for no further than {@code hls.window}
     * @param directory on disk
     * @param bucket where segments are instead, empty for the disk
     */
    public record Dvr(Duration window, Path directory, Optional<Bucket> bucket) {}

    /** A bucket of an object store that speaks S3. */
    public record Bucket(String endpoint, String name, String region, String prefix, String access, String secret) {
        @Override
        public String toString() {
            return "Bucket[" + endpoint + "/" + name + "/" + prefix + "]";
        }
    }

    public record Rtmp(String host, int port) {
        public boolean loopback() {
            return Addresses.isLoopback(host);
        }
    }

    /**
     * What players behind caches are given.
     *
     * @param always streams are packaged whether anybody fetches them or not
     * @param idle after so long without a request packaging stops
     * @param held requests that may wait for what is not there yet, 0 for no limit
     * @param heldOfAddress those of one address, 0 for no limit
     */
    public record Hls(
            Duration part,
            Duration segment,
            Duration window,
            boolean always,
            Duration idle,
            int held,
            int heldOfAddress) {}

    /**
     * What FFmpeg does in a process of its own.
     *
     * @param natives directory its libraries are unpacked into
     * @param ladder heights of the rungs, largest first
     * @param audioKbps of the AAC
     * @param streams a process
     * @param reordered whether encoders' B-frames are encoded anew for WebRTC
     */
    public record Transcode(
            boolean enabled,
            Path natives,
            List<Integer> ladder,
            int audioKbps,
            String encoder,
            String preset,
            int streams,
            boolean reordered) {
        public Transcode {
            ladder = List.copyOf(ladder);
        }
    }

    /**
     * Where callers of SRT come in.
     *
     * @param enabled whether a port was named at all
     * @param insecure said aloud: keys and media go in the clear
     */
    public record Srt(String host, int port, boolean enabled, boolean insecure) {
        public boolean loopback() {
            return Addresses.isLoopback(host);
        }
    }

    /** What is fetched from elsewhere from the start on. */
    public record Pull(List<Source> sources) {
        public Pull {
            sources = List.copyOf(sources);
        }

        /**
         * One stream.
         *
         * @param address of a file with its whole path
         */
        public record Source(String stream, String address) {
            /** The address may have a password in it. */
            @Override
            public String toString() {
                return "Source[" + stream + "]";
            }
        }
    }

    /** What is pushed on to other servers from the start on. */
    public record Restream(List<Target> targets) {
        public Restream {
            targets = List.copyOf(targets);
        }

        /**
         * One stream and where it goes.
         *
         * @param url with the key at its end
         * @param height pictures no higher than that, 0 for any
         */
        public record Target(String stream, String url, int height) {
            /** The address has a key in it. */
            @Override
            public String toString() {
                return "Target[" + stream + "]";
            }
        }
    }

    /**
     * Reads file, environment and flags, later ones winning.
     *
     * @param config the file named by {@code --config}, or null
     * @param here what relative paths are relative to when no file says otherwise
     * @throws ConfigException with place, key and allowed values
     */
    public static Settings read(
            @Nullable String config, Path here, Map<String, String> environment, Map<String, String> flags) {
        SettingsReader reader = new SettingsReader();
        Path file = SettingsReader.fileToRead(config == null ? environment.get("MILLRACE_CONFIG") : config, here);
        Path base = here;
        if (file != null) {
            reader.file(file);
            Path parent = file.toAbsolutePath().getParent();
            base = parent == null ? here : parent;
        }
        reader.environment(environment);
        reader.flags(flags);
        return new Checker(reader, base).settings();
    }

    /** The defaults with these keys set, as a test or an embedding program wants them. */
    public static Settings of(Map<String, String> values) {
        return read(null, Path.of("").toAbsolutePath().resolve("no-such-directory"), Map.of(), values);
    }
}
