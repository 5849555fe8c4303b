package dev.millrace.signaling.config;

import dev.millrace.media.control.RestreamTarget;
import dev.millrace.signaling.config.Settings.Restream;
import java.util.ArrayList;
import java.util.List;

/** Reads which streams are pushed on to other servers. */
final class RestreamKeys {
    private static final String STREAMS = "restream.streams";

    private final SettingsReader in;

    RestreamKeys(SettingsReader in) {
        this.in = in;
    }

    Restream restream() {
        List<Restream.Target> targets = new ArrayList<>();
        for (String item : in.list(STREAMS)) {
            Restream.Target target = target(item);
            if (targets.contains(target)) {
                throw in.wrong(STREAMS, target.stream() + " goes to the same target twice");
            }
            targets.add(target);
        }
        return new Restream(targets);
    }

    /** What is wrong is told without the address, which has a key in it. */
    private Restream.Target target(String item) {
        int equals = item.indexOf('=');
        String left = equals < 0 ? "" : item.substring(0, equals).strip();
        String url = item.substring(equals + 1).strip();
        int at = left.indexOf('@');
        String stream = at < 0 ? left : left.substring(0, at);
        if (stream.isEmpty()) {
            throw in.wrong(
                    STREAMS, "each is STREAM=ADDRESS or STREAM@HEIGHT=ADDRESS, with the key at the address' end");
        }
        String objection = RestreamTarget.refusal(url, "");
        if (objection != null) {
            throw in.wrong(STREAMS, stream + ": " + objection);
        }
        return new Restream.Target(stream, url, at < 0 ? 0 : height(stream, left.substring(at + 1)));
    }

    private int height(String stream, String text) {
        if (!text.matches("[1-9][0-9]{1,3}")) {
            throw in.wrong(STREAMS, stream + ": after @ comes a height, such as " + stream + "@720=rtmps://…");
        }
        return Integer.parseInt(text);
    }
}
