package dev.millrace.media.origin;

import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What tracks are called in paths: by their rid where it is fit for one. */
final class TrackNames {
    static final String AUDIO = "audio";
    static final String VIDEO = "video";

    /** What else is called so below a stream. */
    private static final Set<String> TAKEN = Set.of("index", AUDIO);

    private static final int MAX_LENGTH = 32;

    private TrackNames() {}

    /** One for every layer, each another. */
    static List<String> of(@Nullable PublishedMedia video) {
        int layers = PublishedFrames.layers(video);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            String rid = video != null && i < video.layers().size()
                    ? video.layers().get(i).rid()
                    : "";
            String name = layers == 1 ? VIDEO : fit(rid, VIDEO + i);
            names.add(names.contains(name) ? VIDEO + i : name);
        }
        return names;
    }

    private static String fit(String rid, String otherwise) {
        String fit = rid.replaceAll("[^A-Za-z0-9]", "_");
        return fit.isEmpty() || fit.length() > MAX_LENGTH || TAKEN.contains(fit) ? otherwise : fit;
    }
}
