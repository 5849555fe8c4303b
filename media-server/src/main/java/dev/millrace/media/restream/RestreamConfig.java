package dev.millrace.media.restream;

import java.util.List;

/** What is pushed on from the start on. */
public record RestreamConfig(List<Target> targets) {
    public static final RestreamConfig NOTHING = new RestreamConfig(List.of());

    public RestreamConfig {
        targets = List.copyOf(targets);
    }

    /**
     * One stream and where it goes.
     *
     * @param url checked already, with the key at its end
     * @param height pictures no higher than that, if there are such; 0 for the largest
     */
    public record Target(String stream, String url, int height) {
        /** The address has a key in it. */
        @Override
        public String toString() {
            return "Target[" + stream + "]";
        }
    }
}
