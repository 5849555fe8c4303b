package dev.millrace.signaling.config;

import dev.millrace.media.control.SourceAddress;
import dev.millrace.signaling.config.Settings.Pull;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads which streams are fetched from elsewhere, and keeps files among them in their directory. */
final class PullKeys {
    private static final String STREAMS = "pull.streams";
    private static final String FILE = "file:";

    private final SettingsReader in;
    private final Path directory;

    PullKeys(SettingsReader in, Path base, Path dataDir) {
        this.in = in;
        this.directory = in.isSet("pull.directory") ? base.resolve(in.text("pull.directory")) : dataDir;
    }

    Pull pull() {
        List<Pull.Source> sources = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (String item : in.list(STREAMS)) {
            Pull.Source source = source(item);
            if (!known.add(source.stream())) {
                throw in.wrong(STREAMS, source.stream() + " is there twice");
            }
            sources.add(source);
        }
        return new Pull(sources);
    }

    /** What is wrong is told without the address, which may have a password in it. */
    private Pull.Source source(String item) {
        int equals = item.indexOf('=');
        String stream = equals < 0 ? "" : item.substring(0, equals).strip();
        String address = item.substring(equals + 1).strip();
        if (stream.isEmpty()) {
            throw in.wrong(STREAMS, "each is STREAM=ADDRESS, such as lobby=rtsp://10.0.0.7/stream1");
        }
        if (address.startsWith(FILE)) {
            return new Pull.Source(stream, FILE + file(stream, address.substring(FILE.length())));
        }
        String objection = SourceAddress.refusal(address);
        if (objection != null) {
            throw in.wrong(STREAMS, stream + ": " + objection);
        }
        return new Pull.Source(stream, address);
    }

    private Path file(String stream, String name) {
        Path inside = directory.toAbsolutePath().normalize();
        Path file = inside.resolve(name).normalize();
        if (!file.startsWith(inside)) {
            throw in.wrong(STREAMS, stream + ": a file has to lie in " + inside + "; pull.directory names another");
        }
        if (!Files.isReadable(file)) {
            throw in.wrong(STREAMS, stream + ": " + file + " cannot be read");
        }
        return file;
    }
}
